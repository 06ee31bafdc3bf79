import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { readMapeo, type Texts } from './fields.ts';

export type MapeoDeps = Pick<Deps, 'clock' | 'db' | 'hub'>;

/**
 * Says which robot a source means by a name (`proveedor`, `nombre_externo`, `robot_id`, `descripcion`). The next count of tickets
 * reads it. Answers its id. @throws InvalidInputError by column
 */
export const crearMapeo = async ({ db, clock, hub }: MapeoDeps, form: Texts, who: Who): Promise<number> => {
  const { columns, problems } = readMapeo(form);
  const { proveedor, nombre_externo, robot_id } = columns;
  const id = await db.write(() => {
    if (robot_id !== '' && !db.sql("SELECT 1 FROM robots WHERE robot_id = ? AND kind = 'a360'").get(robot_id))
      problems.robot_id = 'No hay ningún robot de A360 así.';
    if (db.sql('SELECT 1 FROM mapeo_robots WHERE lower(trim(proveedor)) = ? AND trim(nombre_externo) = ?').get(proveedor, nombre_externo))
      problems.nombre_externo = `«${nombre_externo}» de ${proveedor} ya tiene su mapeo: bórrelo antes.`;
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const { lastInsertRowid } = db
      .sql(
        `INSERT INTO mapeo_robots (proveedor, nombre_externo, robot_id, descripcion, created_at)
         VALUES (@proveedor, @nombre_externo, @robot_id, @descripcion, @at)`,
      )
      .run({ ...columns, at: isoNow(clock) });
    audit(db, isoNow(clock), { ...who, accion: 'crear', entidad: 'mapeo', entidadId: Number(lastInsertRowid), despues: columns });
    return Number(lastInsertRowid);
  });
  hub.changed({ entity: 'robot', id: robot_id });
  return id;
};
