import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDelayed, isOrphan } from '#server/ejecuciones/rules.ts';

const now = new Date('2026-03-02T09:00:00.000Z');
const min = 60_000;
const ago = (minutes: number) => new Date(now.getTime() - minutes * min).toISOString();
const slowness = { unknownMs: 25 * min, factor: 1.5, floorMs: 10 * min };
const run = (minutes: number, estado = 'RUNNING') => ({
  estado,
  robot_id: 'r',
  equipo_id: 'e',
  fecha_inicio: ago(minutes),
  fecha_inicio_real: null,
});
const usual = (samples: number, minutes: number) => ({ samples, averageMs: minutes * min });

test('a run is late when it takes half as long again as its robot usually does', () => {
  assert.equal(isDelayed(run(30), usual(5, 20), slowness, now), false);
  assert.equal(isDelayed(run(31), usual(5, 20), slowness, now), true);
});

test('a short one is not late before the floor', () => {
  assert.equal(isDelayed(run(10), usual(50, 3), slowness, now), false);
  assert.equal(isDelayed(run(11), usual(50, 3), slowness, now), true);
});

test('a run that repeats its work three times may take three times as long', () => {
  assert.equal(isDelayed({ ...run(45), repeticiones: 3 }, usual(5, 10), slowness, now), false);
  assert.equal(isDelayed({ ...run(46), repeticiones: 3 }, usual(5, 10), slowness, now), true);
  assert.equal(isDelayed({ ...run(16), repeticiones: null }, usual(5, 10), slowness, now), true);
});

test('without a history of five runs the limit is the one for all', () => {
  for (const samples of [0, 4]) {
    assert.equal(isDelayed(run(25), usual(samples, 2), slowness, now), false);
    assert.equal(isDelayed(run(26), usual(samples, 2), slowness, now), true);
  }
});

test('what counts is since when A360 runs it; what waits or has ended is not late', () => {
  assert.equal(isDelayed({ ...run(60), fecha_inicio_real: ago(5) }, usual(0, 0), slowness, now), false);
  assert.equal(isDelayed(run(60, 'DEPLOYED'), usual(0, 0), slowness, now), true);
  for (const estado of ['QUEUED', 'RUN_PAUSED', 'UNKNOWN', 'RUN_COMPLETED'])
    assert.equal(isDelayed(run(600, estado), usual(0, 0), slowness, now), false);
});

test('one that waits in the queue for more than five minutes is an orphan, unless a later one of its robot began there', () => {
  const waiting = run(6, 'QUEUED');
  assert.equal(isOrphan(run(5, 'QUEUED'), [], now), false);
  assert.equal(isOrphan(waiting, [waiting], now), true);
  assert.equal(isOrphan(waiting, [waiting, run(3)], now), false);
  assert.equal(isOrphan(waiting, [waiting, run(9)], now), true);
  assert.equal(isOrphan(waiting, [waiting, { ...run(3), equipo_id: 'otro' }], now), true);
  assert.equal(isOrphan(run(60), [], now), false);
});
