import assert from 'node:assert/strict';
import test from 'node:test';
import { getTableColumns, getTableName, is, SQLiteTable } from '#server/db/drizzle.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import * as schema from '#server/db/schema/index.ts';

const db = openMemoryDatabase();
const refused = (sql: string, why: RegExp) => assert.throws(() => db.sqlite.exec(sql), why);

const tables = Object.values(schema).filter((value) => is(value, SQLiteTable));

test('there are tables to check', () => {
  assert.ok(tables.length >= 15);
});

for (const table of tables) {
  const name = getTableName(table);
  test(`${name} has in the file exactly the columns of the schema`, () => {
    const inFile = db.sqlite.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name) as string[];
    assert.deepEqual(
      inFile.sort(),
      Object.values(getTableColumns(table))
        .map((column) => column.name)
        .sort(),
    );
  });
}

const words: [table: string, column: string, insert: (word: string) => string, accepted: string][] = [
  [
    'tramite_queue',
    'status',
    (w) => `INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('s', hex(randomblob(8)), '${w}')`,
    'pending processing awaiting_confirmation completed failed needs_review cancelled',
  ],
  [
    'reclamaciones',
    'state',
    (w) => `INSERT INTO reclamaciones (resource_id, site_id, state) VALUES (hex(randomblob(8)), 's', '${w}')`,
    'intended claimed lost released foreign',
  ],
  [
    'ejecuciones',
    'fase',
    (w) => `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fase) VALUES (hex(randomblob(8)), 'r', 'COMPLETED', '${w}')`,
    'preparing ready submitting submitted',
  ],
  [
    'ejecuciones',
    'estado',
    (w) => `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado) VALUES (hex(randomblob(8)), 'r', '${w}')`,
    'PENDING_EXECUTION DEPLOYED QUEUED RUNNING RUN_PAUSED COMPLETED RUN_COMPLETED RUN_FAILED RUN_ABORTED RUN_TIMED_OUT DEPLOY_FAILED COMPLETED_INFERRED UNKNOWN',
  ],
  [
    'steps',
    'outcome',
    (w) =>
      `INSERT INTO steps (ejecucion_id, number, name, outcome, started_at, ended_at) VALUES (hex(randomblob(8)), 1, 'n', '${w}', 'a', 'b')`,
    'done failed',
  ],
  ['cycles', 'outcome', (w) => `INSERT INTO cycles (name, outcome) VALUES ('reclamar', '${w}')`, 'running ok failed aborted'],
  ['robots', 'kind', (w) => `INSERT INTO robots (robot_id, robot, kind) VALUES (hex(randomblob(8)), 'r', '${w}')`, 'playwright a360'],
  [
    'avisos',
    'nivel',
    (w) => `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo) VALUES (hex(randomblob(8)), '${w}', 'SISTEMA', 'UMBRAL', 't')`,
    'CRITICO ALTO MEDIO',
  ],
  [
    'avisos',
    'estado',
    (w) =>
      `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado) VALUES (hex(randomblob(8)), 'ALTO', 'SISTEMA', 'UMBRAL', 't', '${w}')`,
    'abierto resuelto',
  ],
];

for (const [table, column, insert, accepted] of words) {
  test(`${table}.${column} accepts its own words and no other`, () => {
    for (const word of accepted.split(' ')) db.sqlite.exec(insert(word));
    for (const word of [
      '',
      'otra',
      accepted.split(' ')[0]?.replace(/./, (c) => (c === c.toLowerCase() ? c.toUpperCase() : c.toLowerCase())),
    ])
      refused(insert(word as string), /CHECK constraint failed/);
  });
}

test('a recurso stands once in the queue, whatever its status', () => {
  db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('a', '777', 'cancelled')");
  refused("INSERT INTO tramite_queue (site_id, resource_id) VALUES ('b', '777')", /UNIQUE constraint failed: tramite_queue.resource_id/);
});

test('a recurso has one reclamación', () => {
  db.sqlite.exec("INSERT INTO reclamaciones (resource_id, site_id, state) VALUES ('777', 'a', 'lost')");
  refused("INSERT INTO reclamaciones (resource_id, site_id, state) VALUES ('777', 'b', 'intended')", /UNIQUE/);
});

test('a trámite and an equipo are worked by one attempt at a time', () => {
  const attempt = (id: string, estado: string, tramite: number, equipo: string) =>
    `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, tramite_id, equipo_id) VALUES ('${id}', 'r', '${estado}', ${tramite}, '${equipo}')`;
  db.sqlite.exec(attempt('e1', 'RUNNING', 1, 'local-1'));
  refused(attempt('e2', 'RUNNING', 1, 'local-2'), /UNIQUE constraint failed: ejecuciones.tramite_id/);
  refused(attempt('e3', 'RUNNING', 2, 'local-1'), /UNIQUE constraint failed: ejecuciones.equipo_id/);
  db.sqlite.exec("UPDATE ejecuciones SET estado = 'RUN_FAILED' WHERE ejecucion_id = 'e1'");
  db.sqlite.exec(attempt('e4', 'RUNNING', 1, 'local-1'));
});

test('a step of an attempt is written once', () => {
  const step = "INSERT INTO steps (ejecucion_id, number, name, outcome, started_at, ended_at) VALUES ('e1', 1, 'n', 'done', 'a', 'b')";
  db.sqlite.exec(step);
  refused(step, /UNIQUE/);
});

test('one aviso of a clave is open at a time', () => {
  const aviso =
    "INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo) VALUES ('origen_caido', 'ALTO', 'SISTEMA', 'TRANSITORIO', 't')";
  db.sqlite.exec(aviso);
  refused(aviso, /UNIQUE/);
  db.sqlite.exec("UPDATE avisos SET estado = 'resuelto' WHERE clave = 'origen_caido'");
  db.sqlite.exec(aviso);
});

test('the INSERT of the contract is a complete organismo, which stops before the submission', () => {
  db.sqlite.exec(`INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active)
    VALUES ('nuevo_organismo', '%X%', '2,3', '.*', 'http://127.0.0.1/{expediente}', 1)`);
  const row = db.sql("SELECT * FROM organismo_config WHERE site_id = 'nuevo_organismo'").get();
  assert.equal(row?.modo, 'aprobar');
  assert.equal(row?.robot, null);
  assert.equal(row?.limite_por_ciclo, null);
});

test('of an organismo the table holds only its site_id: given, and unique', () => {
  refused("INSERT INTO organismo_config (site_id) VALUES (' ')", /CHECK constraint failed/);
  refused("INSERT INTO organismo_config (site_id) VALUES ('xaloc_girona')", /UNIQUE/);
  refused('INSERT INTO organismo_config (site_id) VALUES (NULL)', /NOT NULL/);
  db.sqlite.exec(
    "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, active, modo) VALUES ('raro', '', 'a;b', 'quizá', 'otro')",
  );
});

test('the instants a raw INSERT gets are UTC with milliseconds and Z', () => {
  db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id) VALUES ('a', '778')");
  assert.match(
    String(db.sql("SELECT created_at FROM tramite_queue WHERE resource_id = '778'").get()?.created_at),
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  );
});
