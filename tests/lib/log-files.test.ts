import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { openLogFiles, partOf } from '#server/lib/log-files.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const openStage = (t: TestContext, options: { folder?: string; maxBytes?: number; keep?: number } = {}) => {
  const folder = options.folder ?? temporaryFolder(t);
  const clock = manualClock();
  const told: string[] = [];
  const spoken = new EventTarget();
  const tell = (sentence: string) => {
    told.push(sentence);
    spoken.dispatchEvent(new Event('told'));
  };
  const files = openLogFiles({ folder, maxBytes: options.maxBytes ?? 1e6, keep: options.keep ?? 3, clock, tell });
  const nextTold = () => once(spoken, 'told');
  return { folder, clock, told, nextTold, files };
};

const lineOf = (fields: object): string => `${JSON.stringify({ level: 30, ...fields })}\n`;

const parts = [
  [{ room: 'avisos de A360' }, 'callbacks'],
  [{ room: 'sincronizacion', ciclo: 'sincronizar-1' }, 'lanzador'],
  [{ ciclo: 'lanzar-1a' }, 'lanzador'],
  [{ ciclo: 'conciliar-1a' }, 'lanzador'],
  [{ ciclo: 'balancear-1a' }, 'balanceador'],
  [{ room: 'balance' }, 'balanceador'],
  [{ ciclo: 'reclamar-1a' }, 'cerebro'],
  [{ room: 'panel', peticion: 'x' }, 'cerebro'],
  [{ msg: 'dice "room":"balance"' }, 'cerebro'],
] as const;
for (const [fields, part] of parts)
  test(`a line with ${JSON.stringify(fields)} stands in ${part}.log`, () => assert.equal(partOf(lineOf(fields)), part));

test('every line is on disk when it has closed, each in the file of its part', async (t) => {
  const { folder, files } = openStage(t);
  for (let n = 0; n < 5000; n++) files.write(lineOf({ n, ciclo: n % 2 === 0 ? 'lanzar-1' : 'reclamar-1' }));
  await files.close();
  const numbers = (file: string) =>
    readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).n as number);
  const [even, odd] = [numbers('lanzador.log'), numbers('cerebro.log')];
  assert.deepEqual([even.length, even.at(-1), odd.length, odd.at(-1)], [2500, 4998, 2500, 4999]);
});

test('a file that is full is put away under its day, the oldest go, and no name holds what Windows refuses', async (t) => {
  const { folder, files } = openStage(t, { maxBytes: 200, keep: 2 });
  for (let n = 0; n < 40; n++) files.write(lineOf({ n, ciclo: 'balancear-1' }));
  await files.close();
  const again = openLogFiles({ folder, maxBytes: 200, keep: 2, clock: manualClock(), tell: () => undefined });
  for (let n = 0; n < 40; n++) again.write(lineOf({ n, ciclo: 'balancear-1' }));
  await again.close();
  const past = readdirSync(folder).filter((name) => /^balanceador-\d{4}-\d\d-\d\d-\d+\.log$/.test(name));
  assert.ok(past.length >= 1 && past.length <= 2, readdirSync(folder).join());
  assert.ok(readdirSync(folder).every((name) => /^[\w.-]+$/.test(name)));
});

test('a file left from another day is put away under that day before the first line of today', async (t) => {
  const folder = temporaryFolder(t);
  const left = join(folder, 'cerebro.log');
  writeFileSync(left, lineOf({ msg: 'de ayer' }));
  const day = new Date(2026, 0, 15, 10);
  utimesSync(left, day, day);
  const { files } = openStage(t, { folder });
  files.write(lineOf({ msg: 'de hoy' }));
  await files.close();
  const past = readdirSync(folder).filter((name) => name.startsWith('cerebro-'));
  assert.deepEqual(past, ['cerebro-2026-01-15-1.log']);
  assert.doesNotMatch(readFileSync(left, 'utf8'), /de ayer/);
  assert.match(readFileSync(left, 'utf8'), /de hoy/);
});

test('a folder that cannot be written is told once, stops nobody, and is told again when it can', async (t) => {
  const folder = join(temporaryFolder(t), 'logs');
  // A file stands where the folder should be.
  writeFileSync(folder, '');
  const { files, told, nextTold, clock } = openStage(t, { folder });
  const first = nextTold();
  files.write(lineOf({ n: 1 }));
  files.write(lineOf({ n: 2, ciclo: 'lanzar-1' }));
  await first;
  files.write(lineOf({ n: 3 }));
  await files.close();
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /^Los registros no se pueden escribir en .*Cerebro sigue sin ellos\.$/);

  rmSync(folder);
  mkdirSync(folder);
  await clock.advance(60_000);
  const again = nextTold();
  files.write(lineOf({ n: 4 }));
  await again;
  assert.match(told[1] ?? '', /^Los registros se vuelven a escribir/);
  await files.close();
  assert.match(readFileSync(join(folder, 'cerebro.log'), 'utf8'), /"n":4/);
});

test('what is said after the files were closed is no trouble of the disk', async (t) => {
  const { files, told } = openStage(t, { folder: temporaryFolder(t) });
  files.write(lineOf({ n: 1 }));
  await files.close();
  files.write(lineOf({ n: 2 }));
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, []);
});

test('a part that cannot be written is not said to be well again because the others are', async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'lanzador.log'));
  const { files, told, nextTold } = openStage(t, { folder });
  const first = nextTold();
  files.write(lineOf({ ciclo: 'lanzar-1' }));
  await first;
  files.write(lineOf({ n: 1 }));
  await files.close();
  assert.equal(told.length, 1);
  assert.match(files.trouble() ?? '', /^Los registros no se pueden escribir en /);
  assert.match(readFileSync(join(folder, 'cerebro.log'), 'utf8'), /"n":1/);
});
