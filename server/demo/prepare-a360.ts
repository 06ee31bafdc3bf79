import type { Db } from '#server/db/open.ts';

/** When the demo's robots run and where; the ids are the simulated Control Room's (a360/sample.ts). Sync brings the equipos. */
const calendars = [
  { id: 'demo-notificaciones', robot: '4711', equipos: ['31', '32'], tipo: 'Diaria', hora: '00:00', dias: null, cadaMin: 3 },
  { id: 'demo-informe', robot: '4713', equipos: ['34'], tipo: 'Semanal', hora: '08:30', dias: 'Lu,Ma,Mi,Ju,Vi', cadaMin: null },
  { id: 'demo-cobros', robot: '4714', equipos: ['35'], tipo: 'Diaria', hora: '07:00', dias: null, cadaMin: null },
] as const;

/** Robots whose equipos the balancer gives and takes; what Clouders calls them is in carga/sample.ts. */
const onDemand = [
  { id: '4719', name: 'P05_Consulta_Padron', min: 1, max: 10, prioridad: 10, ratio: 5 },
  { id: '4721', name: 'P06_Envio_Avisos', min: 2, max: 8, prioridad: 50, ratio: 8 },
] as const;

const onlineRobot = { id: '4712', name: 'P02_Registro_Expedientes', equipos: ['33', '34'] } as const;

/**
 * Gives the simulated Control Room something to do, as another program would: calendars, one that comes round every few
 * minutes among them, and a robot that is always at work on two equipos kept for it. Only the first time: what a person
 * changes or removes stays so. Call inside a transaction.
 */
export const prepareA360 = (db: Db): void => {
  const first = db
    .sql("INSERT INTO robots (robot_id, robot, kind, es_online) VALUES (?, ?, 'a360', 1) ON CONFLICT (robot_id) DO NOTHING")
    .run(onlineRobot.id, onlineRobot.name).changes;
  if (first === 0) return;
  prepareBalance(db);
  db.sql(
    `INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, dias_semana, es_ciclico, intervalo_entre_ejecuciones)
     SELECT value ->> 'id', value ->> 'robot', value ->> 'tipo', value ->> 'hora', value ->> 'dias', value ->> 'cadaMin' IS NOT NULL, value ->> 'cadaMin'
     FROM json_each(?)`,
  ).run(JSON.stringify(calendars));
  db.sql(
    `INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id, asignado_por)
     SELECT calendar.value ->> 'robot', equipo.value, 1, calendar.value ->> 'id', 'demostración'
     FROM json_each(?) AS calendar, json_each(calendar.value, '$.equipos') AS equipo`,
  ).run(JSON.stringify(calendars));
  db.sql(
    `INSERT INTO asignaciones (robot_id, equipo_id, reservado, asignado_por)
     SELECT ?, value, 1, 'demostración' FROM json_each(?)`,
  ).run(onlineRobot.id, JSON.stringify(onlineRobot.equipos));
};

/** Robots that need equipos as their tickets come and go, and the name that Clouders has for one of them. */
const prepareBalance = (db: Db): void => {
  db.sql(
    `INSERT INTO robots (robot_id, robot, kind, es_online, min_equipos, max_equipos, prioridad_balanceo, tickets_por_equipo_adicional)
     SELECT value ->> 'id', value ->> 'name', 'a360', 1, value ->> 'min', value ->> 'max', value ->> 'prioridad', value ->> 'ratio'
       FROM json_each(?) WHERE true ON CONFLICT (robot_id) DO NOTHING`,
  ).run(JSON.stringify(onDemand));
  db.sql(
    `INSERT INTO mapeo_robots (proveedor, nombre_externo, robot_id, descripcion)
     VALUES ('clouders', 'RBT_PADRON', '4719', 'Preparado por la demostración') ON CONFLICT DO NOTHING`,
  ).run();
};
