import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type Cycle, createScheduler } from '#server/scheduler/clock.ts';
import { cyclesOf } from '#server/scheduler/cycles.ts';
import { type ManualClock, manualClock, settled } from '#tests/support/manual-clock.ts';

const log = silentLog();
let clock: ManualClock;
let ran: string[];
let gates: Record<string, PromiseWithResolvers<void>>;
let periods: Record<string, number | null>;

const cycle = (name: string, after: readonly string[] = []): Cycle => ({
  ...{ name, shownAs: name, after },
  period: () => periods[name] ?? null,
  run: async () => {
    ran.push(name);
    await gates[name]?.promise;
  },
});

beforeEach(() => {
  clock = manualClock();
  ran = [];
  periods = { sincronizar: 60_000, conciliar: 60_000, lanzar: 60_000 };
  gates = { sincronizar: Promise.withResolvers(), conciliar: Promise.withResolvers() };
});

const scheduler = () =>
  createScheduler({ clock, log, hub: createHub(log), random: () => 0.5 }, [
    cycle('lanzar', ['sincronizar', 'conciliar']),
    cycle('conciliar', ['sincronizar']),
    cycle('sincronizar'),
  ]);

describe('at the start', () => {
  test('the first rounds go one after the other', async () => {
    const house = scheduler();
    house.start();
    await settled();
    assert.deepEqual(ran, ['sincronizar']);
    gates.sincronizar?.resolve();
    await settled();
    assert.deepEqual(ran, ['sincronizar', 'conciliar']);
    gates.conciliar?.resolve();
    await settled();
    assert.deepEqual(ran, ['sincronizar', 'conciliar', 'lanzar']);
    await house.stop(0);
  });

  test('the failure of one does not stop the next', async () => {
    const house = scheduler();
    house.start();
    gates.sincronizar?.reject(new Error('A360 no contesta'));
    gates.conciliar?.reject(new Error('A360 no contesta'));
    await settled();
    await settled();
    assert.deepEqual(ran, ['sincronizar', 'conciliar', 'lanzar']);
    await house.stop(0);
  });

  test('what never runs by itself is not waited for', async () => {
    periods.sincronizar = null;
    gates.conciliar?.resolve();
    const house = scheduler();
    house.start();
    await settled();
    await settled();
    assert.deepEqual(ran, ['conciliar', 'lanzar']);
    await house.stop(0);
  });

  test('what is not started is not waited for', async () => {
    const house = scheduler();
    house.start(['lanzar']);
    await settled();
    assert.deepEqual(ran, ['lanzar']);
    await house.stop(0);
  });

  test('what a person orders does not wait, and is its first round', async () => {
    const house = scheduler();
    house.start();
    await house.run('lanzar');
    gates.sincronizar?.resolve();
    gates.conciliar?.resolve();
    await settled();
    await settled();
    assert.deepEqual(ran.toSorted(), ['conciliar', 'lanzar', 'sincronizar']);
    await clock.advance(60_000);
    assert.equal(ran.filter((name) => name === 'lanzar').length, 2);
    await house.stop(0);
  });

  test('each goes on at its own period afterwards, whatever the others do', async () => {
    const house = scheduler();
    house.start();
    gates.sincronizar?.resolve();
    gates.conciliar?.resolve();
    await settled();
    await settled();
    gates.sincronizar = Promise.withResolvers();
    await clock.advance(60_000);
    await clock.advance(60_000);
    assert.equal(ran.filter((name) => name === 'lanzar').length, 3);
    gates.sincronizar.resolve();
    await house.stop(0);
  });
});

describe('a period that is changed while the cycle rests', () => {
  beforeEach(() => {
    gates = {};
  });

  test('counts within a minute', async () => {
    periods = { sincronizar: 3_600_000 };
    const house = scheduler();
    house.start(['sincronizar']);
    await settled();
    periods.sincronizar = 90_000;
    await clock.advance(89_999);
    assert.equal(ran.length, 1);
    await clock.advance(1);
    assert.equal(ran.length, 2);
    await house.stop(0);
  });

  test('from never makes it run within a minute', async () => {
    periods = { sincronizar: null };
    const house = scheduler();
    house.start(['sincronizar']);
    await settled();
    assert.equal(ran.length, 0);
    periods.sincronizar = 3_600_000;
    await clock.advance(60_000);
    assert.equal(ran.length, 1);
    await house.stop(0);
  });
});

test('the house synchronises, then reconciles, then launches and shares the machines out', () => {
  const cycles = cyclesOf({} as Parameters<typeof cyclesOf>[0], {} as Parameters<typeof cyclesOf>[1]);
  const waits = cycles.filter(({ after }) => after !== undefined).map(({ name, after }) => [name, after]);
  assert.deepEqual(waits, [
    ['conciliar', ['sincronizar']],
    ['lanzar', ['sincronizar', 'conciliar']],
    ['balancear', ['sincronizar', 'conciliar']],
  ]);
  assert.ok(cycles.some(({ name }) => name === 'sincronizar'));
});
