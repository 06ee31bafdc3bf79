import type { Db } from '#server/db/open.ts';

/** What the page of the launcher tells apart: held by somebody, suspensions of an equipo and of a pair, a robot nobody knows. */
export const fillLanzador = (db: Db, ago: (minutes: number) => string): void => {
  db.sql(
    `INSERT INTO lanzador (id, retenido, motivo, usuario, desde) VALUES (1, 1, 'Se cambia la contraseña del banco', 'ana', @desde)
         ON CONFLICT (id) DO UPDATE SET retenido = 1, motivo = 'Se cambia la contraseña del banco', usuario = 'ana', desde = @desde`,
  ).run({ desde: ago(15) });
  const suspend = db.sql('INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo, desde, hasta) VALUES (?, ?, ?, ?, ?, ?)');
  suspend.run(null, '33', 'usuario', 'El usuario bot.tres está deshabilitado en A360.', ago(40), null);
  suspend.run('4711', '32', 'config', 'A360 no admite este robot en este equipo: le falta un permiso.', ago(30), ago(-60));
  db.sql("INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('robot-borrado', '34', 1)").run();
};
