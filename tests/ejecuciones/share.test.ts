import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import fc from 'fast-check';
import { type Sharer, shareSlots } from '#server/ejecuciones/share.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';

const site = fc.record({
  prioridad: fc.integer({ min: 1, max: 3 }),
  min: fc.integer({ min: 0, max: 4 }),
  max: fc.integer({ min: -1, max: 4 }),
  atWork: fc.nat(5),
});
const sites = fc.array(site, { maxLength: 6 }).map((some): Sharer[] => some.map((one, index) => ({ ...one, siteId: `s${index}` })));

/** Slots given one after another while every organismo has more trámites than slots. */
const giveAll = (some: readonly Sharer[], slots: number): Sharer[] => {
  let now = [...some];
  for (let slot = 0; slot < slots; slot++) {
    const taken = shareSlots(now)[0]?.[0];
    now = now.map((one) => (one.siteId === taken ? { ...one, atWork: one.atWork + 1 } : one));
  }
  return now;
};

describe('the slots of this machine', () => {
  test('are never given above a maximum, and only once to each organismo', () => {
    fc.assert(
      fc.property(sites, (some) => {
        const given = shareSlots(some).flat();
        assert.equal(new Set(given).size, given.length);
        assert.deepEqual(
          [...given].sort(),
          some
            .filter(({ max, atWork }) => max < 0 || atWork < max)
            .map(({ siteId }) => siteId)
            .sort(),
        );
      }),
    );
  });

  test('go to every minimum before anybody gets more, the lower prioridad first', () => {
    fc.assert(
      fc.property(sites, fc.nat(12), (some, slots) => {
        const after = giveAll(some, slots);
        const below = after.filter(({ min, max, atWork }) => atWork < (max < 0 ? min : Math.min(min, max)));
        const gained = after.filter((one, index) => one.atWork > Math.max(one.min, (some[index] as Sharer).atWork));
        if (below.length > 0) assert.deepEqual(gained, []);
        for (const one of below)
          for (const other of after.filter(({ prioridad }) => prioridad > one.prioridad))
            assert.equal(other.atWork, some.find(({ siteId }) => siteId === other.siteId)?.atWork);
      }),
    );
  });

  test('do not depend on the order of the rows', () => {
    fc.assert(
      fc.property(sites, (some) => {
        const sorted = (groups: readonly (readonly string[])[]) => groups.map((group) => [...group].sort());
        assert.deepEqual(sorted(shareSlots(some.toReversed())), sorted(shareSlots(some)));
      }),
    );
  });
});

describe('at each dispatch', () => {
  const open = async (t: Parameters<typeof openQueueHouse>[0], limits: string) => {
    const house = openQueueHouse(t, { threads: 3 });
    house.organismo('otro', { robot: 'prueba' });
    house.db.sqlite.exec(`UPDATE organismo_config SET ${limits}`);
    // Nobody ends before it is counted.
    house.doors.download = (_paper, _folder, signal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('parado'))));
    await house.queue(['1', '2', '3', '4'], { priority: 1 });
    await house.queue(['5', '6', '7'], { siteId: 'otro' });
    await house.dispatcher.pass();
    return Object.entries(house.statuses())
      .filter(([, status]) => status === 'processing')
      .map(([id]) => id)
      .join(' ');
  };

  test('without limits the trámite that comes first is taken', async (t) => {
    assert.equal(await open(t, 'prioridad = 100'), '1 2 3');
  });
  test('without limits too, the lower prioridad goes first', async (t) => {
    assert.equal(await open(t, "prioridad = iif(site_id = 'otro', 1, 100)"), '5 6 7');
  });
  test('a minimum is kept for who has it', async (t) => {
    assert.equal(await open(t, "min_equipos = iif(site_id = 'otro', 1, 0)"), '1 2 5');
  });
  test('a maximum counts those at work', async (t) => {
    assert.equal(await open(t, "max_equipos = iif(site_id = 'prueba', 1, -1)"), '1 5 6');
  });
  test('the lower prioridad takes the rest', async (t) => {
    assert.equal(await open(t, "max_equipos = 2, prioridad = iif(site_id = 'otro', 1, 100)"), '1 5 6');
  });
  test('a value that is none limits nothing', async (t) => {
    assert.equal(await open(t, "min_equipos = 'muchos', max_equipos = -7"), '1 2 3');
  });
});
