import type { Format } from '#server/lib/format.ts';
import { link, type Tag } from '#server/lib/tag.ts';
import type { LastLoad, Named, Source } from './last-load.ts';
import type { Trial } from './probar.ts';

const words: Readonly<Record<Source['proveedor'], readonly [title: string, what: string, setting: string]>> = {
  clouders: ['clouders', 'Los tickets pendientes de Clouders, por HTTP o entrando por SSH a su MySQL.', 'CLOUDERS_URL o CLOUDERS_SSH_HOST'],
  rpa360: ['rpa360', 'El procedimiento de SQL Server que cuenta los tickets de cada robot.', 'SQL_RPA360_HOST'],
  local: ['Cola de Cerebro', 'Los trámites que esperan a un robot de A360.', ''],
};

const stateOf = ({ place, intento, fallos }: Source): Tag => {
  if (place === null) return { word: 'Sin configurar', icon: 'apagado', tone: 'nada' };
  if (intento === null) return { word: 'Sin preguntar', icon: 'reloj', tone: 'nada' };
  return fallos > 0 ? { word: 'No contesta', icon: 'fallo', tone: 'mal' } : { word: 'Contesta', icon: 'hecho', tone: 'bien' };
};

export type CargaParts = {
  /** Names of robots by id. */
  readonly robots: ReadonlyMap<string, string>;
  readonly may: boolean;
  readonly trial: Trial | null;
  readonly maxAgeMs: number;
};

/** Every source: where it is, how it does and what it last said. */
export const presentCarga = ({ sources, reading }: LastLoad, parts: CargaParts, format: Format) => ({
  title: 'Fuentes de carga',
  may: parts.may,
  verdict: judge(sources, reading.unmapped.length, format),
  sources: sources.map((source) => presentSource(source, parts, format)),
  maxAge: format.duration(parts.maxAgeMs),
});

const judge = (sources: readonly Source[], unmapped: number, format: Format) => {
  const asked = sources.filter(({ place, intento }) => place !== null && intento !== null);
  const down = asked.filter(({ fallos }) => fallos > 0).map(({ proveedor }) => words[proveedor][0]);
  const names = unmapped === 1 ? '1 nombre con tickets no lleva' : `${format.number(unmapped)} nombres con tickets no llevan`;
  const lost = unmapped === 0 ? [] : [{ sentence: `${names} a ningún robot`, href: '/mapeos' }];
  if (down.length > 0) return { tone: 'mal', icon: 'fallo', title: `No contesta: ${down.join(', ')}`, findings: lost };
  if (asked.length === 0) return { tone: 'nada', icon: 'reloj', title: 'Todavía no se ha preguntado a ninguna fuente', findings: lost };
  return { tone: 'bien', icon: 'hecho', title: 'Todas las fuentes contestan', findings: lost };
};

const presentSource = (source: Source, { robots, trial }: CargaParts, format: Format) => {
  const { proveedor, place, fallos, motivo, duracionMs } = source;
  const [title, what, setting] = words[proveedor];
  return {
    ...{ id: proveedor, title, what, place: place ?? '', state: stateOf(source) },
    missing: place === null && setting !== '' ? `Se configura con ${setting}, y que esté en BALANCEADOR_CARGA_PROVEEDORES.` : '',
    attempt: format.instant(source.intento),
    good: format.instant(source.acierto),
    took: duracionMs === null ? '—' : format.duration(duracionMs),
    failures: format.number(fallos),
    reason: fallos > 0 ? (motivo ?? '') : '',
    rows: source.answer.filter(({ tickets }) => tickets > 0).map((one) => presentName(proveedor, one, robots, format)),
    trial: trial?.proveedor === proveedor ? presentTrial(trial, format) : null,
    action: `/carga/${proveedor}/probar`,
  };
};

const presentName = (proveedor: string, { nombre, tickets, robotId, motivo }: Named, robots: CargaParts['robots'], format: Format) => ({
  ...{ nombre, tickets: format.number(tickets), motivo },
  robot: robotId === null ? '' : (robots.get(robotId) ?? robotId),
  href: robotId === null ? `${link('/mapeos', { proveedor, nombre_externo: nombre })}#nuevo` : `/balance/${encodeURIComponent(robotId)}`,
  mappable: proveedor !== 'local',
});

const mostNames = 100;

const presentTrial = ({ answer, ms }: Trial, format: Format) => {
  if (answer.kind === 'failed')
    return { tone: 'mal', icon: 'fallo', title: `No contesta (${format.duration(ms)})`, sentence: answer.reason, rows: [] };
  const all = [...answer.tickets].sort((a, b) => b[1] - a[1]);
  const total = format.number(all.reduce((sum, [, n]) => sum + n, 0));
  return {
    ...{ tone: 'bien', icon: 'hecho', title: `Contesta en ${format.duration(ms)}` },
    sentence: `${format.number(all.length)} nombres, ${total} tickets en total. No se ha guardado nada: lo que cuenta es lo que conteste en el próximo reparto.`,
    rows: all.slice(0, mostNames).map(([nombre, n]) => ({ nombre, tickets: format.number(n) })),
  };
};
