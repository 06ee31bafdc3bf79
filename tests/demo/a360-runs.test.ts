import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openJournal, type Run } from '#server/demo/a360/journal.ts';
import { createRuns } from '#server/demo/a360/runs.ts';
import { runs as plan } from '#server/demo/a360/script.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { smallScript } from '#tests/support/control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

/** What happens to the machines: a deploy to one of two, time that passes, an order to stop one, a restart. */
const happening = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('31', '32').map((deviceId) => ({ deviceId })) },
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 90_000 }).map((ms) => ({ ms })) },
  { weight: 1, arbitrary: fc.nat(3).map((stop) => ({ stop })) },
  { weight: 1, arbitrary: fc.constant({ restart: true }) },
);
type Happening = { deviceId?: string; ms?: number; stop?: number; restart?: boolean };

/** What has not come sorts after every instant. */
const never = '9';

const assertOneAtATime = (all: readonly Run[]): void => {
  for (const [device, own] of Map.groupBy(all, (run) => run.deviceId))
    for (const [n, run] of own.entries()) {
      const { accepted, started, ended } = run;
      assert.ok(accepted <= (started ?? never) && (started ?? accepted) <= (ended ?? never), `${device}: accepted, begun, ended`);
      const before = own.slice(0, n).findLast((other) => other.started !== null || other.ended === null);
      if (before) assert.ok((before.ended ?? never) <= (started ?? never), `${device}: run ${run.id} began before run ${before.id} ended`);
    }
};

test('whatever happens, a device has one run at a time in the order they came, and each end is told once', async (t) => {
  const folder = temporaryFolder(t);
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (story) => {
      round += 1;
      const clock = manualClock();
      const told: number[] = [];
      const open = () => {
        const journal = openJournal(`${folder}/${round}`);
        const ended = ({ id }: Run) => void told.push(id);
        return { journal, runs: createRuns({ script: smallScript({ usualPlan: plan(30_000) }), journal, clock, ended }) };
      };
      const close = async () => {
        await house.runs.close();
        house.journal.close();
      };
      let house = open();
      for (const { deviceId, ms, stop, restart } of story as readonly Happening[]) {
        const order = { version: 4, fileId: '4711', userId: '88', body: {}, callback: null, marks: [] };
        if (deviceId) house.runs.accept({ ...order, deviceId });
        if (ms) await clock.advance(ms);
        const stopped = stop === undefined ? undefined : house.journal.open()[stop];
        if (stopped) house.runs.stop(stopped);
        if (restart) {
          await close();
          house = open();
        }
      }
      const all = house.journal.all();
      await close();
      assertOneAtATime(all);
      assert.deepEqual(
        told.toSorted((a, b) => a - b),
        all.filter((run) => run.ended !== null).map((run) => run.id),
      );
    }),
    { numRuns: 40 },
  );
});
