import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { lockFolder } from '#server/db/open.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { startHolder, temporaryFolder } from './support.ts';

test('a second process on the same data folder is refused, with the pid of the first', async (t) => {
  const folder = temporaryFolder(t);
  const holder = await startHolder(t, 'lock', folder);
  assert.throws(
    () => lockFolder(folder),
    (error: unknown) => {
      assert.ok(error instanceof CerebroError);
      assert.equal(error.code, 'carpeta_en_uso');
      assert.match(error.message, /Otro Cerebro ya trabaja con la carpeta de datos/);
      assert.match(error.message, new RegExp(`proceso ${holder.pid}, desde \\d{4}-`));
      return true;
    },
  );
});

test('the folder is free again when its owner closes', async (t) => {
  const folder = temporaryFolder(t);
  const holder = await startHolder(t, 'lock', folder);
  await holder.release();
  lockFolder(folder).release();
});

test('the folder is free again when its owner is killed with SIGKILL', async (t) => {
  const folder = temporaryFolder(t);
  const holder = await startHolder(t, 'lock', folder);
  await holder.kill();
  lockFolder(folder).release();
});

test('the owner itself may not take it twice', (t) => {
  const folder = temporaryFolder(t);
  const lock = lockFolder(folder);
  assert.throws(() => lockFolder(folder), /ya trabaja con la carpeta/);
  lock.release();
});

test('two folders have two owners', async (t) => {
  await startHolder(t, 'lock', temporaryFolder(t));
  lockFolder(temporaryFolder(t)).release();
});

test('a second process that insists ends with the sentence and not with a stack', (t) => {
  const folder = temporaryFolder(t);
  const lock = lockFolder(folder);
  t.after(() => lock.release());
  const second = spawnSync(process.execPath, [join(import.meta.dirname, '../../server/main.ts')], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, ORIGEN_URL: 'sqlite:/no/hace/falta.db', BOT_USER: 'Cerebro', PORT: '0' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(second.status, 1);
  assert.match(second.stderr, /Otro Cerebro ya trabaja con la carpeta de datos/);
  assert.doesNotMatch(second.stderr, /\n\s+at /);
});

test('a data folder that cannot be is one sentence', (t) => {
  const file = join(temporaryFolder(t), 'archivo');
  writeFileSync(file, '');
  for (const folder of [file, join(file, 'dentro')])
    assert.throws(() => lockFolder(folder), { code: 'carpeta_no_valida', message: /elija otra con DATA_DIR/ });
});
