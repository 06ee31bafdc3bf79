import Database from 'better-sqlite3';

/** Somebody programs that robot for this very minute, as another program would: it is due while A360 is away. */
export const planLaunch = (databaseFile: string, { robot, equipo }: { robot: string; equipo: string }): void => {
  const db = new Database(databaseFile, { fileMustExist: true, timeout: 5000 });
  const id = `prueba-${robot}`;
  const hora = new Intl.DateTimeFormat('es-ES', { timeZone: 'Europe/Madrid', hour: '2-digit', minute: '2-digit' }).format();
  try {
    db.transaction(() => {
      db.prepare("INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio) VALUES (?, ?, 'Diaria', ?)").run(
        ...[id, robot, hora],
      );
      db.prepare(
        "INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id, asignado_por) VALUES (?, ?, 1, ?, 'prueba')",
      ).run(robot, equipo, id);
    }).immediate();
  } finally {
    db.close();
  }
};
