import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { runs } from '#server/demo/a360/script.ts';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { enter, eq, paths } from './a360-client.ts';

const steps = [
  { status: 'DEPLOYED', ms: 1000 },
  { status: 'UPDATE', ms: 4000 },
  { status: 'RUNNING', ms: 5000 },
];

describe('the activity of the simulated Control Room', () => {
  const clock = manualClock('2026-03-02T09:00:00.000Z');
  let room: ControlRoomStand;
  let visitor: Awaited<ReturnType<typeof enter>>;
  before(async () => {
    const bots = [
      { id: '4711', name: 'P01_Prueba_Uno', path: 'RPA' },
      { id: '4712', name: 'P02_Por_Pasos', path: 'RPA', plans: [{ steps, end: 'RUN_TIMED_OUT', message: 'Tiempo agotado.' }] },
      {
        id: '4713',
        name: 'P03_Con_Salida',
        path: 'RPA',
        plans: [runs(1000, 'COMPLETED', { output: { out: { type: 'STRING', string: 'ok' } } })],
      },
    ];
    room = await standControlRoom({ bots, tokenMs: 86_400_000 }, { clock });
    visitor = await enter(room);
  });
  after(() => room.close());

  const itemOf = async (deploymentId: string) => (await visitor.activity({ filter: eq('deploymentId', deploymentId) }))[0];
  const deployed = async (...order: Parameters<typeof visitor.deploy>): Promise<string> =>
    (await visitor.deploy(...order)).body.deploymentId;
  const stop = async (...ids: unknown[]) =>
    (await visitor.ask(paths.manage, { stop_executions: { execution_ids: ids } })).body.manage_action_errors as unknown[];

  it('goes through the scripted statuses to the scripted end', async () => {
    const id = await deployed(88, { botId: 4712 });
    const seen = [];
    for (const ms of [0, 1000, 4000, 5000]) {
      await clock.advance(ms);
      seen.push((await itemOf(id))?.status);
    }
    assert.deepEqual(seen, ['DEPLOYED', 'UPDATE', 'RUNNING', 'RUN_TIMED_OUT']);
    const item = await itemOf(id);
    assert.match(String(item?.startDateTime), /^2026-03-02T09:00:00\.000\d{6}Z$/);
    assert.match(String(item?.endDateTime), /^2026-03-02T09:00:10\.000\d{6}Z$/);
    assert.equal(item?.message, 'Tiempo agotado.');
  });

  it('shows 1970 as the start of a run that waits for its device', async () => {
    const [first, second] = [await deployed(88), await deployed(88)];
    assert.equal((await itemOf(second))?.startDateTime, '1970-01-01T00:00:00Z');
    for (const id of [first, second]) room.finish(id);
  });

  it('tells what the bot answered, once it has ended', async () => {
    const id = await deployed(88, { botId: 4713 });
    assert.deepEqual((await itemOf(id))?.outputVariables, {});
    await clock.advance(1000);
    assert.deepEqual((await itemOf(id))?.outputVariables, { out: { type: 'STRING', string: 'ok' } });
  });

  it('is filtered by status, bot, user and start', async () => {
    await clock.advance(60_000);
    const since = clock.now().toISOString();
    const [one, other] = [await deployed(88), await deployed(89)];
    const begun = { operator: 'ge', field: 'startDateTime', value: since };
    const operands = [eq('fileId', 4711), eq('userId', '89'), begun];
    assert.deepEqual(
      (await visitor.activity({ filter: { operator: 'and', operands } })).map((item) => item.deploymentId),
      [other],
    );
    const running = await visitor.activity({ filter: eq('status', 'RUNNING'), sort: [{ field: 'id', direction: 'asc' }] });
    assert.deepEqual(
      running.map((item) => item.deploymentId),
      [one, other],
    );
    for (const id of [one, other]) room.finish(id);
  });

  it('stops an execution by its own id, and says which ones it does not stop', async () => {
    const id = await deployed(88);
    const item = await itemOf(id);
    assert.deepEqual(await stop(id, '999999'), [
      { execution_id: id, error_response: `Execution with id ${id} was not found.` },
      { execution_id: '999999', error_response: 'Execution with id 999999 was not found.' },
    ]);
    assert.deepEqual(await stop(item?.id), []);
    assert.equal((await itemOf(id))?.status, 'RUN_ABORTED');
    assert.equal((await stop(item?.id)).length, 1, 'it is over');
    assert.equal((await visitor.ask(paths.manage, {})).status, 400);
  });

  it('resets a device: what runs there is aborted and the next one begins', async () => {
    const [first, second, other] = [await deployed(88), await deployed(88), await deployed(89)];
    assert.equal((await visitor.ask(paths.reset, { deviceIds: { ids: [31] } })).status, 200);
    assert.deepEqual([(await itemOf(first))?.status, (await itemOf(second))?.status], ['RUN_ABORTED', 'RUNNING']);
    assert.equal((await itemOf(other))?.status, 'RUNNING');
    assert.equal((await visitor.ask(paths.reset, { deviceIds: { ids: [7] } })).status, 404);
    for (const id of [second, other]) room.finish(id);
  });
});
