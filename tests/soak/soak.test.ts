import assert from 'node:assert/strict';
import { test } from 'node:test';
import { temporaryFolder } from '#tests/db/support.ts';
import { judgeFlatness } from './flat.ts';
import type { Sample } from './measure.ts';
import { faultsOf, soak } from './run.ts';

const sample = (hour: number, heapMb: number): Sample => ({
  ...{ hour, heapMb, filed: hour * 100, rssMb: 300, handles: 5, descriptors: 28, loopMs: 20, databaseMb: hour },
});

test('an hour with 500 trámites and robots that fail or die files each of them once', { timeout: 60_000 }, async (t) => {
  const report = await soak({ hours: 1, tramites: 500, folder: temporaryFolder(t) }, () => undefined);
  assert.deepEqual(faultsOf(report, 500), []);
  assert.equal(report.numbers, 500);
});

test('memory that grows by a megabyte each hour is told, whatever it was at the start', () => {
  const growing = judgeFlatness(Array.from({ length: 24 }, (_, n) => sample(n + 1, 40 + n)));
  assert.deepEqual(
    growing.filter(({ flat }) => !flat).map(({ what }) => what),
    ['memoria de JavaScript (MB)'],
  );
});

test('an event loop that is held up for longer and longer is told; one bad hour of a busy machine is not', () => {
  const loop = (ms: (n: number) => number) =>
    judgeFlatness(Array.from({ length: 24 }, (_, n) => ({ ...sample(n + 1, 50), loopMs: ms(n) }))).every(({ flat }) => flat);
  assert.ok(!loop((n) => n ** 2));
  assert.ok(loop((n) => (n % 3 === 0 ? 400 : 20)));
});

test('memory that fills in the first quarter and then stays is flat', () => {
  const filled = judgeFlatness(Array.from({ length: 24 }, (_, n) => sample(n + 1, n < 6 ? 20 + 5 * n : 50)));
  assert.ok(filled.every(({ flat }) => flat));
});

test('a kilobyte that each of 20,000 trámites leaves is told', () => {
  const leaking = judgeFlatness(Array.from({ length: 24 }, (_, n) => sample(n + 1, 50 + (n * 20_000) / 24 / 1024)));
  assert.ok(leaking.some(({ what, flat }) => !flat && what === 'memoria de JavaScript (MB)'));
});

test('what is not cleaned, what should have stayed, a trámite that is missing and copies too many are told', () => {
  const old = [
    { kind: 'errores', planted: 10, left: 3, goes: true },
    { kind: 'trámites', planted: 10, left: 9, goes: false },
  ];
  const rest = { copies: { made: 4, kept: 3 }, logs: { begun: 9, kept: 3 }, avisos: 0, failing: [] };
  assert.deepEqual(faultsOf({ samples: [], verdicts: [], completed: 499, numbers: 498, old, ...rest }, 500), [
    'se han presentado 499 de 500',
    'hay 498 números de registro para 499 presentados',
    'la limpieza ha dejado 3 de lo antiguo: errores',
    'la limpieza se ha llevado 1 de lo que no se toca: trámites',
    'hay 3 copias y se conservan 2',
  ]);
});
