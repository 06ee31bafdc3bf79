import assert from 'node:assert/strict';
import { copyFileSync, existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { markCopy } from '#server/db/copy-mark.ts';
import { restoreDatabase } from '#server/db/restore.ts';
import { learnFromCallback } from '#server/ejecuciones/end-filing.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';
import { at, close, copyOf, start } from './restore-house.ts';

test('letters that waited at the copy are not sent, those of what is still open are written anew, and no number comes twice', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  const aviso = `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado, avisado_at, avisado_veces)
    VALUES (?, 'ALTO', 'SISTEMA', 'PERMANENTE', 'x', ?, ?, 1)`;
  for (const [clave, estado] of Object.entries({ viva: 'abierto', muerta: 'resuelto', dicha: 'abierto' }))
    before.db.sql(aviso).run(clave, estado, at);
  const letter = `INSERT INTO envios (aviso_id, canal, motivo, asunto, texto, estado) VALUES (?, 'correo', 'nuevo', 'a', 't', ?)`;
  for (const [id, estado] of [
    [1, 'pendiente'],
    [2, 'pendiente'],
    [3, 'enviado'],
  ] as const)
    before.db.sql(letter).run(id, estado);
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const { db } = await start(t, folder);
  assert.deepEqual(
    db
      .sql('SELECT estado FROM envios ORDER BY envio_id')
      .all()
      .map(({ estado }) => estado),
    ['fallido', 'fallido', 'enviado'],
  );
  const toTell = `SELECT clave FROM avisos WHERE avisado_at IS NULL AND estado = 'abierto' AND clave <> 'restaurada'`;
  assert.deepEqual(db.sql(toTell).all(), [{ clave: 'viva' }]);
  const next = db.sql(letter).run(1, 'pendiente').lastInsertRowid;
  assert.ok(Number(next) > 1_000_000, `${next}`);
});

test('a copy made by hand with its log beside it brings what stood in the log', async (t) => {
  const folder = temporaryFolder(t);
  const other = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  before.db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  await before.queue(['2']);
  for (const tail of ['', '-wal']) copyFileSync(join(folder, `cerebro.db${tail}`), join(other, `mia.db${tail}`));
  await close(before);
  restoreDatabase(folder, join(other, 'mia.db'), at);
  assert.deepEqual((await start(t, folder)).statuses(), { 1: 'needs_review', 2: 'needs_review' });
});

test('a snapshot of the machine is held once it was put back in its own place', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  await close(before);
  restoreDatabase(folder, join(folder, 'cerebro.db'), at);
  assert.deepEqual((await start(t, folder)).statuses(), { 1: 'needs_review' });
});

test('the database that was put aside is a copy from then on: put back by hand, it is held', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  const copy = await copyOf(before);
  await before.queue(['1']);
  await close(before);
  const { aside } = restoreDatabase(folder, copy, at);
  copyFileSync(String(aside), join(folder, 'cerebro.db'));
  assert.deepEqual((await start(t, folder)).statuses(), { 1: 'needs_review' });
});

