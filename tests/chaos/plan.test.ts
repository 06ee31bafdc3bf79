import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { planKills } from './plan.ts';
import { pointNamesOf } from './points.ts';

const pointNames = pointNamesOf('sqlite');

const namedIn = (plan: ReturnType<typeof planKills>) => plan.kills.flatMap((kill) => (kill.kind === 'punto' ? [kill.point] : []));

describe('the plan of kills', () => {
  it('begins with the first start, goes through every named point and fills the rest at random', () => {
    const plan = planKills(50, 7, pointNames);
    assert.equal(plan.kills.length, 50);
    const [first, ...others] = plan.kills;
    assert.ok(first?.kind === 'instante' && first.afterMs < 3000);
    assert.deepEqual(namedIn({ ...plan, kills: others.slice(0, pointNames.length) }).toSorted(), pointNames.toSorted());
    assert.ok(others.slice(pointNames.length).every((kill) => kill.kind !== 'punto'));
    assert.deepEqual(plan.leftOut, []);
  });

  it('has room in ten kills for the first ten', () => {
    const plan = planKills(10, 1, pointNames);
    assert.deepEqual(namedIn(plan).toSorted(), pointNames.slice(0, 10).toSorted());
    assert.deepEqual(plan.leftOut, pointNames.slice(10));
  });

  it('says which points found no place', () => {
    const plan = planKills(3, 1, pointNames);
    assert.equal(plan.kills.length, 3);
    assert.equal(plan.leftOut.length, pointNames.length - 3);
    assert.deepEqual([...plan.leftOut, ...namedIn(plan)].toSorted(), pointNames.toSorted());
  });

  it('is the same for the same seed and another for another', () => {
    assert.deepEqual(planKills(30, 5, pointNames), planKills(30, 5, pointNames));
    assert.notDeepEqual(planKills(30, 5, pointNames), planKills(30, 6, pointNames));
  });

  it('can be told to visit some points only', () => {
    const plan = planKills(4, 1, ['encolado']);
    assert.deepEqual(namedIn(plan), ['encolado']);
    assert.equal(plan.kills.length, 4);
  });

  it('visits what only a network has, and first, when the source is behind one', () => {
    const plan = planKills(5, 1, pointNamesOf('tds'));
    assert.deepEqual(namedIn(plan).toSorted(), pointNamesOf('tds').slice(0, 5).toSorted());
    assert.ok(namedIn(plan).includes('update_sin_respuesta'));
  });
});
