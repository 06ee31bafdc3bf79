import type { Db } from '#server/db/open.ts';

/** Robots and machines of A360 of every kind, two pools, assignments of each class, a suspension and a sync with its doubts. */
export const fillSam = (db: Db, ago: (minutes: number) => string): void => {
  db.sqlite.exec(`
    INSERT INTO pools (pool_id, nombre, descripcion) VALUES ('norte', 'Norte', 'Las máquinas de Girona'), ('sur', 'Sur', '');
    INSERT INTO robots (robot_id, robot, descripcion, activo, es_online, min_equipos, max_equipos, prioridad_balanceo, tickets_por_equipo_adicional, pool_id, parametros, presente_en_a360)
    VALUES ('4711', 'P10_CARGA_FACTURAS', 'Carga las facturas del día', 1, 1, 2, 5, 10, 15, 'norte', '{"in_NumRepeticion":{"type":"NUMBER","number":"3"},"in_Correos":{"type":"LIST","list":[{"type":"STRING","string":"a@empresa.example"},{"type":"STRING","string":"b@empresa.example"}]}}', 1),
           ('4712', 'P20_CONCILIA_BANCOS', '', 1, 0, 1, -1, 100, NULL, NULL, NULL, 1),
           ('4713', 'P30_ANTIGUO', '', 0, 0, 1, -1, 100, NULL, NULL, '{"in_X": 3}', 0);
    INSERT OR IGNORE INTO equipos (equipo_id, equipo, user_id, user_name, licencia, activo_sam, conectado, permite_balanceo_dinamico, pool_id, presente_en_a360, user_activo, manual)
    VALUES ('local-1', 'Hilo 1 de esta máquina', NULL, NULL, NULL, 1, 1, 0, 'local', 1, 1, 0),
           ('31', 'VM-RPA-01', '88', 'bot.uno', 'ATTENDEDRUNTIME, RUNTIME', 1, 1, 1, 'norte', 1, 1, 0),
           ('32', 'VM-RPA-02', '89', 'bot.dos', 'RUNTIME', 1, 0, 1, NULL, 1, 1, 0),
           ('33', 'VM-RPA-03', '90', 'bot.tres', NULL, 0, 1, 0, NULL, 1, 0, 0),
           ('34', 'VM-RPA-04', '91', 'bot.cuatro', 'RUNTIME', 1, 1, 0, NULL, 0, 1, 0),
           ('35', 'VM-A-MANO', NULL, NULL, NULL, 1, 1, 0, 'sur', 1, 1, 1);
    INSERT INTO asignaciones (robot_id, equipo_id, es_programado, reservado, asignado_por) VALUES ('4711', '31', 0, 1, 'ana'), ('4711', '32', 0, 0, 'Balanceador');
    INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id, asignado_por) VALUES ('4712', '34', 1, 'diaria', 'ana');
    INSERT INTO programaciones (programacion_id, robot_id, hora_inicio) VALUES ('diaria', '4712', '08:00');
    INSERT INTO suspensiones (robot_id, equipo_id, codigo, motivo) VALUES ('4712', NULL, 'robot', 'A360 no encuentra ningún equipo compatible con este robot.');
    INSERT INTO ejecuciones (ejecucion_id, deployment_id, robot_id, equipo_id, user_id, estado) VALUES ('a360-1', 'd-1', '4711', '31', '88', 'RUNNING');`);
  const sync = db.sql(
    `INSERT INTO sincronizaciones (que, started_at, ended_at, outcome, vistos, nuevos, cambiados, ausentes, mensaje) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  sync.run('robots', ago(20), ago(20), 'ok', 40, 1, 2, 1, null);
  const doubt = 'Faltan 4 de los 5 equipos que se conocían: son demasiados de una vez y no se da de baja ninguno.';
  sync.run('equipos', ago(20), ago(20), 'sin_ausencias', 1, 0, 0, 0, doubt);
};
