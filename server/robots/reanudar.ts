import { resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { suspensionClave } from './suspender.ts';

type ResumeDeps = Pick<Deps, 'db' | 'clock' | 'hub' | 'wake'>;
type Row = { readonly robotId: string | null; readonly equipoId: string | null; readonly motivo: string; readonly desde: string };
type Scope = { readonly robotId?: string | null; readonly equipoId?: string | null };

/** Lets a robot be launched again: everywhere, and on each equipo it was suspended on. Answers how many suspensions ended. @throws NotFoundError */
export const reanudarRobot = async (deps: ResumeDeps, robotId: string, who: Who): Promise<number> => {
  const ended = await deps.db.write(() => {
    if (!deps.db.sql('SELECT 1 FROM robots WHERE robot_id = ?').get(robotId)) throw new NotFoundError(`No hay ningún robot «${robotId}».`);
    const rows = resume(deps, { robotId }, who);
    if (rows.length > 0) writeDown(deps, { entity: 'robot', id: robotId, rows }, who);
    return rows.length;
  });
  return told(deps, ended);
};

/** Lets an equipo be used again. @throws NotFoundError */
export const reanudarEquipo = async (deps: ResumeDeps, equipoId: string, who: Who): Promise<number> => {
  const ended = await deps.db.write(() => {
    if (!deps.db.sql('SELECT 1 FROM equipos WHERE equipo_id = ?').get(equipoId))
      throw new NotFoundError(`No hay ningún equipo «${equipoId}».`);
    const rows = resume(deps, { robotId: null, equipoId }, who);
    if (rows.length > 0) writeDown(deps, { entity: 'equipo', id: equipoId, rows }, who);
    return rows.length;
  });
  return told(deps, ended);
};

/** Lets that robot be launched again on that equipo. @throws NotFoundError */
export const reanudarAsignacion = async (deps: ResumeDeps, asignacionId: number, who: Who): Promise<number> => {
  const ended = await deps.db.write(() => {
    const pair = deps.db.sql('SELECT robot_id, equipo_id FROM asignaciones WHERE asignacion_id = ?').get(asignacionId);
    if (!pair) throw new NotFoundError('Esa asignación ya no existe.');
    const rows = resume(deps, { robotId: pair.robot_id as string, equipoId: pair.equipo_id as string }, who);
    if (rows.length > 0) writeDown(deps, { entity: 'robot', id: pair.robot_id as string, rows }, who);
    return rows.length;
  });
  return told(deps, ended);
};

/** Ends the open suspensions of that scope, and their avisos; a column left out may be anything. */
const resume = ({ db, clock }: ResumeDeps, scope: Scope, who: Who): Row[] => {
  const at = isoNow(clock);
  const rows = db
    .sql(
      `UPDATE suspensiones SET reanudada_at = @at, reanudada_por = @usuario
        WHERE reanudada_at IS NULL AND (@anyRobot OR robot_id IS @robotId) AND (@anyEquipo OR equipo_id IS @equipoId)
    RETURNING robot_id AS robotId, equipo_id AS equipoId, motivo, desde`,
    )
    .all({
      ...{ at, usuario: who.usuario, robotId: scope.robotId ?? null, equipoId: scope.equipoId ?? null },
      ...{ anyRobot: scope.robotId === undefined ? 1 : 0, anyEquipo: scope.equipoId === undefined ? 1 : 0 },
    }) as Row[];
  for (const row of rows) resolve(db, at, suspensionClave(row));
  return rows;
};

type Resumed = { readonly entity: 'robot' | 'equipo'; readonly id: string; readonly rows: readonly Row[] };

const writeDown = (
  { db, clock }: { readonly db: Db; readonly clock: ResumeDeps['clock'] },
  { entity, id, rows }: Resumed,
  who: Who,
): void => {
  const at = isoNow(clock);
  const data = { suspensiones: rows.length };
  const actor = who.usuario;
  if (entity === 'robot') record(db, at, { entity: 'robot', entityId: id, kind: 'resumed', data, actor });
  else record(db, at, { entity: 'equipo', entityId: id, kind: 'resumed', data, actor });
  audit(db, at, { ...who, accion: 'reanudar', entidad: entity, entidadId: id, antes: rows });
};

const told = ({ hub, wake }: ResumeDeps, ended: number): number => {
  if (ended === 0) return 0;
  hub.changed({ entity: 'robot' });
  wake('lanzar');
  return ended;
};
