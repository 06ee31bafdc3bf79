import type { Db } from '#server/db/open.ts';

export type Que = 'robots' | 'equipos';

export type SyncRow = {
  readonly que: Que;
  readonly ended_at: string | null;
  readonly outcome: 'ok' | 'sin_ausencias' | 'failed';
  readonly vistos: number;
  readonly nuevos: number;
  readonly cambiados: number;
  readonly ausentes: number;
  readonly mensaje: string | null;
};

/** The last sync of robots and of equipos, in this order; a half that never ran is left out. */
export const lastSyncs = (db: Db): readonly SyncRow[] =>
  db
    .sql(
      `SELECT que, ended_at, outcome, vistos, nuevos, cambiados, ausentes, mensaje FROM sincronizaciones
        WHERE sincronizacion_id IN (SELECT max(sincronizacion_id) FROM sincronizaciones GROUP BY que) ORDER BY que DESC`,
    )
    .all() as unknown as SyncRow[];

/**
 * Rows added by listings whose absences nobody believed, since the newest good one: they were not known then, and must not make
 * what is missing look like less.
 */
export const addedInDoubt = (db: Db, que: SyncRow['que']): number =>
  db
    .sql(
      `SELECT coalesce(sum(nuevos), 0) AS n FROM sincronizaciones
        WHERE que = @que AND sincronizacion_id >
          coalesce((SELECT max(sincronizacion_id) FROM sincronizaciones WHERE que = @que AND outcome = 'ok'), 0)`,
    )
    .get({ que })?.n as number;
