import type { Db } from '#server/db/open.ts';

/**
 * What the pages of the balance tell apart: a robot that waits, one that has too many, one being drained, sources that answer and do
 * not, names that lead nowhere, decisions of every kind.
 */
export const fillBalance = (db: Db, ago: (minutes: number) => string): void => {
  const run = (sql: string, ...values: unknown[]) => db.sql(sql).run(...(values as never[]));
  db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, es_online, min_equipos, max_equipos, prioridad_balanceo, tickets_por_equipo_adicional, pool_id)
    VALUES ('4801', 'P48_ALTAS_DE_CLIENTES', 1, 2, 8, 10, 10, NULL), ('4802', 'P49_BAJAS', 1, 1, -1, 50, NULL, 'norte'),
           ('4803', 'P50_CORREO_ENTRANTE', 1, 1, 2, 80, 5, NULL);
    INSERT INTO equipos (equipo_id, equipo, user_id, user_name, licencia, permite_balanceo_dinamico, pool_id)
    VALUES ('71', 'VM-BAL-01', '171', 'bal.uno', 'RUNTIME', 1, NULL), ('72', 'VM-BAL-02', '172', 'bal.dos', 'RUNTIME', 1, NULL),
           ('73', 'VM-BAL-03', '173', 'bal.tres', 'RUNTIME', 1, NULL), ('74', 'VM-BAL-04', '174', 'bal.cuatro', 'RUNTIME', 1, 'norte'),
           ('75', 'VM-BAL-05', '175', 'bal.cinco', 'RUNTIME', 1, 'norte'), ('76', 'VM-BAL-06', '176', 'bal.seis', 'RUNTIME', 1, 'sur');
    INSERT INTO asignaciones (robot_id, equipo_id, asignado_por, liberando)
    VALUES ('4801', '71', 'Balanceador', 0), ('4801', '72', 'Balanceador', 0), ('4803', '73', 'Balanceador', 1), ('4802', '74', 'Balanceador', 0);
    INSERT INTO mapeo_robots (proveedor, nombre_externo, robot_id, descripcion)
    VALUES ('clouders', 'RBT_ALTAS', '4801', 'Alta de clientes nuevos'), ('rpa360', 'Bajas', '4802', '');`);
  const source = `INSERT INTO fuentes_carga (proveedor, ultimo_intento_at, ultimo_acierto_at, respuesta, fallos_seguidos, motivo, duracion_ms)
    VALUES (?, ?, ?, ?, ?, ?, ?)`;
  const answer = JSON.stringify({ RBT_ALTAS: 45, RBT_NUEVO: 12, P50_CORREO_ENTRANTE: 0, P49_BAJAS: 7 });
  run(source, 'clouders', ago(1), ago(6), answer, 3, 'El servidor no contesta (tiempo agotado).', 30_000);
  run(source, 'local', ago(1), ago(1), '{}', 0, null, 2);
  run(
    `INSERT INTO balance_robots (robot_id, ultima_alza_at, ultima_alza_tickets, incompleto, negativa, tickets, necesita)
     VALUES ('4801', ?, 20, 1, 'sin_equipos', 45, 5), ('4802', ?, 7, 0, NULL, 7, 1)`,
    ago(2),
    ago(2),
  );
  run(
    "INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio) VALUES ('bal-1', '4803', '73', '173', 'RUNNING', ?)",
    ago(4),
  );
  const decision = `INSERT INTO historico_balanceo
    (fecha_balanceo, robot_id, pool_id, tickets_pendientes, equipos_antes, equipos_despues, accion_tomada, justificacion, equipos)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;
  const told: readonly (readonly [number, string, string | null, number | null, number, number, string, string, string[]])[] = [
    [60, '4801', null, 20, 0, 2, 'ASIGNAR_DEMANDA_POOL', 'Tiene 20 tickets a 10 por equipo: necesita 2.', ['71', '72']],
    [50, '4803', null, 4, 0, 1, 'ASIGNAR_DESBORDE_GLOBAL', 'Tiene 4 tickets a 5 por equipo: necesita 1.', ['73']],
    [30, '4802', 'norte', 9, 2, 1, 'DESASIGNAR_EXCEDENTE_POOL', 'Tiene 9 tickets a 10 por equipo: necesita 1.', ['75']],
    [20, '4802', 'norte', 9, 1, 1, 'CANCELAR_DRENAJE', 'Vuelve a necesitarlo.', ['74']],
    [6, '4803', null, 0, 1, 1, 'DRENAR', 'Ya no tiene tickets: el equipo se retira cuando acabe lo que corre en él.', ['73']],
    [
      2,
      '4801',
      null,
      45,
      2,
      2,
      'RECHAZO',
      'Tiene 45 tickets a 10 por equipo: necesita 5 y tiene 2: no hay más equipos libres que pueda usar.',
      [],
    ],
  ];
  for (const [minutes, robot, pool, tickets, before, after, accion, why, equipos] of told)
    run(decision, ago(minutes), robot, pool, tickets, before, after, accion, why, JSON.stringify(equipos));
};

const endings = [
  ['RUN_COMPLETED', 'callback', 0],
  ['RUN_COMPLETED', 'callback', 0],
  ['COMPLETED', 'conciliador', 4],
  ['RUN_FAILED', 'callback', 0],
  ['COMPLETED', 'conciliador', 12],
  ['COMPLETED_INFERRED', 'inferido', 0],
  ['DEPLOY_FAILED', 'lanzador', 0],
] as const;

/** Ten days of runs that ended, the oldest first, for the figures of the house. They come before all others, as they did. */
export const fillDays = (db: Db, ago: (minutes: number) => string): void => {
  const insert = db.sql(
    `INSERT INTO ejecuciones (ejecucion_id, deployment_id, robot_id, equipo_id, user_id, estado, origen, fecha_inicio, fecha_fin, actualizada_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (let n = 60; n >= 1; n--) {
    const began = n * 233 + (n % 7) * 31;
    const [estado, origen, late] = endings[n % endings.length] as (typeof endings)[number];
    const ended = began - 3 - (n % 5) * 7;
    const where = [`480${(n % 3) + 1}`, `7${(n % 5) + 1}`, `17${(n % 5) + 1}`] as const;
    insert.run(`dias-${n}`, `d-dias-${n}`, ...where, estado, origen, ago(began), ago(ended), ago(ended - late));
  }
};
