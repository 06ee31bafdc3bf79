import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { poolProblem } from '#server/pools/queries.ts';
import type { RobotDeps } from './editar.ts';
import { readColumns, type Texts } from './fields.ts';
import { findRobot } from './queries.ts';

const longest = { robot: 100, descripcion: 4000 } as const;

/**
 * Adds a robot of A360 before the sync brings it (`robot_id`, `robot`, `descripcion`, and what an operator decides of any robot). The
 * next complete listing says whether A360 has it. Answers its id.
 * @throws InvalidInputError by column
 */
export const crearRobot = async (deps: RobotDeps, form: Texts, who: Who): Promise<string> => {
  const { db, clock, hub } = deps;
  const id = (form.robot_id ?? '').trim();
  const { columns, problems } = readColumns('a360', form);
  const told = { robot: (form.robot ?? '').trim(), descripcion: (form.descripcion ?? '').trim() };
  if (!/^\d{1,15}$/.test(id)) problems.robot_id = 'Es un número: el del bot (fileId) en A360.';
  if (told.robot === '') problems.robot = 'Escriba el nombre del bot.';
  for (const name of ['robot', 'descripcion'] as const)
    if (told[name].length > longest[name]) problems[name] = `No puede pasar de ${longest[name]} caracteres.`;
  await db.write(() => {
    const wrongPool = poolProblem(db, columns.pool_id ?? null);
    if (wrongPool !== undefined) problems.pool_id = wrongPool;
    if (findRobot(db, id)) problems.robot_id = 'Ya hay un robot con ese identificador.';
    if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
    const row = { robot_id: id, kind: 'a360', ...told, ...columns };
    const names = Object.keys(row);
    db.sql(`INSERT INTO robots (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`).run(row);
    audit(db, isoNow(clock), { ...who, accion: 'crear', entidad: 'robot', entidadId: id, despues: { ...told, ...columns } });
  });
  hub.changed({ entity: 'robot', id });
  return id;
};
