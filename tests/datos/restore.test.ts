import assert from 'node:assert/strict';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { reintentar } from '#server/cola/reintentar.ts';
import { resolver } from '#server/cola/resolver.ts';
import { holdIfRestored } from '#server/cola/restored.ts';
import { endRestored } from '#server/datos/hold-restored.ts';
import { restoreDatabase } from '#server/db/restore.ts';
import { choose } from '#server/lotes/choose.ts';
import { giveBack } from '#server/recursos/release.ts';
import { startHolder, temporaryFolder } from '#tests/db/support.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';
import { runRestaurar } from './restaurar-process.ts';
import { at, close, copyOf, start, who } from './restore-house.ts';

test('what was filed after the copy is not filed again by the restored house', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1', '2', '3']);
  before.db.sql(`UPDATE tramite_queue SET status = 'awaiting_confirmation' WHERE resource_id = '2'`).run();
  before.db.sql(`UPDATE tramite_queue SET status = 'failed' WHERE resource_id = '3'`).run();
  const copy = await copyOf(before);
  before.db.sql(`UPDATE tramite_queue SET status = 'pending' WHERE resource_id IN ('2', '3')`).run();
  await before.dispatcher.pass();
  await before.idle();
  assert.deepEqual(before.pool.tasks.map(({ resourceId }) => resourceId).sort(), ['1', '2', '3']);
  await close(before);

  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  assert.deepEqual(after.statuses(), { 1: 'needs_review', 2: 'needs_review', 3: 'needs_review' });
  await after.dispatcher.pass();
  await after.idle();
  assert.deepEqual(after.pool.tasks, []);
  assert.equal(after.row(1).error_code, 'restaurado');
  assert.match(
    String(after.row(1).error_log),
    /^La base se restauró de una copia del 2026-03-02 09:00 UTC: compruebe en la sede si ya se presentó\./,
  );
  assert.equal(after.events(1).at(-1), 'needs_review');
});

test('an attempt that was under way at the copy is held too, and its evidence is not written over', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder, threads: 1 });
  const [id = 0] = await before.queue(['1']);
  before.pool.tell('1', 'hang');
  await before.dispatcher.pass();
  await before.until(() => before.pool.tasks.length === 1, 'a robot works');
  const copy = await copyOf(before);
  before.pool.release('1');
  await before.idle();
  assert.equal(before.row(id).status, 'completed');
  const receipt = join(folder, 'evidencias', String(id), '1', 'justificante.pdf');
  const bytes = readFileSync(receipt);
  mkdirSync(join(folder, 'evidencias', '900', '4'), { recursive: true });
  await close(before);

  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  assert.equal(after.row(id).status, 'needs_review');
  await resolver(after.deps, id, { resultado: 'no_presentado' }, who);
  await after.dispatcher.pass();
  await after.idle();
  assert.deepEqual(readFileSync(receipt), bytes);
  assert.equal(after.row(id).attempts, 2);
  assert.deepEqual(await after.queue(['2']), [901]);
});

test('a copy put in place by hand is held as well', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await close(before);
  for (const tail of ['-wal', '-shm']) rmSync(join(folder, `cerebro.db${tail}`), { force: true });
  copyFileSync(copy, join(folder, 'cerebro.db'));
  const after = await start(t, folder);
  assert.deepEqual(after.statuses(), { 1: 'needs_review' });
});

test('the second start holds nothing more: the first one has taken the mark away', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  await resolver(after.deps, 1, { resultado: 'no_presentado' }, who);
  await close(after);
  const again = await start(t, folder);
  assert.deepEqual(again.statuses(), { 1: 'pending' });
  await again.dispatcher.pass();
  await again.idle();
  assert.deepEqual(again.statuses(), { 1: 'completed' });
});

test('after a restoration intents count as never made, the launcher is held and everybody signs in anew', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  before.db.sql(`INSERT INTO reclamaciones (resource_id, site_id, state) VALUES ('8', 'prueba', 'intended')`).run();
  before.db.sql(`INSERT INTO usuarios (usuario, rol) VALUES ('ana', 'revisor')`).run();
  before.db.sql(`INSERT INTO sesiones (sesion_hash, usuario_id) VALUES ('x', 1)`).run();
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const { db } = await start(t, folder);
  assert.equal(db.sql(`SELECT state FROM reclamaciones WHERE resource_id = '8'`).get()?.state, 'lost');
  assert.equal(db.sql('SELECT retenido FROM lanzador WHERE id = 1').get()?.retenido, 1);
  assert.equal(db.sql('SELECT count(*) AS n FROM sesiones').get()?.n, 0);
  assert.equal(db.sql(`SELECT estado FROM avisos WHERE clave = 'restaurada'`).get()?.estado, 'abierto');
  assert.deepEqual(db.sql('SELECT verificada, error FROM copias').all(), [{ verificada: 1, error: null }]);
});

