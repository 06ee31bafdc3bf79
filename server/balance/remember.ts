import type { Db } from '#server/db/open.ts';
import type { Short } from './history.ts';
import type { RobotMemory } from './model.ts';
import type { Proposal } from './recheck.ts';

/** Keeps what the next cycle must know of each robot, and what this one saw; rows that stay as they are are not written. */
export const remember = (db: Db, { plan, snapshot }: Proposal, short: Short): void => {
  const changed = new Map(plan.memory.map((one) => [one.robotId, one]));
  const seen = new Map(plan.verdicts.map((one) => [one.robotId, one]));
  const rows = [...new Set([...seen.keys(), ...changed.keys()])].map((robotId) => {
    const known = snapshot.memory.get(robotId) ?? blank(robotId);
    const verdict = seen.get(robotId);
    const { alza, baja, incompleto, negativa } = afterShort(changed.get(robotId) ?? known, known, short);
    return [
      ...[robotId, isoOf(alza), alza?.tickets ?? null, isoOf(baja), baja?.tickets ?? null, incompleto ? 1 : 0, negativa],
      ...[verdict?.tickets ?? null, verdict?.necesita ?? 0],
    ];
  });
  if (rows.length > 0) db.sql(upsert).run(JSON.stringify(rows));
};

const blank = (robotId: string): RobotMemory => ({ robotId, alza: null, baja: null, incompleto: false, negativa: null });

/** A robot that did not move does not cool; one that got fewer than it should may be completed at any time. */
const afterShort = (planned: RobotMemory, known: RobotMemory, short: Short): RobotMemory => {
  const moves = short.get(planned.robotId);
  if (moves === undefined) return planned;
  return moves.moved === 0
    ? { ...planned, alza: known.alza, baja: known.baja, incompleto: known.incompleto }
    : { ...planned, incompleto: true };
};

const isoOf = (move: RobotMemory['alza']): string | null => (move === null ? null : new Date(move.at).toISOString());

const columns = [
  ...['ultima_alza_at', 'ultima_alza_tickets', 'ultima_baja_at', 'ultima_baja_tickets'],
  ...['incompleto', 'negativa', 'tickets', 'necesita'],
];
const values = columns.map((_, index) => `value ->> ${index + 1}`).join(', ');
const excluded = columns.map((name) => `excluded.${name}`).join(', ');
const current = columns.map((name) => `balance_robots.${name}`).join(', ');

const upsert = `
  INSERT INTO balance_robots (robot_id, ${columns.join(', ')})
  SELECT value ->> 0, ${values} FROM json_each(?) WHERE true
      ON CONFLICT (robot_id) DO UPDATE SET (${columns.join(', ')}) = (${excluded}) WHERE (${current}) IS NOT (${excluded})`;
