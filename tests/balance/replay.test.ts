import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { plan } from '#server/balance/plan.ts';
import { planV0 } from '#tests/support/planner-v0.ts';
import { type Figures, replay, weekOf } from '#tests/support/replay.ts';
import { settings } from './scene.ts';

/** Three weeks of tickets, always the same (docs/decisions/0014-the-balancer-replayed.md has their figures). */
const weeks = (equipos: number) => [1, 2, 3].map((seed) => weekOf(seed, equipos));
const under = (changed: object, some: ReturnType<typeof weeks>) => {
  const rules = { ...settings, ...changed };
  return { v0: some.map((week) => replay(week, planV0, rules)), ours: some.map((week) => replay(week, plan, rules)) };
};
const mean = (all: readonly Figures[], figure: keyof Figures): number => all.reduce((sum, one) => sum + one[figure], 0) / all.length;

describe('a week of tickets, replayed', () => {
  const scarce = under({ aislamiento: false, preemption: true }, weeks(30));
  const shared = under({ aislamiento: false, preemption: true }, weeks(36));
  const isolated = under({}, weeks(36).slice(1, 2));

  test('waits less than under the rule of v0 where pools share General, and at least 4 % less where equipos are scarce', () => {
    assert.ok(mean(shared.ours, 'meanWait') < mean(shared.v0, 'meanWait'));
    assert.ok(mean(scarce.ours, 'meanWait') < 0.96 * mean(scarce.v0, 'meanWait'));
    for (const [week, { tickets }] of shared.ours.entries()) assert.equal(tickets, shared.v0[week]?.tickets, 'every ticket is done');
  });

  test('waits no longer where pools are isolated', () => {
    assert.ok(mean(isolated.ours, 'meanWait') < 1.01 * mean(isolated.v0, 'meanWait'));
  });

  test('moves each equipo less than 4 times an hour, and at least 20 % less than v0 does', () => {
    for (const { v0, ours } of [scarce, shared, isolated])
      for (const [week, { movesPerHour }] of ours.entries()) {
        assert.ok(movesPerHour < 4, `week ${week + 1}: ${movesPerHour}`);
        assert.ok(movesPerHour < 0.8 * (v0[week]?.movesPerHour ?? 0), `week ${week + 1}`);
      }
  });

  test('a robot with tickets changes its mind within five minutes less than twice a day', () => {
    for (const { turnsPerDay } of [...scarce.ours, ...shared.ours, ...isolated.ours]) assert.ok(turnsPerDay < 2, `${turnsPerDay}`);
  });
});