test('what comes into the queue later because it was ours at the source waits for a person too', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  const [id = 0] = await after.queue(['7']);
  await after.db.write(() => holdIfRestored(after.db, at, id));
  assert.equal(after.row(id).status, 'needs_review');
});

test('one that was cancelled and still ours is held, but no order for many files it', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1', '2']);
  before.db.sql(`UPDATE tramite_queue SET status = 'cancelled' WHERE resource_id = '2'`).run();
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  assert.equal(after.row(2).error_code, 'restaurado_cancelado');
  const choice = choose(after.db, 'restaurados', { kind: 'all', filter: { status: 'needs_review', site: null, search: null } });
  assert.deepEqual(choice.ids, [1]);
});

test('what waits because of it is neither given back nor retried before somebody has answered', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await close(before);
  restoreDatabase(folder, copy, at);
  const after = await start(t, folder);
  await assert.rejects(giveBack(after.deps, 1, who, { motivo: 'x' }), { code: 'envio_posible' });
  await assert.rejects(reintentar(after.deps, 1, {}, who), { code: 'estado_no_permitido' });
  await endRestored(after.deps);
  assert.equal(after.db.sql(`SELECT estado FROM avisos WHERE clave = 'restaurada'`).get()?.estado, 'abierto');
  await resolver(after.deps, 1, { resultado: 'presentado', numero: 'R-1', fecha: '2026-03-02' }, who);
  await endRestored(after.deps);
  assert.equal(after.db.sql(`SELECT estado FROM avisos WHERE clave = 'restaurada'`).get()?.estado, 'resuelto');
});

test('a damaged copy is refused and the database stays as it was', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await close(before);
  const bytes = readFileSync(copy);
  bytes.fill(0x55, 4096, 40_960);
  writeFileSync(copy, bytes);
  assert.throws(() => restoreDatabase(folder, copy, at), { code: 'copia_no_valida' });
  writeFileSync(copy, 'esto no es nada');
  assert.throws(() => restoreDatabase(folder, copy, at), { code: 'copia_no_valida' });
  assert.throws(() => restoreDatabase(folder, join(folder, 'no-hay.db'), at), { code: 'copia_no_valida' });
  assert.deepEqual(openQueueHouse(t, { dataDir: folder }).statuses(), { 1: 'pending' });
});

test('a damaged database is kept aside with its log, and the copy takes its place', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await close(before);
  writeFileSync(join(folder, 'cerebro.db'), 'roto');
  writeFileSync(join(folder, 'cerebro.db-wal'), 'roto también');
  const { aside } = restoreDatabase(folder, copy, at);
  assert.equal(readFileSync(String(aside), 'utf8'), 'roto');
  assert.equal(existsSync(join(folder, 'cerebro.db-wal')), false);
  assert.deepEqual((await start(t, folder)).statuses(), { 1: 'needs_review' });
});

test('«npm run restaurar» says what it did and what comes next, and keeps the database that was there', async (t) => {
  const folder = temporaryFolder(t);
  const before = openQueueHouse(t, { dataDir: folder });
  await before.queue(['1']);
  const copy = await copyOf(before);
  await before.queue(['2']);
  await close(before);
  const { code, stdout } = await runRestaurar(folder, copy.split('/').at(-1) as string);
  assert.equal(code, 0);
  assert.match(stdout, /Restaurada la copia/);
  assert.match(stdout, /tramite_queue: 1/);
  assert.match(stdout, /Todo lo que estaba sin presentar queda «por revisar»/);
  const aside = readdirSync(folder).find((name) => name.includes('antes-de-restaurar')) as string;
  const old = new Database(join(folder, aside), { readonly: true });
  assert.equal(old.prepare('SELECT count(*) FROM tramite_queue').pluck().get(), 2);
  old.close();
});

test('«npm run restaurar» refuses while Cerebro works, and without a file says how it is used', async (t) => {
  const folder = temporaryFolder(t);
  await startHolder(t, 'lock', folder);
  const { code, stderr } = await runRestaurar(folder, 'algo.db');
  assert.equal(code, 1);
  assert.match(stderr, /Otro Cerebro ya trabaja con la carpeta de datos/);
  const bare = await runRestaurar(folder);
  assert.match(bare.stderr, /npm run restaurar -- <archivo>/);
});
