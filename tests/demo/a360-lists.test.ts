import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { sampleScript } from '#server/demo/a360/sample.ts';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { enter, eq, paths } from './a360-client.ts';

const sample = sampleScript();

describe('the lists of the simulated Control Room', () => {
  let room: ControlRoomStand;
  let visitor: Awaited<ReturnType<typeof enter>>;
  before(async () => {
    const { bots, devices, users } = sample;
    room = await standControlRoom({ bots, devices, users, maxPage: 3 });
    visitor = await enter(room);
  });
  after(() => room.close());

  const idsOf = async (path: string, order: unknown) => (await visitor.list(path, order)).list.map((item) => item.id);
  const and = (...operands: unknown[]) => ({ operator: 'and', operands });

  it('tell total, totalFilter and offset, and never more than their longest page', async () => {
    const filter = { operator: 'substring', field: 'path', value: 'RPA' };
    const first = await visitor.list(paths.bots, { filter, page: { offset: 0, length: 100 } });
    assert.deepEqual(first.page, { offset: 0, total: 9, totalFilter: 8 });
    assert.equal(first.list.length, 3);
    const last = await visitor.list(paths.bots, { filter, page: { offset: 6, length: 100 } });
    assert.deepEqual([last.page.offset, last.list.length], [6, 2]);
  });

  it('say ids as strings', async () => {
    for (const path of [paths.bots, paths.devices, paths.users, paths.runAs])
      for (const id of await idsOf(path, {})) assert.equal(typeof id, 'string');
  });

  it('understand every operator, numbers as numbers', async () => {
    const ids = (filter: unknown) => idsOf(paths.devices, { filter, sort: [{ field: 'id', direction: 'asc' }] });
    assert.deepEqual(await ids(eq('id', 33)), ['33']);
    assert.deepEqual(await ids({ operator: 'lt', field: 'id', value: '33' }), ['31', '32']);
    assert.deepEqual(await ids({ operator: 'le', field: 'id', value: 32 }), ['31', '32']);
    assert.deepEqual(await ids({ operator: 'gt', field: 'id', value: 36 }), ['37', '38']);
    assert.deepEqual(await ids({ operator: 'ge', field: 'id', value: 37 }), ['37', '38']);
    assert.deepEqual(await ids({ operator: 'ne', field: 'status', value: 'CONNECTED' }), ['35']);
    assert.deepEqual(await ids({ operator: 'or', operands: [eq('id', '31'), eq('id', '38')] }), ['31', '38']);
    assert.deepEqual(await ids({ operator: 'not', operands: [{ operator: 'gt', field: 'id', value: 32 }] }), ['31', '32']);
    assert.deepEqual(await ids(and(eq('status', 'CONNECTED'), { operator: 'substring', field: 'hostName', value: '-0' })), [
      '31',
      '32',
      '33',
    ]);
    const down = await idsOf(paths.devices, { sort: [{ field: 'id', direction: 'desc' }] });
    assert.deepEqual(down, ['38', '37', '36']);
  });

  it('refuse with 400 an `and` without operands, an unknown operator or field, and a page that is none', async () => {
    for (const order of [
      { filter: and() },
      { filter: { operator: 'like', field: 'id', value: 1 } },
      { filter: eq('color', 'rojo') },
      { sort: [{ field: 'color', direction: 'asc' }] },
      { page: { offset: -1, length: 10 } },
    ]) {
      const { status, body } = await visitor.ask(paths.devices, order);
      assert.deepEqual([status, body.code], [400, 'INVALID_ARGUMENT'], JSON.stringify(order));
    }
  });

  it('of devices tell whether they are connected and whose default device they are, in order', async () => {
    const { list } = await visitor.list(paths.devices, {
      filter: { operator: 'ge', field: 'id', value: 34 },
      page: { offset: 0, length: 2 },
    });
    assert.deepEqual(list[0]?.defaultUsers, [
      { id: '90', username: 'ana.creadora' },
      { id: '84', username: 'bot.runner04' },
    ]);
    assert.deepEqual(
      list.map((item) => item.status),
      ['CONNECTED', 'DISCONNECTED'],
    );
  });

  it('of users tell their licences and whether they are disabled', async () => {
    const { list } = await visitor.list(paths.users, { filter: { operator: 'or', operands: [eq('id', '84'), eq('id', '86')] } });
    assert.deepEqual(
      list.map((item) => [item.licenseFeatures, item.disabled]),
      [
        [['ATTENDEDRUNTIME', 'IQBOTRUNTIME'], false],
        [['ATTENDEDRUNTIME'], true],
      ],
    );
  });

  it('of run-as users come with fewer rights', async () => {
    const { list } = await visitor.list(paths.runAs, { sort: [{ field: 'username', direction: 'asc' }] });
    assert.deepEqual([list[0]?.username, list[0]?.device], ['ana.creadora', 'VM-RPA-04']);
  });
});

it('the sample has bots that Cerebro wants, by name and folder, and some that it does not', () => {
  const wanted = sample.bots.filter(({ name, path }) => /^P[A-Z0-9]*[0-9].*_.*/.test(name) && path.includes('RPA') && !/loop/i.test(name));
  assert.ok(wanted.length >= 4);
  assert.ok(sample.bots.length - wanted.length >= 4);
  assert.ok(sample.bots.some(({ name }) => /loop/i.test(name)));
});