test('a copy taken in the middle of claims and attempts agrees with itself, and the house over it files nothing', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder, threads: 2 });
  const filler = before.db.sqlite.prepare(`INSERT INTO error_log (origen, error_mensaje) VALUES ('x', zeroblob(1000000))`);
  for (let n = 0; n < 20; n++) filler.run();
  let n = 0;
  let working = true;
  const work = (async () => {
    while (working) {
      await new Promise((resolve) => setImmediate(resolve));
      // On a busy machine the copy takes its time: what is queued meanwhile has to be filed in the end.
      if (n >= 60) continue;
      const ids = Array.from({ length: 3 }, () => String(++n));
      const claim = before.db.sql(`INSERT INTO reclamaciones (resource_id, site_id, state) VALUES (?, 'prueba', 'claimed')`);
      for (const id of ids) claim.run(id);
      await before.queue(ids);
      await before.dispatcher.pass();
    }
  })();
  while (n < 9) await new Promise((resolve) => setImmediate(resolve));
  const copy = await copyOf(before);
  working = false;
  await work;
  await before.idle();
  await close(before);
  const other = temporaryFolder(t);
  restoreDatabase(other, copy, at);
  const { db, dispatcher, idle, pool } = await start(t, other);
  const count = (sql: string) => Number(db.sql(`SELECT count(*) AS n FROM ${sql}`).get()?.n);
  assert.equal(count(`tramite_queue WHERE status = 'completed' AND json_extract(result, '$.numero') IS NULL`), 0);
  assert.equal(count('ejecuciones WHERE tramite_id NOT IN (SELECT id FROM tramite_queue)'), 0);
  assert.equal(count('tramite_queue WHERE resource_id NOT IN (SELECT resource_id FROM reclamaciones)'), 0);
  assert.equal(count(`tramite_queue WHERE status NOT IN ('completed', 'needs_review')`), 0);
  assert.ok(count('tramite_queue') > 0);
  await dispatcher.pass();
  await idle();
  assert.deepEqual(pool.tasks, []);
});

test('copies made after the one that was put in place are listed and forgotten like any other; those of another house are not touched', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  const first = await copyOf(before);
  await before.clock.advance(1_000);
  const later = await copyOf(before);
  const foreign = later.replace(/Z\.db$/, '9Z.db').replace(/\.(\d{3})9Z/, '.999Z');
  copyFileSync(later, foreign);
  markCopy(foreign, { archivo: 'x', copiadaAt: at, casa: 'otra' });
  writeFileSync(join(dirname(later), 'cerebro-de-antes.db'), 'no es de nadie');
  await close(before);
  restoreDatabase(folder, first, at);
  const house = await start(t, folder);
  const listed = house.db.sql('SELECT archivo, verificada FROM copias WHERE borrada_at IS NULL ORDER BY copia_id').all();
  assert.deepEqual(
    listed,
    [first, later].map((path) => ({ archivo: basename(path), verificada: 1 })),
  );
  house.db.sql(`INSERT INTO ajustes (clave, valor) VALUES ('COPIA_CONSERVAR', '1')`).run();
  await house.clock.advance(60_000);
  const newest = await copyOf(house);
  assert.deepEqual(
    [first, later, foreign, newest].map((path) => existsSync(path)),
    [false, false, true, true],
  );
});

test('a launch that had no answer at the copy gives its trámite no number afterwards: it may be another one’s', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1', '2']);
  before.db.sql(`UPDATE tramite_queue SET status = 'processing', attempts = 1`).run();
  const launched = `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, tramite_id, intento, deployment_id)
    VALUES (?, 'r', ?, 'PENDING_EXECUTION', ?, 1, ?)`;
  before.db.sqlite.pragma('foreign_keys = OFF');
  before.db.sql(launched).run('sin-respuesta', 'e1', 1, null);
  before.db.sql(launched).run('conocida', 'e2', 2, 'd-2');
  before.db.sqlite.exec(`INSERT INTO robots (robot_id, robot, kind) VALUES ('r', 'r', 'a360');
    INSERT INTO equipos (equipo_id, equipo) VALUES ('e1', 'e1'), ('e2', 'e2')`);
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const house = await start(t, folder);
  const output = {
    out_NumeroRegistro: { type: 'STRING', string: 'N-9' },
    out_FechaRegistro: { type: 'STRING', string: '2026-03-02 10:00' },
  };
  for (const [ejecucionId, tramiteId] of [
    ['sin-respuesta', 1],
    ['conocida', 2],
  ] as const)
    learnFromCallback(house.db, at, { ejecucionId, tramiteId, attempt: 1 }, output);
  assert.deepEqual(house.statuses(), { 1: 'needs_review', 2: 'completed' });
});
