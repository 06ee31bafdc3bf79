import type { Deps } from '#server/deps.ts';
import type { ProviderName } from '#server/gateways/carga/carga.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { providersOf } from './ask.ts';
import type { LoadReading } from './model.ts';
import { readMapping } from './names.ts';
import { readingOf, type Told } from './reading.ts';
import { lastGood } from './sources.ts';

type LastDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'carga'>;

/** How a source stands, as `fuentes_carga` has it; `place` null = it is not configured, `intento` null = it was never asked. */
export type Source = {
  readonly proveedor: ProviderName;
  readonly place: string | null;
  readonly intento: string | null;
  readonly acierto: string | null;
  readonly fallos: number;
  readonly motivo: string | null;
  readonly duracionMs: number | null;
  /** What it last answered, most tickets first; names without tickets among them. */
  readonly answer: readonly Named[];
};

/** Tickets by the name they have outside, and whom they go to, or why to nobody (Spanish sentence). */
export type Named = { readonly nombre: string; readonly tickets: number; readonly robotId: string | null; readonly motivo: string };

/** The last that is known of every source: what they say of each robot, and how they stand. Nobody outside is asked. */
export type LastLoad = { readonly reading: LoadReading; readonly sources: readonly Source[] };

const names: readonly ProviderName[] = ['clouders', 'rpa360', 'local'];

export const lastLoad = (deps: LastDeps): LastLoad => {
  const { db, clock, config } = deps;
  const mapping = readMapping(deps);
  const last = lastGood(db, clock.now(), providersOf(deps));
  const rows = new Map(readRows(db).map((row) => [row.proveedor, row]));
  const places = placesOf(deps);
  const sources = names.map((proveedor): Source => {
    const tickets = [...(last.get(proveedor)?.tickets ?? [])].map(([nombre, n]): Named => {
      const meant = mapping.meant(proveedor, nombre);
      return 'robotId' in meant
        ? { nombre, tickets: n, robotId: meant.robotId, motivo: '' }
        : { nombre, tickets: n, robotId: null, ...meant };
    });
    const answer = tickets.sort((a, b) => b.tickets - a.tickets || (a.nombre < b.nombre ? -1 : 1));
    return { proveedor, place: places.get(proveedor) ?? null, answer, ...(rows.get(proveedor) ?? neverAsked) };
  });
  const told = sources
    .filter(({ place }) => place !== null)
    .map((source): Told => ({ proveedor: source.proveedor, answer: answerOf(source), last: last.get(source.proveedor) ?? null }));
  return { sources, reading: readingOf(told, mapping, readLiveSettings(db, config).BALANCEADOR_CARGA_EDAD_MAX_SEG * 1000) };
};

/** Where each one is, of those that are configured; no secrets. */
const placesOf = ({ carga }: Pick<Deps, 'carga'>): ReadonlyMap<ProviderName, string> =>
  new Map([...carga.map(({ name, place }) => [name, place] as const), ['local', 'La cola de Cerebro'] as const]);

type Row = Omit<Source, 'place' | 'answer'>;

const neverAsked = { intento: null, acierto: null, fallos: 0, motivo: null, duracionMs: null };

const readRows = (db: Deps['db']): Row[] =>
  db
    .sql(
      `SELECT proveedor, ultimo_intento_at AS intento, ultimo_acierto_at AS acierto, fallos_seguidos AS fallos, motivo,
              duracion_ms AS duracionMs
         FROM fuentes_carga`,
    )
    .all() as Row[];

const answerOf = ({ acierto, fallos, motivo, answer }: Source): Told['answer'] =>
  acierto !== null && fallos === 0
    ? { kind: 'ok', tickets: new Map(answer.map(({ nombre, tickets }) => [nombre, tickets])) }
    : { kind: 'failed', reason: motivo ?? 'Todavía no se le ha preguntado.' };
