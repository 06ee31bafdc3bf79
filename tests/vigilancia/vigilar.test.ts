import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { Papers } from '#server/gateways/xvia/papers.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { openLogs, silentLog } from '#server/lib/log.ts';
import { tellUnwritten } from '#server/vigilancia/registros.ts';
import { vigilar } from '#server/vigilancia/vigilar.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';

const minute = 60_000;
let clock: ManualClock;
let db: Db;
beforeEach(() => {
  clock = manualClock('2026-03-02T09:00:00.000Z');
  db = openMemoryDatabase(clock);
});

const look = (cycles: Parameters<typeof vigilar>[1] = [], papers: Partial<Papers> | null = null) => {
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'b' });
  return vigilar({ db, clock, config, log: silentLog(), a360: {}, papers } as unknown as Deps, cycles);
};
const open = (sql = "SELECT clave || ' ' || veces FROM avisos WHERE estado = 'abierto' ORDER BY 1") => db.sqlite.prepare(sql).pluck().all();

const tramite = (n: number, status: string, over = '') =>
  db.sqlite.exec(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, status ${over && ', processed_at'}) VALUES ('s${n % 2}', '${n}', 'e', '${status}' ${over && `, '${over}'`})`,
  );

test('trámites to be reviewed are one aviso, which ends with the last of them', async () => {
  tramite(1, 'needs_review');
  await look();
  await look();
  assert.deepEqual(open(), ['revision 1']);
  tramite(2, 'needs_review');
  await look();
  assert.deepEqual(open("SELECT veces || ' ' || detalle FROM avisos"), [
    '2 De 2 trámites no se sabe si llegaron a presentarse: nadie los toca hasta que una persona lo diga.',
  ]);
  db.sqlite.exec("UPDATE tramite_queue SET status = 'pending' WHERE resource_id = '1'");
  await look();
  db.sqlite.exec("UPDATE tramite_queue SET status = 'pending'");
  await look();
  assert.deepEqual(open(), []);
});

test('that A360 filed one that waits in the queue ends when a person has decided about it', async () => {
  tramite(1, 'pending');
  db.sqlite.exec(`INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, abierto_at, ultimo_at)
    VALUES ('registro_tardio:1', 'CRITICO', 'ROBOT', 'PERMANENTE', 't', '2026-03-02T09:00:00.000Z', '2026-03-02T09:00:00.000Z')`);
  const happens = (kind: string, at: string) =>
    db.sqlite.exec(`INSERT INTO events (at, entity, entity_id, kind, data) VALUES ('${at}', 'tramite', '1', '${kind}', '{}')`);
  happens('resolved', '2026-03-02T08:00:00.000Z');
  happens('started', '2026-03-02T09:01:00.000Z');
  await look();
  assert.deepEqual(open(), ['registro_tardio:1 1']);
  happens('cancelled', '2026-03-02T09:02:00.000Z');
  await look();
  assert.deepEqual(open(), []);
});

test('an organismo that only fails while another files', async () => {
  db.sqlite.exec(
    "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active) VALUES ('s0', '%', '1', '.*', NULL, 1), ('s1', '%', '1', '.*', NULL, 1)",
  );
  tramite(1, 'failed', '2026-03-01T10:00:00.000Z');
  tramite(3, 'failed', '2026-03-02T08:00:00.000Z');
  tramite(2, 'completed', '2026-03-02T08:00:00.000Z');
  await look();
  assert.deepEqual(open(), ['sin_exito:s1 1']);
  tramite(5, 'completed', '2026-03-02T09:00:00.000Z');
  await look();
  assert.deepEqual(open(), []);
});

test('where nobody files anything a single aviso says so, until somebody does', async () => {
  db.sqlite.exec(
    "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active) VALUES ('s1', '%', '1', '.*', NULL, 1)",
  );
  tramite(1, 'failed', '2026-03-01T10:00:00.000Z');
  tramite(3, 'failed', '2026-03-02T08:00:00.000Z');
  await look();
  await look();
  assert.deepEqual(open(), ['sin_exito:* 1']);
  tramite(5, 'completed', '2026-03-02T09:00:00.000Z');
  await look();
  assert.deepEqual(open(), []);
});

test('an intranet that is away is one aviso until it is back; one silence alone tells nobody', async () => {
  let silences = 1;
  const check = async () => {
    silences -= 1;
    if (silences >= 0) throw new CerebroError('intranet_no_disponible', 'La intranet no contesta.');
  };
  await look([], { check });
  assert.deepEqual(open(), []);
  silences = 4;
  await look([], { check });
  await look([], { check });
  assert.deepEqual(open(), ['intranet_no_responde 1']);
  assert.match(String(open('SELECT detalle FROM avisos')[0]), /^La intranet no contesta\. Sin sus documentos no se presenta nada/);
  await look([], { check });
  assert.deepEqual(open(), []);
});

test('a cycle that does not begin, until it does', async () => {
  const late = { name: 'reclamar', running: false, period: 30_000, waited: 10 * minute };
  await look([late]);
  assert.deepEqual(open(), ['ciclo_atrasado:reclamar 1']);
  assert.equal(db.sqlite.prepare('SELECT titulo FROM avisos').pluck().get(), 'El ciclo «Reclamar recursos» no empieza');
  await look([{ ...late, waited: 0 }]);
  assert.deepEqual(open(), []);
});

test('an occurrence whose tolerance ended without a launch, until the next one is launched', async () => {
  db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, kind, activo) VALUES ('r', 'P01', 'a360', 1);
    INSERT INTO equipos (equipo_id, equipo, activo_sam) VALUES ('q', 'VM-1', 1);
    INSERT INTO programaciones (programacion_id, robot_id, hora_inicio, tolerancia, updated_at, created_at)
      VALUES ('p', 'r', '10:30', 30, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
    INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id) VALUES ('r', 'q', 1, 'p');
    INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fecha_inicio, programacion_id, fecha_teorica)
      VALUES ('ayer', 'r', 'q', 'COMPLETED', '2026-03-01T09:31:00.000Z', 'p', '2026-03-01T09:30:00.000Z')`);
  await look();
  assert.deepEqual(open(), []);
  await clock.advance(59 * minute);
  await look();
  assert.deepEqual(open(), []);
  await clock.advance(2 * minute);
  await look();
  await look();
  assert.deepEqual(open(), ['programacion_perdida:p 1']);
  db.sqlite.exec(
    "INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fecha_inicio, programacion_id, fecha_teorica) VALUES ('hoy', 'r', 'q', 'RUNNING', '2026-03-03T09:30:00.000Z', 'p', '2026-03-03T09:30:00.000Z')",
  );
  await look();
  assert.deepEqual(open(), []);
});

test('logs that cannot be written, until they can', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'cerebro.log'));
  const { promise, resolve } = Promise.withResolvers<string>();
  const { log, close } = openLogs({ ...{ level: 'info', stdout: false, folder, maxBytes: 1e6, keep: 2, clock }, tell: resolve });
  const deps = { db, clock, log } as unknown as Deps;
  await tellUnwritten(deps);
  assert.deepEqual(open(), []);
  log.info('nadie lo lee');
  await promise;
  await tellUnwritten(deps);
  await tellUnwritten(deps);
  assert.deepEqual(open(), ['registros 1']);
  rmSync(join(folder, 'cerebro.log'), { recursive: true });
  await clock.advance(minute);
  log.info('otra vez');
  await close();
  await tellUnwritten(deps);
  assert.deepEqual(open(), []);
});
