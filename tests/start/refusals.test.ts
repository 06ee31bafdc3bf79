import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, openSync, readdirSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { folderFailure } from '#server/db/failures.ts';
import { lockFolder, openDatabase } from '#server/db/open.ts';
import { openFolder, scratchOf } from '#server/folder.ts';
import { systemClock } from '#server/lib/clock.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { unprivileged } from '#tests/support/debian.ts';
import { writeSource } from '#tests/support/source.ts';
import { spawnCerebro } from './cerebro-process.ts';

const scene = (t: TestContext) => {
  const folder = temporaryFolder(t);
  const source = join(folder, 'origen.db');
  writeSource(source, { RecursosExp: [] });
  const dataDir = join(folder, 'datos');
  mkdirSync(dataDir);
  const env = {
    ...{ ORIGEN_URL: `sqlite:${source}`, BOT_USER: 'Cerebro Prueba', DATA_DIR: dataDir, PORT: '0', LOG_NIVEL: 'silent' },
    NAVEGADOR: '/bin/false',
  };
  return { folder, env, dataDir };
};

/** The start ends with code 1 and one line that says it. */
const refused = async (t: TestContext, env: Record<string, string>, sentence: RegExp, who = {}): Promise<void> => {
  const { code, stderr } = await spawnCerebro(t, env, who).ended;
  assert.match(stderr, sentence);
  assert.deepEqual([code, stderr.trim().split('\n').length], [1, 1]);
};

test('a data folder another process works with', { timeout: 60_000 }, async (t) => {
  const { env, dataDir } = scene(t);
  const lock = lockFolder(dataDir);
  t.after(() => lock.release());
  await refused(t, env, /^Otro Cerebro ya trabaja con la carpeta de datos /);
});

test('a data folder it may not write in', { timeout: 60_000 }, async (t) => {
  const { folder, env, dataDir } = scene(t);
  chmodSync(folder, 0o755);
  chmodSync(dataDir, 0o555);
  await refused(t, env, /^La carpeta de datos .* no se puede crear o no se puede escribir en ella/, unprivileged());
});

const onLinux = { timeout: 60_000, skip: process.platform !== 'linux' && 'only Linux has /proc' };

test('a data folder where the system makes none, and one that is a file', onLinux, async (t) => {
  const { folder, env } = scene(t);
  for (const dataDir of ['/proc/cerebro/datos', join(folder, 'origen.db')])
    await refused(
      t,
      { ...env, DATA_DIR: dataDir, LOG_NIVEL: 'info' },
      /no se puede crear o no se puede escribir en ella: elija otra con DATA_DIR\./,
    );
});

test('what others keep in a folder called tmp of the data folder stays', { timeout: 60_000 }, async (t) => {
  const { dataDir } = scene(t);
  mkdirSync(join(dataDir, 'tmp'));
  mkdirSync(join(scratchOf(dataDir), 'playwright_chromiumdev_profile-x'), { recursive: true });
  writeFileSync(join(dataDir, 'tmp/importante.txt'), 'de otro programa');
  const closers: (() => void)[] = [];
  openFolder(dataDir, systemClock, (close) => closers.unshift(close));
  for (const close of closers) close();
  assert.deepEqual([existsSync(join(dataDir, 'tmp/importante.txt')), readdirSync(scratchOf(dataDir))], [true, []]);
});

test('a database that is no database', { timeout: 60_000 }, async (t) => {
  const { env, dataDir } = scene(t);
  writeSync(openSync(join(dataDir, 'cerebro.db'), 'w'), 'esto no es una base de datos '.repeat(200));
  await refused(t, env, /^La base de datos de .* está dañada: no la borre\./);
});

test('a database that the last death left broken', { timeout: 60_000 }, async (t) => {
  const { env, dataDir } = scene(t);
  const db = openDatabase(dataDir);
  db.sql("INSERT INTO arranques (version, pid) VALUES ('0.1.0', 1)").run();
  const insert = db.sql('INSERT INTO error_log (origen, error_mensaje) VALUES (?, ?)');
  for (let n = 0; n < 400; n += 1) insert.run('prueba', 'x'.repeat(1000));
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const file = join(dataDir, 'cerebro.db');
  writeSync(openSync(file, 'r+'), Buffer.alloc(8192, 0xff), 0, 8192, statSync(file).size - 40_960);
  await refused(t, env, /^La base de datos de .* está dañada: no la borre\./);
});

test('a database of a newer version', { timeout: 60_000 }, async (t) => {
  const { env, dataDir } = scene(t);
  openDatabase(dataDir).close();
  const own = new Database(join(dataDir, 'cerebro.db'));
  own.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 99999999999999)");
  own.close();
  await refused(t, env, /es de una versión de Cerebro más nueva que esta/);
});

test('each failure of a disk is told in one sentence, and what nobody knows stays as it was', () => {
  const failing = (code: string) => Object.assign(new Error('x'), { code });
  const told = (code: string) => (folderFailure(failing(code), '/datos') as { code?: string }).code;
  assert.deepEqual(
    ['SQLITE_FULL', 'ENOSPC', 'SQLITE_READONLY_DBMOVED', 'EROFS', 'SQLITE_CORRUPT_INDEX', 'SQLITE_IOERR_WRITE', 'OTRA'].map(told),
    ['disco_lleno', 'disco_lleno', 'carpeta_no_valida', 'carpeta_no_valida', 'base_danada', 'disco_falla', 'OTRA'],
  );
});
