import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { blockedClave } from './bloqueo.ts';
import { deathsInARow, restAfterDeaths, restartsTitle, type Start } from './rules.ts';

/** How the house ends: `died` = nobody wanted it to. */
export type Ending = { readonly motivo: string; readonly died?: boolean };

/** This start of the house. */
export type Arranque = {
  readonly id: number;
  /** Starts before it that died within minutes, one after another. */
  readonly deaths: number;
  /** Milliseconds to rest before it works. */
  readonly restMs: number;
};

type ArranqueDeps = Pick<Deps, 'db' | 'clock'>;

const clave = 'reinicios';
/** A house that has lived this long is well again. */
export const wellAfterMs = 3_600_000;
/** More deaths in a row than these rest no longer. */
const most = 50;

const startsBefore = (db: Db, id: number): Start[] =>
  db
    .sql('SELECT at, terminado_at AS terminadoAt FROM arranques WHERE arranque_id < ? ORDER BY arranque_id DESC LIMIT +?')
    .all(id, most) as Start[];

/** Whether the last one died, however long it had lived. Call before this start is written down. */
export const lastDied = (db: Db): boolean => {
  const last = db.sql('SELECT terminado_at FROM arranques ORDER BY arranque_id DESC LIMIT 1').get();
  return last !== undefined && last.terminado_at === null;
};

/** Writes this start down; where too many died in a row, raises the aviso that says so. */
export const beginArranque = ({ db, clock }: ArranqueDeps, version: string): Promise<Arranque> =>
  db.write(
    () => {
      const at = isoNow(clock);
      const insert = db.sql('INSERT INTO arranques (at, version, pid) VALUES (?, ?, ?)');
      const id = Number(insert.run(at, version, process.pid).lastInsertRowid);
      const deaths = deathsInARow(startsBefore(db, id), at);
      const restMs = restAfterDeaths(deaths);
      if (restMs > 0) tellRestarts(db, at, deaths, restMs);
      return { id, deaths, restMs };
    },
    { durable: true },
  );

const tellRestarts = (db: Db, at: string, deaths: number, restMs: number): void =>
  raise(db, at, {
    ...({ clave, nivel: 'ALTO', ambito: 'SISTEMA', naturaleza: 'UMBRAL' } as const),
    titulo: restartsTitle(deaths),
    detalle: `Espera ${Math.round(restMs / 1000)} segundos antes de volver a trabajar.`,
    acciones: [
      'Mire en Sistema los últimos arranques, y en los registros qué pasó justo antes de cada uno.',
      'Si no se explica, descargue en Sistema el paquete de soporte y mándelo a quien mantiene Cerebro.',
    ],
  });

/** Writes down how it ended; one that died keeps no end, only what it died of. */
export const endArranque = ({ db, clock }: ArranqueDeps, { id }: Arranque, { motivo, died = false }: Ending): Promise<unknown> =>
  db.write(() =>
    db
      .sql('UPDATE arranques SET motivo = ?, terminado_at = ? WHERE arranque_id = ?')
      .run(motivo.slice(0, 1000), died ? null : isoNow(clock), id),
  );

/** It has lived long enough. */
export const forgetDeaths = ({ db, clock }: ArranqueDeps): Promise<boolean> =>
  db.write(() => [clave, blockedClave].map((one) => resolve(db, isoNow(clock), one)).includes(true));

/** A start as the page lists it. */
export type ArranqueRow = {
  readonly arranque_id: number;
  readonly at: string;
  readonly version: string;
  readonly terminado_at: string | null;
  readonly motivo: string | null;
};

/** The last starts, the newest first. */
export const lastArranques = (db: Db, limit = 8): ArranqueRow[] =>
  db
    .sql('SELECT arranque_id, at, version, terminado_at, motivo FROM arranques ORDER BY arranque_id DESC LIMIT +?')
    .all(limit) as unknown as ArranqueRow[];

/** Until when the present start rests, and after how many deaths; null = it works. */
export const restingNow = ({ db, clock }: ArranqueDeps): { readonly until: string; readonly deaths: number } | null => {
  const [present] = lastArranques(db, 1);
  if (!present || present.terminado_at !== null) return null;
  const deaths = deathsInARow(startsBefore(db, present.arranque_id), present.at);
  const until = new Date(Date.parse(present.at) + restAfterDeaths(deaths));
  return until > clock.now() ? { until: until.toISOString(), deaths } : null;
};
