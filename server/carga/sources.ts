import { type Aviso, raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { LoadAnswer, LoadProvider, ProviderName } from '#server/gateways/carga/carga.ts';
import type { Asked } from './ask.ts';
import type { LastGood } from './reading.ts';

type Row = { readonly proveedor: string; readonly at: string | null; readonly lugar: string | null; readonly respuesta: unknown };

/**
 * The last good answer of each provider that ever gave one, with its age at `now`. What was answered somewhere else, before its
 * settings changed, is none of its own.
 */
export const lastGood = (db: Db, now: Date, providers: readonly Pick<LoadProvider, 'name' | 'place'>[]): ReadonlyMap<string, LastGood> => {
  const places = new Map<string, string>(providers.map(({ name, place }) => [name, place]));
  const rows = db.sql('SELECT proveedor, ultimo_acierto_at AS at, lugar, respuesta FROM fuentes_carga').all() as Row[];
  const own = rows.filter(({ proveedor, lugar }) => places.has(proveedor) && (lugar === null || lugar === places.get(proveedor)));
  return new Map(own.flatMap(({ proveedor, at, respuesta }) => read(at, respuesta, now).map((last) => [proveedor, last] as const)));
};

/** Other programs may have written here: what does not read was never answered. */
const read = (at: string | null, respuesta: unknown, now: Date): LastGood[] => {
  const ageMs = now.getTime() - Date.parse(at ?? '');
  const tickets = Number.isNaN(ageMs) ? null : parsed(String(respuesta));
  return tickets ? [{ tickets, ageMs }] : [];
};

const parsed = (json: string): ReadonlyMap<string, number> | null => {
  try {
    const entries = Object.entries(JSON.parse(json) as object);
    return new Map(entries.map(([name, count]) => [name, Number.isSafeInteger(count) ? Math.max(0, Number(count)) : 0]));
  } catch {
    return null;
  }
};

const attempted = `
  INSERT INTO fuentes_carga (proveedor, ultimo_intento_at, ultimo_acierto_at, lugar, respuesta, fallos_seguidos, motivo, duracion_ms)
  SELECT @proveedor, @at, iif(@motivo IS NULL, @at, NULL), @lugar, coalesce(@respuesta, '{}'), @motivo IS NOT NULL, @motivo, @ms WHERE true
  ON CONFLICT (proveedor) DO UPDATE SET
    ultimo_intento_at = @at,
    ultimo_acierto_at = coalesce(excluded.ultimo_acierto_at, ultimo_acierto_at),
    lugar = iif(@motivo IS NULL, @lugar, lugar),
    respuesta = coalesce(@respuesta, respuesta),
    fallos_seguidos = iif(@motivo IS NULL, 0, fallos_seguidos + 1),
    motivo = @motivo,
    duracion_ms = @ms
  RETURNING fallos_seguidos AS fallos`;

/** Keeps how one provider answered. Call inside a transaction. @param answered what is kept of a good answer; @returns failures in a row */
export const keepAttempt = (db: Db, at: string, { provider, answer, ms }: Asked, answered: ReadonlyMap<string, number>): number => {
  const given =
    answer.kind === 'ok'
      ? { respuesta: JSON.stringify(Object.fromEntries(answered)), motivo: null }
      : { respuesta: null, motivo: answer.reason };
  return db.sql(attempted).get({ proveedor: provider.name, lugar: provider.place, at, ms, ...given })?.fallos as number;
};

const claveOf = (proveedor: ProviderName): string => `carga:${proveedor}`;
const deniedClave = (proveedor: ProviderName): string => `carga_credenciales:${proveedor}`;

type Told = { readonly proveedor: ProviderName; readonly answer: LoadAnswer; readonly fallos: number; readonly limit: number };

/** An aviso after so many failures in a row; a good answer closes it. Call inside a transaction. */
export const tellAviso = (db: Db, at: string, { proveedor, answer, fallos, limit }: Told): void => {
  if (answer.kind === 'ok') forgetAvisos(db, at, [proveedor]);
  else if (answer.denied && fallos >= limit) {
    resolve(db, at, claveOf(proveedor));
    raise(db, at, denied(proveedor, answer.reason));
  } else if (fallos >= limit) raise(db, at, silent(proveedor, answer.reason, fallos));
};

const meanwhile = 'Mientras tanto no se quitan equipos a los robots que dependen de ella.';
const pageStep = 'Abra Fuentes de carga y pulse «Probar»: dice qué contesta.';

const denied = (proveedor: ProviderName, reason: string): Aviso => ({
  ...{ clave: deniedClave(proveedor), nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' },
  titulo: `La fuente de tickets ${proveedor} rechaza las credenciales`,
  detalle: `${reason} ${meanwhile}`,
  acciones: ['Compruebe con quien la lleva que la cuenta existe y no está bloqueada.', 'Corríjalas en .env y reinicie Cerebro.', pageStep],
});

const silent = (proveedor: ProviderName, reason: string, fallos: number): Aviso => ({
  ...{ clave: claveOf(proveedor), nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
  titulo: `La fuente de tickets ${proveedor} no responde`,
  detalle: `Van ${fallos} fallos seguidos. ${reason} ${meanwhile}`,
  acciones: [pageStep, 'Compruebe la red hasta ella, o avise a quien la lleva.'],
});

/** They answer, or nobody asks them any more. Call inside a transaction. */
export const forgetAvisos = (db: Db, at: string, proveedores: readonly ProviderName[]): void => {
  for (const proveedor of proveedores) for (const clave of [claveOf(proveedor), deniedClave(proveedor)]) resolve(db, at, clave);
};
