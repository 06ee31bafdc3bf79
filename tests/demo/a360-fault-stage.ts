import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { A360FaultName } from '#server/demo/a360/a360-faults.ts';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { enter, eq } from './a360-client.ts';

/** A Control Room for the tests of a file, and somebody who has entered. After each test its faults are used up. */
export const faultStage = () => {
  let room: ControlRoomStand;
  let visitor: Awaited<ReturnType<typeof enter>>;
  before(async () => {
    room = await standControlRoom({}, { paces: { hold: 30_000, late: 20 } });
    visitor = await enter(room);
  });
  after(() => room.close());
  afterEach(() => {
    const armed = room.faults.view().fallos.filter(({ veces }) => veces > 0);
    assert.deepEqual(armed, [], 'every fault was used up');
    for (const { deploymentId } of room.register()) room.finish(deploymentId);
  });
  return {
    get room() {
      return room;
    },
    get visitor() {
      return visitor;
    },
    accepted: () => room.register().length,
    lastRun: () => room.register().at(-1),
    activityOf: (deploymentId: unknown) => visitor.activity({ filter: eq('deploymentId', deploymentId) }),
    /** Resolves when a request is held by that fault. */
    held: (name: A360FaultName) => until(() => room.faults.view().retenidas.some(({ nombre }) => nombre === name)),
  };
};

/** Lets everything else happen until it is so. */
export const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};
