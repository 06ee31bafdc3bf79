import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { poolProblem } from '#server/pools/queries.ts';
import { type Columns, readColumns, type Texts } from './fields.ts';
import { activeProgramaciones, findRobot, type Robot } from './queries.ts';

export type RobotDeps = Pick<Deps, 'clock' | 'db' | 'hub'>;

/** @throws NotFoundError */
export const findRobotOrThrow = (db: Db, robotId: string): Robot => {
  const robot = findRobot(db, robotId);
  if (!robot) throw new NotFoundError(`No hay ningún robot «${robotId}».`);
  return robot;
};

/**
 * Changes the operator's columns of a robot; what is not sent stays. Answers whether anything changed.
 * @throws InvalidInputError by column, NotFoundError, WrongStateError when it would go online with a calendar of its own.
 */
export const editarRobot = async (deps: RobotDeps, robotId: string, form: Texts, who: Who): Promise<boolean> => {
  const { db, clock, hub } = deps;
  const changed = await db.write(() => {
    const before = findRobotOrThrow(db, robotId);
    const { columns, problems } = readColumns(before.kind, form);
    const pool = poolProblem(db, columns.pool_id ?? null);
    if (pool !== undefined) problems.pool_id = pool;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    if (columns.es_online === 1 && before.es_online !== 1) refuseScheduled(db, before);
    const names = (Object.keys(columns) as (keyof Columns)[]).filter((name) => columns[name] !== before[name]);
    if (names.length === 0) return false;
    db.sql(`UPDATE robots SET ${names.map((name) => `${name} = @${name}`).join(', ')} WHERE robot_id = @robotId`).run({
      ...columns,
      robotId,
    });
    const pick = (from: Partial<Columns>) => Object.fromEntries(names.map((name) => [name, from[name]]));
    const subject = { entidad: 'robot', entidadId: robotId, antes: pick(before), despues: pick(columns) };
    audit(db, isoNow(clock), { ...who, accion: 'editar', ...subject });
    return true;
  });
  if (changed) hub.changed({ entity: 'robot', id: robotId });
  return changed;
};

/** A robot that starts by calendar does not start on demand too. */
const refuseScheduled = (db: Db, { robot_id, robot }: Robot): void => {
  const n = activeProgramaciones(db, robot_id);
  if (n === 0) return;
  const which = n === 1 ? 'una programación activa' : `${n} programaciones activas`;
  throw new WrongStateError('robot_programado', `«${robot}» tiene ${which}: desactívelas antes de ponerlo en línea.`);
};
