import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Activity, ControlRoom } from '#server/gateways/a360/a360.ts';
import { createControlRoom } from '#server/gateways/a360/client.ts';
import { systemClock } from '#server/lib/clock.ts';

export type A360Place = {
  readonly settings: { readonly AA_URL: string; readonly AA_USER: string; readonly AA_API_KEY: string };
  close(): Promise<void>;
};

/** How a Control Room to be asked is stood up; the suite only reads, so that a real one may be one of them. */
export type A360Harness = {
  readonly name: string;
  /** Somebody's own: not even a login that fails is left in its audit log. */
  readonly real?: boolean;
  open(): Promise<A360Place>;
};

const wholeNumber = /^\d+$/;

/** What every Control Room must do, whoever stands behind it. */
export const a360Contract = (harness: A360Harness): void => {
  describe(`a Control Room: ${harness.name}`, () => {
    test('lets in who has the key, and answers', () => asking(harness, (room) => room.check()));

    if (!harness.real) refusing(harness);
    reading(harness);
  });
};

const refusing = (harness: A360Harness): void => {
  test('does not let in who has another key, and is not asked again', async () => {
    const place = await harness.open();
    const room = roomAt({ ...place.settings, AA_USER: `${place.settings.AA_USER}-nadie`, AA_API_KEY: 'esta-clave-no-es' }, 100);
    try {
      await assert.rejects(room.check(), { failure: 'credenciales' });
      await assert.rejects(room.devices(), { failure: 'credenciales' });
    } finally {
      await room.close();
      await place.close();
    }
  });
};

const reading = (harness: A360Harness): void => {
  test('lists its bots, each with an id and a name', () =>
    asking(harness, async (room) => {
      for (const bot of await room.bots()) assert.ok(wholeNumber.test(bot.id) && bot.name !== '', JSON.stringify(bot));
    }));

  test('lists its devices, and whose default they are', () =>
    asking(harness, async (room) => {
      for (const { id, hostName, users } of await room.devices()) {
        assert.match(id, wholeNumber);
        assert.notEqual(hostName, '');
        for (const user of users) assert.match(user.id, wholeNumber);
      }
    }));

  test('lists its users with their licences, or says that it may not', () =>
    asking(harness, async (room) => {
      const users = await room.users().catch((error) => {
        assert.equal(error.failure, 'permiso');
        return [];
      });
      for (const user of users) assert.match(user.id, wholeNumber);
    }));

  test('a listing in pages of one is the same as in one page', () =>
    asking(harness, async (room, place) => {
      const small = roomAt(place.settings, 1);
      try {
        assert.deepEqual(sorted(await small.devices()), sorted(await room.devices()));
      } finally {
        await small.close();
      }
    }));

  test('tells the runs that have not ended, none of them with an end', () =>
    asking(harness, async (room) => {
      const runs = await room.activity({ active: true });
      assert.deepEqual(
        runs.filter(({ endedAt }) => endedAt !== null),
        [],
      );
    }));

  test('tells runs by their deployment, and nothing of deployments it does not know', () =>
    asking(harness, async (room) => {
      const [known] = await room.activity({ active: true });
      const stranger = '00000000-0000-4000-8000-000000000000';
      assert.deepEqual(await room.activity({ deploymentIds: [stranger] }), []);
      if (known === undefined) return;
      const found = await room.activity({ deploymentIds: [stranger, known.deploymentId] });
      assert.deepEqual(deploymentsOf(found), [known.deploymentId]);
    }));

  test('tells the runs of a bot by a user since an instant', () =>
    asking(harness, async (room) => {
      const known = (await room.activity({ active: true })).find(({ fileId, userId }) => fileId !== null && userId !== null);
      if (known?.fileId == null || known.userId === null) return;
      const since = known.startedAt ?? new Date(0).toISOString();
      const found = await room.activity({ fileId: known.fileId, userId: known.userId, since });
      assert.ok(deploymentsOf(found).includes(known.deploymentId));
      for (const { fileId, userId } of found) assert.deepEqual([fileId, userId], [known.fileId, known.userId]);
      const stranger = { fileId: '999999999', userId: '999999999' };
      const together = await room.activity({ launches: [stranger, { fileId: known.fileId, userId: known.userId }], since });
      assert.deepEqual(deploymentsOf(together), deploymentsOf(found));
    }));
};

const roomAt = ({ AA_URL, AA_USER, AA_API_KEY }: A360Place['settings'], pageSize: number): ControlRoom =>
  createControlRoom({
    ...{ baseUrl: AA_URL, user: AA_USER, apiKey: AA_API_KEY, pageSize, maxPages: 1000, verifyTls: true, timeoutMs: 60_000 },
    ...{ renewTokenAfterMs: 1_140_000, deployVersion: 4, clock: systemClock },
  });

const asking = async (harness: A360Harness, work: (room: ControlRoom, place: A360Place) => Promise<unknown>): Promise<void> => {
  const place = await harness.open();
  const room = roomAt(place.settings, 100);
  try {
    await work(room, place);
  } finally {
    await room.close();
    await place.close();
  }
};

const sorted = <T extends { readonly id: string }>(rows: readonly T[]): T[] => [...rows].sort((a, b) => a.id.localeCompare(b.id));
const deploymentsOf = (runs: readonly Activity[]): string[] => [...new Set(runs.map(({ deploymentId }) => deploymentId))];
