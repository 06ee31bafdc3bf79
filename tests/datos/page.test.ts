import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { unzipSync } from 'fflate';
import { beginCopy, makeCopy } from '#server/datos/copiar.ts';
import { examine } from '#server/datos/examinar.ts';
import { lookForDamage } from '#server/db/look-whole.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const never = new AbortController().signal;
const headers = { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000' };

const open = (t: TestContext): PageHouse => {
  const house = openPageHouse({ clock: manualClock() });
  t.after(() => house.close());
  return house;
};

const get = (house: PageHouse, url: string) => house.app.inject({ url, headers });

const post = async (house: PageHouse, url: string) => {
  const token = /name="csrf-token" content="([^"]+)"/.exec((await get(house, '/datos')).body)?.[1] ?? '';
  return house.app.inject({ method: 'POST', url, headers: { ...headers, 'x-csrf-token': token } });
};

/** Waits, in real time, until the row is there. */
const until = async (look: () => boolean): Promise<void> => {
  for (const end = Date.now() + 15_000; !look(); ) {
    if (Date.now() > end) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
};

test('/datos begins with no copies, and says when the next is due and what each kind is kept', async (t) => {
  const { body, statusCode } = await get(open(t), '/datos');
  assert.equal(statusCode, 200);
  assert.match(body, /Todavía no hay copias/);
  assert.match(body, /La próxima copia toca ya\./);
  assert.match(body, /Es el mismo disco que el de los datos/);
  assert.match(body, /RETENCION_AUDITORIA_DIAS/);
  assert.match(body, /1\.825 días/);
});

test('a copy ordered there is made, shown as checked, and may be taken away, which is written down', async (t) => {
  const house = open(t);
  assert.equal((await post(house, '/datos/copias')).statusCode, 303);
  await until(() => house.db.sql('SELECT verificada FROM copias').get()?.verificada === 1);
  const page = await get(house, '/datos');
  assert.match(page.body, /Comprobada/);
  assert.match(page.body, /La próxima copia toca el /);
  const file = await get(house, '/datos/copias/1/descargar');
  assert.equal(file.statusCode, 200);
  assert.equal(file.rawPayload.subarray(0, 15).toString(), 'SQLite format 3');
  assert.deepEqual(
    house.db
      .sql('SELECT accion, entidad FROM auditoria ORDER BY auditoria_id')
      .all()
      .map((row) => `${row.accion} ${row.entidad}`),
    ['copiar copia', 'descargar copia'],
  );
  assert.equal((await get(house, '/datos/copias/7/descargar')).statusCode, 404);
  assert.equal((await get(house, '/datos/copias/..%2Fcerebro.db/descargar')).statusCode, 404);
});

test('a cleaning ordered there asks first, and is written down', async (t) => {
  const house = open(t);
  house.db.sql(`INSERT INTO error_log (fecha_hora, origen, error_mensaje) VALUES ('2020-01-01T00:00:00.000Z', 'x', 'y')`).run();
  assert.match((await get(house, '/datos')).body, /Errores inesperados: 1\./);
  assert.equal((await post(house, '/datos/limpiar')).statusCode, 303);
  await until(() => house.db.sql(`SELECT 1 FROM auditoria WHERE accion = 'limpiar'`).get() !== undefined);
  assert.equal(house.db.sql('SELECT count(*) AS n FROM error_log').get()?.n, 0);
});

test('an examination of the database tells that it is whole', async (t) => {
  const house = open(t);
  assert.equal((await post(house, '/datos/examinar')).statusCode, 303);
  await until(() => house.db.sql(`SELECT 1 FROM events WHERE kind = 'examined'`).get() !== undefined);
  assert.match((await get(house, '/datos')).body, /Íntegra/);
});

test('a damaged file is found damaged', async (t) => {
  const house = open(t);
  const { db } = house;
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  const whole = readFileSync(db.sqlite.name);
  assert.equal(await examine(house.deps, never), null);
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  // The pages of a table nobody reads here, so that the house can still tell.
  const page = Number(db.sql(`SELECT rootpage FROM sqlite_schema WHERE name = 'discards'`).get()?.rootpage);
  const file = openSync(db.sqlite.name, 'r+');
  writeSync(file, Buffer.alloc(4096, 0x55), 0, 4096, (page - 1) * 4096);
  assert.ok(await examine(house.deps, never), 'it says what is wrong');
  assert.equal(db.sql(`SELECT nivel FROM avisos WHERE clave = 'base_danada' AND estado = 'abierto'`).get()?.nivel, 'CRITICO');
  // A copy of it is no copy, and says why.
  assert.equal(await makeCopy(house.deps, await beginCopy(house.deps, 'a_mano'), never), false);
  assert.match(
    String(db.sql(`SELECT acciones FROM avisos WHERE clave = 'copia_fallida'`).get()?.acciones),
    /Puede que lo dañado sea la base/,
  );
  writeSync(file, whole.subarray((page - 1) * 4096, page * 4096), 0, 4096, (page - 1) * 4096);
  closeSync(file);
  assert.equal(await examine(house.deps, never), null);
  assert.equal(db.sql(`SELECT estado FROM avisos WHERE clave = 'base_danada'`).get()?.estado, 'resuelto');
});

test('a file so broken that it cannot even be looked through is damaged too', (t) => {
  const file = join(temporaryFolder(t), 'rota.db');
  const house = open(t);
  house.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  const bytes = readFileSync(house.db.sqlite.name);
  bytes.fill(0x55, 200, 4096);
  writeFileSync(file, bytes);
  assert.ok(lookForDamage(file));
});

test('all there is of one recurso comes in one file: story, rows and captures, and nothing from outside of its folder', async (t) => {
  const house = open(t);
  const run = (sql: string) => house.db.sql(sql).run();
  run(`INSERT INTO tramite_queue (id, site_id, resource_id, expediente, status, attempts, payload, result)
       VALUES (5, 'prueba', '90001', '2026/1-MUL', 'completed', 1, '{"plate_number":"1234ABC"}', '{"numero":"E-1","fecha":"02/03/2026"}')`);
  run(`INSERT INTO reclamaciones (resource_id, site_id, state) VALUES ('90001', 'prueba', 'claimed')`);
  run(`INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, tramite_id, intento) VALUES ('e', 'prueba', 'COMPLETED', 5, 1)`);
  run(`INSERT INTO events (entity, entity_id, kind, data) VALUES ('tramite', '5', 'completed', '{"numero":"E-1"}')`);
  const folder = join(house.folder, 'evidencias', '5', '1');
  mkdirSync(join(folder, 'documentos'), { recursive: true });
  writeFileSync(join(folder, '01-paso.jpg'), 'captura');
  writeFileSync(join(folder, 'documentos', 'recurso.pdf'), '%PDF');
  writeFileSync(join(house.folder, 'secreto.txt'), 'secreto');
  symlinkSync(join(house.folder, 'secreto.txt'), join(folder, 'enlace.txt'));
  const answer = await post(house, '/cola/5/exportar');
  assert.equal(answer.statusCode, 200);
  assert.match(String(answer.headers['content-disposition']), /tramite-5\.zip/);
  const files = unzipSync(answer.rawPayload);
  const text = (name: string) => Buffer.from(files[`tramite-5/${name}`] ?? []).toString();
  assert.deepEqual(Object.keys(files).sort(), [
    ...['auditoria', 'avisos', 'ejecuciones'].map((name) => `tramite-5/${name}.json`),
    ...['01-paso.jpg', 'documentos/recurso.pdf'].map((name) => `tramite-5/evidencias/1/${name}`),
    'tramite-5/historia.txt',
    ...['pasos', 'reclamacion', 'sucesos', 'tramite'].map((name) => `tramite-5/${name}.json`),
  ]);
  assert.equal(text('evidencias/1/01-paso.jpg'), 'captura');
  assert.equal(JSON.parse(text('tramite.json')).payload.plate_number, '1234ABC');
  assert.match(text('historia.txt'), /Presentado con el número de registro E-1/);
  assert.equal(house.db.sql(`SELECT accion FROM auditoria WHERE entidad = 'tramite'`).get()?.accion, 'descargar');
  assert.equal((await post(house, '/cola/99/exportar')).statusCode, 404);
});

test('after a restoration Revisión offers to answer those that were not filed together', async (t) => {
  const house = open(t);
  const insert = `INSERT INTO tramite_queue (site_id, resource_id, status, error_code, error_log) VALUES ('prueba', ?, 'needs_review', ?, 'x')`;
  house.db.sql(insert).run('1', 'restaurado');
  house.db.sql(insert).run('2', 'portal_con_error');
  const { body } = await get(house, '/revision');
  assert.match(body, /La base se restauró de una copia/);
  const ask = await get(house, '/cola/lotes/nuevo?accion=restaurados&estado=needs_review&todos=si');
  assert.equal(ask.statusCode, 200);
  assert.match(ask.body, /Se dará por no presentado 1 trámite/);
});
