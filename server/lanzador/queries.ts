import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { momentAt } from './moment.ts';
import { type Decision, decide, type Snapshot } from './pairs.ts';
import { type ProgramacionRow, readSnapshot } from './snapshot.ts';

export type DryRun = { readonly snapshot: Snapshot<ProgramacionRow>; readonly decision: Decision };

/** What the launcher would do at this instant, without doing it. */
export const dryRun = ({ db, clock, config }: Pick<Deps, 'db' | 'clock' | 'config'>): DryRun => {
  const now = clock.now();
  const snapshot = db.read(() => readSnapshot(db, now));
  return { snapshot, decision: decide(snapshot, { now, momentOf: momentAt(config.TZ_NEGOCIO, now) }) };
};

export type OpenSuspension = {
  readonly id: number;
  readonly robotId: string | null;
  readonly robot: string | null;
  readonly equipoId: string | null;
  readonly equipo: string | null;
  readonly motivo: string;
  readonly desde: string;
  readonly hasta: string | null;
  /** The link between both, where it still is. */
  readonly asignacionId: number | null;
};

/** The page shows as many; the rest appear as those are resumed. */
export const mostSuspensions = 100;

/** What may not be launched for now, the newest first: one more than are shown, if there are more. */
export const openSuspensions = (db: Db, now: string): OpenSuspension[] =>
  db
    .sql(
      `SELECT s.suspension_id AS id, s.robot_id AS robotId, r.robot, s.equipo_id AS equipoId, q.equipo, s.motivo, s.desde, s.hasta,
              (SELECT min(asignacion_id) FROM asignaciones AS a WHERE a.robot_id = s.robot_id AND a.equipo_id = s.equipo_id) AS asignacionId
         FROM suspensiones AS s
         LEFT JOIN robots AS r ON r.robot_id = s.robot_id
         LEFT JOIN equipos AS q ON q.equipo_id = s.equipo_id
        WHERE s.reanudada_at IS NULL AND (s.hasta IS NULL OR s.hasta > @now)
        ORDER BY s.suspension_id DESC LIMIT +@most`,
    )
    .all({ now, most: mostSuspensions + 1 }) as OpenSuspension[];
