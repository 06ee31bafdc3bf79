import type { Db } from '#server/db/open.ts';
import { settle } from './settle.ts';
import { isNoInstant, type TakenTramite, takeNext } from './take-next.ts';

/** Organismos whose trámites a robot of A360 files, whatever their modo: the robot named in `robot`, else the one called like them. */
export const servedByA360 = `
  SELECT o.site_id, coalesce(o.modo, 'aprobar') AS modo, r.robot_id
    FROM organismo_config AS o JOIN robots AS r ON r.robot_id = coalesce(nullif(trim(o.robot), ''), o.site_id) AND r.kind = 'a360'`;

/**
 * What a person approves when a robot of A360 files: that robot, and all it is given. Of a trámite `t` and a served organismo `s`. No
 * fingerprint of a screen looks like it, so that an approval is never carried over from one kind of robot to the other.
 */
export const givenToA360 = `json_array('a360', s.robot_id, t.resource_id, t.expediente, t.url_directa)`;

/** An approval nobody wrote down what it was for (another program's) counts, as it does for the other robots. */
const approved = `t.approved_at IS NOT NULL AND (t.approved_digest IS NULL OR t.approved_digest = ${givenToA360})`;

/** Rows `t` of a served organismo `s` whose hour has come; `@at` = now. */
const due = `t.site_id = s.site_id AND t.status IN ('pending', 'processing') AND t.status = 'pending'
         AND (t.not_before IS NULL OR t.not_before <= @at OR t.${isNoInstant})`;

/** May be launched now without asking anybody. */
const mayBeFiled = `(s.modo = 'enviar' OR (s.modo = 'aprobar' AND ${approved}))`;

/** A robot of A360 that files, and how many trámites it may take now. */
export type RobotTickets = { readonly robotId: string; readonly tramites: number };

/** More than any number of machines can take at once. */
const mostCounted = 100_000;

/**
 * The trámites each robot of A360 that serves an organismo may take now, those with none too: a robot that is not listed serves nobody,
 * and starts without a trámite.
 * @param most where counting stops, of each organismo
 */
export const ticketsForA360 = (db: Db, at: string, most = mostCounted): RobotTickets[] =>
  db
    .sql(
      `SELECT s.robot_id AS robotId, sum((
                SELECT count(*) FROM (
                  SELECT 1 FROM tramite_queue AS t INDEXED BY tramite_take_next WHERE ${due} AND ${mayBeFiled} LIMIT +@most))) AS tramites
         FROM (${servedByA360}) AS s GROUP BY s.robot_id ORDER BY s.robot_id`,
    )
    .all({ at, most }) as RobotTickets[];

/** Whether that robot may still file that trámite, which it has taken: its organismo, its modo and its approval are as they were. */
export const mayStillFile = (db: Db, robotId: string, tramiteId: number): boolean =>
  db
    .sql(
      `SELECT 1 FROM tramite_queue AS t JOIN (${servedByA360}) AS s ON s.site_id = t.site_id
        WHERE t.id = @tramiteId AND t.status = 'processing' AND s.robot_id = @robotId AND ${mayBeFiled}`,
    )
    .get({ robotId, tramiteId }) !== undefined;

/** What a person who approves that trámite lets a robot of A360 do; null when no such robot files it. */
export const screenOfA360 = (db: Db, tramiteId: number): string | null =>
  (db
    .sql(`SELECT ${givenToA360} AS given FROM tramite_queue AS t JOIN (${servedByA360}) AS s ON s.site_id = t.site_id WHERE t.id = ?`)
    .get(tramiteId)?.given as string | undefined) ?? null;

const unapproved = `
  SELECT t.id, s.robot_id AS robotId, t.approved_at IS NOT NULL AS changed
    FROM (${servedByA360}) AS s JOIN tramite_queue AS t INDEXED BY tramite_take_next ON ${due}
   WHERE s.modo = 'aprobar' AND NOT (${approved})`;

/**
 * Asks for the approval of those that a robot of A360 would file and nobody has approved (or not for what it would be given now): there
 * is no form to be seen first. Answers their ids. Call inside a transaction.
 */
export const askApproval = (db: Db, at: string): number[] => {
  const rows = db.sql(unapproved).all({ at });
  if (rows.length === 0) return [];
  const among = JSON.stringify(rows);
  db.sql(
    `UPDATE tramite_queue
        SET status = 'awaiting_confirmation', not_before = NULL, approved_at = NULL, approved_by = NULL, approved_digest = NULL
      WHERE id IN (SELECT value ->> 'id' FROM json_each(?)) AND status = 'pending'`,
  ).run(among);
  db.sql(
    `INSERT INTO events (at, entity, entity_id, kind, data)
     SELECT @at, 'tramite', value ->> 'id', 'approval_asked', json_object('robot', value ->> 'robotId', 'changed', value ->> 'changed')
       FROM json_each(@among)`,
  ).run({ at, among });
  return rows.map((row) => row.id as number);
};

/** A robot of A360 takes the next due trámite of its organismos; null when there is none. Call inside a transaction, after `askApproval`. */
export const takeForA360 = (db: Db, at: string, robotId: string): TakenTramite | null => {
  const sites = db.sql(`SELECT site_id, modo FROM (${servedByA360}) WHERE robot_id = ? AND modo IN ('enviar', 'aprobar')`).all(robotId);
  const modos = new Map(sites.map((row) => [row.site_id as string, row.modo as string]));
  for (;;) {
    const taken = takeNext(db, at, [...modos.keys()]);
    if (taken === null || taken.approved || modos.get(taken.siteId) === 'enviar') return taken;
    settle(db, at, taken.id, { verb: 'hold' });
  }
};

/** Gives back trámites whose robot was never asked to start: as if they had not been taken. Call inside a transaction. */
export const giveBackUntouched = (db: Db, ids: readonly number[]): void => {
  db.sql(
    `UPDATE tramite_queue SET status = 'pending', attempts = max(0, attempts - 1)
      WHERE id IN (SELECT value FROM json_each(?)) AND status = 'processing'`,
  ).run(JSON.stringify(ids));
};
