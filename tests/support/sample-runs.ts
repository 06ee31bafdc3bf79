import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { addRun } from './a360-runs.ts';

/** Runs of A360 of every kind the page of ejecuciones tells apart. */
export const fillRuns = (db: Db, ago: (minutes: number) => string): void => {
  db.sqlite.exec(`
    INSERT OR IGNORE INTO robots (robot_id, robot, kind) VALUES ('4711', 'P100_FACTURAS', 'a360');
    INSERT INTO equipos (equipo_id, equipo, user_id, user_name, licencia) VALUES ('61', 'PC-RPA-31', '161', 'rpa31', 'RUNTIME');`);
  addRun(db, 'a360-marcha', { equipo_id: '61', user_id: '161', fecha_inicio: ago(50), fecha_inicio_real: ago(49), activity_id: 'a-1' });
  addRun(db, 'a360-espera', { estado: 'QUEUED', fecha_inicio: ago(12) });
  addRun(db, 'a360-duda', { estado: 'UNKNOWN', fecha_inicio: ago(90), veces_unknown: 2, ultimo_unknown_at: ago(3) });
  const callback = JSON.stringify({ deploymentId: 'd-a360-avisada', status: 'RUN_FAILED', botOutput: { out: '<b>no es HTML</b>' } });
  const told = {
    estado: 'RUN_FAILED',
    fecha_fin: ago(100),
    origen: 'callback',
    callback_info: callback,
    mensaje: 'No encontró la ventana.',
  };
  addRun(db, 'a360-avisada', { ...told, equipo_id: '61', fecha_inicio: ago(120) });
  addRun(db, 'a360-inferida', { estado: 'COMPLETED_INFERRED', fecha_inicio: ago(200), fecha_fin: ago(150), origen: 'inferido' });
  const input = [
    { nombre: 'in_NumRepeticion', tipo: 'NUMBER', valor: '3' },
    { nombre: 'in_Clave', tipo: 'STRING', valor: '(oculto)' },
  ];
  const call = { robot: 'P10_CARGA_FACTURAS', equipo: 'PC-RPA-31', programacionId: null, repeticiones: 3, input };
  record(db, ago(120), { entity: 'ejecucion', entityId: 'a360-avisada', kind: 'called', data: call });
  record(db, ago(119), {
    entity: 'ejecucion',
    entityId: 'a360-avisada',
    kind: 'launched',
    data: { ...call, deploymentId: 'd-a360-avisada' },
  });
  const data = { estado: 'RUN_FAILED', antes: 'RUNNING', origen: 'callback' };
  record(db, ago(100), { entity: 'ejecucion', entityId: 'a360-avisada', kind: 'reported', data });
  db.sql(
    "INSERT INTO callback_inbox (deployment_id, estado, body, host, recibido_at) VALUES ('d-de-otro', 'RUN_COMPLETED', '{}', '10.0.0.7', ?)",
  ).run(ago(8));
};
