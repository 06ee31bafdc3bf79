import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planKills } from './plan.ts';
import { pointNames } from './points.ts';

const namedIn = (plan: ReturnType<typeof planKills>) => plan.kills.flatMap((kill) => (kill.kind === 'punto' ? [kill.point] : []));

describe('the plan of kills', () => {
  it('begins with the first start, goes through every named point and fills the rest at random', () => {
    const plan = planKills(50, 7);
    assert.equal(plan.kills.length, 50);
    const [first, ...others] = plan.kills;
    assert.ok(first?.kind === 'instante' && first.afterMs < 3000);
    assert.deepEqual(namedIn({ ...plan, kills: others.slice(0, pointNames.length) }).toSorted(), pointNames.toSorted());
    assert.ok(others.slice(pointNames.length).every((kill) => kill.kind !== 'punto'));
    assert.deepEqual(plan.leftOut, []);
  });

  it('has room in ten kills for the first ten', () => {
    const plan = planKills(10, 1);
    assert.deepEqual(namedIn(plan).toSorted(), pointNames.slice(0, 10).toSorted());
    assert.deepEqual(plan.leftOut, pointNames.slice(10));
  });

  it('says which points found no place', () => {
    const plan = planKills(3, 1);
    assert.equal(plan.kills.length, 3);
    assert.equal(plan.leftOut.length, pointNames.length - 3);
    assert.deepEqual([...plan.leftOut, ...namedIn(plan)].toSorted(), pointNames.toSorted());
  });

  it('is the same for the same seed and another for another', () => {
    assert.deepEqual(planKills(30, 5), planKills(30, 5));
    assert.notDeepEqual(planKills(30, 5), planKills(30, 6));
  });

  it('can be told to visit some points only', () => {
    const plan = planKills(4, 1, ['encolado']);
    assert.deepEqual(namedIn(plan), ['encolado']);
    assert.equal(plan.kills.length, 4);
  });
});
