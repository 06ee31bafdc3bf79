import assert from 'node:assert/strict';
import test from 'node:test';
import { openDatabase, openMemoryDatabase } from '#server/db/open.ts';
import type { Clock } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { startHolder, temporaryFolder } from './support.ts';

const insert = "INSERT INTO ajustes (clave, valor) VALUES ('a', '1')";

test('a change is whole or nothing', async () => {
  const db = openMemoryDatabase();
  await assert.rejects(
    db.write(() => {
      db.sql(insert).run();
      throw new Error('halfway');
    }),
    /halfway/,
  );
  assert.equal(db.sql('SELECT count(*) AS n FROM ajustes').get()?.n, 0);
  assert.equal(await db.write(() => db.sql(insert).run().changes), 1);
});

test('a durable change syncs the disk, and the next one no longer', async (t) => {
  const db = openDatabase(temporaryFolder(t));
  t.after(() => db.close());
  const level = () => db.sqlite.pragma('synchronous', { simple: true });
  assert.equal(await db.write(level, { durable: true }), 2);
  assert.equal(await db.write(level), 1);
  await assert.rejects(
    db.write(() => assert.fail('halfway'), { durable: true }),
    /halfway/,
  );
  assert.equal(level(), 1);
});

test('while another process holds the file a writer waits without blocking the event loop, and then writes', async (t) => {
  const folder = temporaryFolder(t);
  const db = openDatabase(folder);
  t.after(() => db.close());
  const holder = await startHolder(t, 'write', folder);
  let written = false;
  const writing = db
    .write(() => db.sql(insert).run())
    .then(() => {
      written = true;
    });
  let ticks = 0;
  const ticking = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      ticks += 1;
      if (ticks < 20) return;
      clearInterval(timer);
      resolve();
    }, 5);
  });
  await ticking;
  assert.equal(written, false);
  await holder.release();
  await writing;
  assert.equal(db.sql('SELECT valor FROM ajustes').get()?.valor, '1');
});

test('while another process writes, reading goes on', async (t) => {
  const folder = temporaryFolder(t);
  const db = openDatabase(folder);
  t.after(() => db.close());
  await startHolder(t, 'write', folder);
  assert.equal(db.sql('SELECT count(*) AS n FROM organismo_config').get()?.n, 1);
});

test('a file that is held for too long is told with a sentence, as a passing failure', async (t) => {
  const folder = temporaryFolder(t);
  let elapsed = 0;
  const hurried: Clock = {
    now: () => new Date(),
    monotonic: () => elapsed,
    sleep: async (ms) => {
      elapsed += ms * 500;
    },
  };
  const db = openDatabase(folder, hurried);
  t.after(() => db.close());
  await startHolder(t, 'write', folder);
  await assert.rejects(
    db.write(() => db.sql(insert).run()),
    (error: unknown) => error instanceof CerebroError && error.code === 'base_ocupada' && error.transient,
  );
});

test('a disk that is full is told with a sentence, as a passing failure, and nothing of the change stays', async () => {
  const db = openMemoryDatabase();
  db.sqlite.pragma(`max_page_count = ${db.sqlite.pragma('page_count', { simple: true })}`);
  await assert.rejects(
    db.write(() => {
      db.sql(insert).run();
      db.sql("INSERT INTO ajustes (clave, valor) VALUES ('b', ?)").run('x'.repeat(100_000));
    }),
    (error: unknown) =>
      error instanceof CerebroError && error.code === 'disco_lleno' && error.transient && /está lleno/.test(error.message),
  );
  db.sqlite.pragma('max_page_count = 1000000');
  assert.equal(db.sql('SELECT count(*) AS n FROM ajustes').get()?.n, 0);
  await db.write(() => db.sql(insert).run());
});
