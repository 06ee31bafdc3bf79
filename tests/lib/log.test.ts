import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type LogLevel, openLogs, setLevel } from '#server/lib/log.ts';
import { hideSecrets } from '#server/lib/secrets.ts';
import { withOwnTrace, withTrace } from '#server/lib/trace.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const openStage = (t: TestContext, level: LogLevel = 'info') => {
  const folder = temporaryFolder(t);
  const logs = openLogs({ level, stdout: false, folder, maxBytes: 1e6, keep: 3, clock: manualClock(), tell: () => undefined });
  const linesOf = async (part = 'cerebro') => {
    await logs.close();
    return readFileSync(join(folder, `${part}.log`), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  return { ...logs, linesOf };
};

test('a line carries the cycle, the attempt and the request it was written in, in children too', async (t) => {
  const { log, linesOf } = openStage(t);
  const child = log.child({ room: 'cola' });
  withTrace({ peticion: 'aa11' }, () => withTrace({ ciclo: 'reclamar-1' }, () => child.info('uno')));
  await withTrace({ ciclo: 'despachar-2' }, async () => {
    await withOwnTrace({ tramite: 7, ejecucion: 'e-7' }, async () => {
      await Promise.resolve();
      child.info('dos');
    });
    child.info('tres');
  });
  const seen = (await linesOf()).map(({ msg, ciclo, peticion, tramite, ejecucion }) => ({ msg, ciclo, peticion, tramite, ejecucion }));
  assert.deepEqual(
    seen.map((one) => JSON.parse(JSON.stringify(one))),
    [
      { msg: 'uno', peticion: 'aa11', ciclo: 'reclamar-1' },
      { msg: 'dos', tramite: 7, ejecucion: 'e-7' },
      { msg: 'tres', ciclo: 'despachar-2' },
    ],
  );
});

test('the level can be changed while it runs, for children born before too', async (t) => {
  const { log, linesOf } = openStage(t, 'warn');
  const child = log.child({ room: 'cola' });
  child.info('no');
  setLevel(log, 'debug');
  child.debug('sí');
  setLevel(log, 'silent');
  log.error('tampoco');
  setLevel(log, 'error');
  log.error('también');
  assert.deepEqual(
    (await linesOf()).map(({ msg }) => msg),
    ['sí', 'también'],
  );
});

test('no secret reaches a file: in the sentence, the error, its cause, its stack, its properties, or deep inside an object', async (t) => {
  const secret = 'S3creto-muy-plantado';
  hideSecrets([secret]);
  const { log, linesOf } = openStage(t);
  const cause = new Error(`la causa dice ${secret}`);
  const error = Object.assign(new Error(`login con ${secret}`, { cause }), {
    config: { auth: { pass: secret }, url: `http://u:${secret}@x/` },
  });
  log.error({ err: error, a: { b: { c: [secret, { password: 'otra' }] } } }, `dicho ${secret}`);
  log.child({ [secret]: secret }).info('en un hijo');
  const text = JSON.stringify(await linesOf());
  assert.ok(!text.includes(secret), text);
  assert.ok(!text.includes('otra'));
  assert.match(text, /login con \[oculto\]/);
});

const isLinux = process.platform === 'linux';
test('a stdout and a stderr on a full disk stop nobody: the files go on', { skip: !isLinux }, (t) => {
  const folder = temporaryFolder(t);
  const child = join(import.meta.dirname, 'full-disk.ts');
  execFileSync('/bin/sh', ['-c', '"$0" "$1" "$2" >/dev/full 2>&1', process.execPath, child, folder]);
  const lines = readFileSync(join(folder, 'cerebro.log'), 'utf8').trimEnd().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    [
      'uno',
      'dos',
      'Los registros no se pueden escribir en la salida estándar: ENOSPC: no space left on device, write. Están en sus archivos.',
    ],
  );
});
