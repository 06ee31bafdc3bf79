import type { Db } from '#server/db/open.ts';

/** Programaciones of every type on invented machines: one that is off, one that cannot be read. */
export const fillProgramaciones = (db: Db): void => {
  db.sqlite.exec(`
    INSERT OR IGNORE INTO robots (robot_id, robot, kind) VALUES ('4711', 'P12_Facturas_Alta', 'a360'), ('4712', 'P13_Correo_Lectura', 'a360');
    INSERT OR IGNORE INTO equipos (equipo_id, equipo, user_id, user_name, licencia, activo_sam)
      VALUES ('31', 'VM-RPA-01', '88', 'bot01', 'RUNTIME', 1), ('32', 'VM-RPA-02', '89', 'bot02', 'RUNTIME', 1),
             ('33', 'VM-RPA-03', '90', 'bot03', 'RUNTIME', 0);
    INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, dias_semana, tolerancia)
      VALUES ('semanal', '4711', 'Semanal', '08:00', 'Lu,Mi', 60);
    INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, hora_fin, es_ciclico, intervalo_entre_ejecuciones)
      VALUES ('ciclica', '4712', 'Diaria', '22:00', '06:00', 1, 15);
    INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, ultimos_dias_mes, activo)
      VALUES ('fin-de-mes', '4711', 'RangoMensual', '12:00', 2, 0);
    INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio) VALUES ('rota', '4712', 'Quincenal', '25:00');
    INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id)
      VALUES ('4711', '31', 1, 'semanal'), ('4711', '33', 1, 'semanal'), ('4712', '32', 1, 'ciclica'), ('4711', '31', 1, 'fin-de-mes'), ('4712', '32', 1, 'rota');`);
};
