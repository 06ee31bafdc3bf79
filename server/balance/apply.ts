import type { Db } from '#server/db/open.ts';
import { type Written, writeHistory } from './history.ts';
import type { BalanceAction } from './model.ts';
import { keyOf, type Pair, pairsOf } from './moves.ts';
import { movedSince, type Proposal, withoutMoved } from './recheck.ts';
import { remember } from './remember.ts';

/** Who the rows of the balancer belong to. */
export const balancer = 'Balanceador';

/** What was really done; `dejados` = equipos of the plan that had changed meanwhile. */
export type Applied = {
  readonly asignados: number;
  readonly retirados: number;
  readonly drenando: number;
  readonly retenidos: number;
  readonly dejados: number;
  readonly rechazos: number;
};

/**
 * Does what the plan says, in a number of statements that does not depend on its size: rows of `asignaciones`, their history and what
 * is remembered of each robot, all or nothing. 'moved' = the plan no longer rests on what there is, and nothing was written; with
 * `last` the rest of it is done without those robots and equipos. What a person or a programación has taken meanwhile stays theirs.
 * Call it inside a transaction.
 */
export const applyPlan = (db: Db, now: Date, proposal: Proposal, last: boolean): Applied | 'moved' => {
  const moved = movedSince(db, now, proposal);
  if (moved !== null && !last) return 'moved';
  const { plan } = proposal;
  const actions = moved === null ? plan.actions : withoutMoved(plan.actions, moved);
  const at = now.toISOString();
  const before = countLent(db, actions);
  const done = {
    quita: pairsIn(db, release, pairsOf(actions, 'quita')),
    drena: pairsIn(db, drain, pairsOf(actions, 'drena')),
    retiene: pairsIn(db, keep, pairsOf(actions, 'retiene')),
    da: pairsIn(db, lend, pairsOf(actions, 'da'), { at, balancer }),
    nada: new Set<string>(),
  };
  const written = writeHistory(db, at, { ...proposal, done, before });
  remember(db, proposal, written.short);
  return tally(done, written, plan.actions);
};

const tally = (done: Readonly<Record<string, ReadonlySet<string>>>, written: Written, planned: readonly BalanceAction[]): Applied => {
  const size = (move: string) => done[move]?.size ?? 0;
  const wanted = planned.reduce((sum, { accion, equipos }) => sum + (accion === 'RECHAZO' ? 0 : equipos.length), 0);
  return {
    asignados: size('da'),
    retirados: size('quita'),
    drenando: size('drena'),
    retenidos: size('retiene'),
    dejados: wanted - size('da') - size('quita') - size('drena') - size('retiene'),
    rechazos: written.rechazos,
  };
};

/** Equipos each robot has lent, as the table says. */
const countLent = (db: Db, actions: readonly BalanceAction[]): Map<string, number> => {
  if (actions.length === 0) return new Map();
  const ids = JSON.stringify([...new Set(actions.map(({ robotId }) => robotId))]);
  return new Map(
    db
      .sql(lent)
      .all(ids)
      .map((row) => [row.robotId as string, row.n as number]),
  );
};

const lent = `
  SELECT robot_id AS robotId, count(*) AS n FROM asignaciones
   WHERE es_programado = 0 AND reservado = 0 AND robot_id IN (SELECT value FROM json_each(?)) GROUP BY robot_id`;

/** Which of the pairs the statement really moved, by `keyOf`. */
const pairsIn = (db: Db, sql: string, pairs: readonly Pair[], values: Readonly<Record<string, string>> = {}): ReadonlySet<string> => {
  if (pairs.length === 0) return new Set();
  const rows = db.sql(sql).all({ ...values, pairs: JSON.stringify(pairs) });
  return new Set(rows.map((row) => keyOf(row.robot_id as string, row.equipo_id as string)));
};

/** Found by the index of dynamic rows: one for each equipo. */
const theirRows = `
  SELECT a.asignacion_id FROM json_each(@pairs) AS p
   CROSS JOIN asignaciones AS a INDEXED BY asignacion_one_dynamic
      ON a.equipo_id = p.value ->> 1 AND a.es_programado = 0 AND a.reservado = 0
   WHERE a.robot_id = p.value ->> 0`;

const release = `DELETE FROM asignaciones WHERE asignacion_id IN (${theirRows}) RETURNING robot_id, equipo_id`;
const drain = `UPDATE asignaciones SET liberando = 1 WHERE asignacion_id IN (${theirRows}) RETURNING robot_id, equipo_id`;
const keep = `UPDATE asignaciones SET liberando = 0 WHERE asignacion_id IN (${theirRows}) RETURNING robot_id, equipo_id`;

/** One that has a row already, whoever wrote it, is somebody's. */
const lend = `
  INSERT INTO asignaciones (robot_id, equipo_id, asignado_por, fecha_asignacion)
  SELECT value ->> 0, value ->> 1, @balancer, @at FROM json_each(@pairs)
   WHERE NOT EXISTS (SELECT 1 FROM asignaciones AS a WHERE a.equipo_id = value ->> 1)
      ON CONFLICT DO NOTHING
  RETURNING robot_id, equipo_id`;
