import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openControlRoom } from '#server/gateways/a360/open.ts';
import { silentLog } from '#server/lib/log.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { openStage, paths, type Stage } from './a360-stage.ts';

const house = { ORIGEN_URL: 'sqlite:-', BOT_USER: 'Cerebro' };
const order = {
  fileId: '1',
  userId: '2',
  callback: { url: 'https://c.example/', headers: { 'X-Authorization': 'nuestro-secreto' } },
  botInput: {},
};

const opened = (t: TestContext, { url }: Stage, env: Record<string, string>) => {
  const given = { AA_URL: `${url}/`, AA_USER: 'sam', AA_PWD: 'secreta', CALLBACK_TOKEN: 'nuestro-secreto' };
  const room = openControlRoom(parseConfig({ ...house, ...given, ...env }), { clock: manualClock(), log: silentLog() });
  assert.ok(room);
  t.after(() => room.close());
  return room;
};

test('without AA_URL there is no Control Room', () => {
  assert.equal(openControlRoom(parseConfig(house), { clock: manualClock(), log: silentLog() }), null);
});

test('the settings are what it is asked with', async (t) => {
  const stage = await openStage(t);
  stage.answer(paths.deploy3, { body: { deploymentId: 'd' } });
  const room = opened(t, stage, { AA_DEPLOY_VERSION: '3' });
  assert.equal(room.shownAs, stage.url);
  await room.deploy(order);
  assert.deepEqual(stage.to(paths.login)[0]?.body, { username: 'sam', password: 'secreta', multipleLogin: true });
  assert.equal(stage.to(paths.deploy3).length, 1);
});

test('a gateway that is down does not keep a deploy from leaving', async (t) => {
  const stage = await openStage(t);
  stage.answer(paths.deploy4, { body: { deploymentId: 'd' } });
  await opened(t, stage, { APIGW_URL: 'http://127.0.0.1:1/permiso' }).deploy(order);
  assert.deepEqual(stage.to(paths.deploy4)[0]?.body.callbackInfo, order.callback);
});
