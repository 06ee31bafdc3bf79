import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { paths, post } from './a360-client.ts';

describe('the entrance of the simulated Control Room', () => {
  const clock = manualClock();
  let room: ControlRoomStand;
  before(async () => {
    room = await standControlRoom({}, { clock });
  });
  after(() => room.close());

  const enter = (credentials: object, version = 2) => post(room.url, `/v${version}/authentication`, credentials);
  const byKey = () => enter({ username: room.script.account.username, apiKey: room.script.account.apiKey });
  const byPassword = (rest = {}) => enter({ username: room.script.account.username, password: room.script.account.password, ...rest });
  const statusWith = async (token?: string) => (await post(room.url, paths.devices, {}, token)).status;

  for (const version of [1, 2])
    it(`lets in by API key and by password at version ${version}, with a token of three parts`, async () => {
      const { username, apiKey, password } = room.script.account;
      for (const credentials of [
        { username, apiKey },
        { username, password },
      ]) {
        const { status, body } = await enter(credentials, version);
        assert.equal(status, 200);
        assert.match(body.token, /^[\w-]+\.[\w-]+\.[\w-]+$/);
        assert.equal(body.user.username, username);
        assert.equal(await statusWith(body.token), 200);
      }
    });

  it('answers 401 in its error body to wrong credentials, and 400 to none', async () => {
    for (const wrong of [{ apiKey: 'x' }, { password: 'x' }, { username: 'otro', apiKey: room.script.account.apiKey }, {}]) {
      const { status, body } = await enter({ username: room.script.account.username, ...wrong });
      assert.equal(status, 401);
      assert.deepEqual(Object.keys(body), ['code', 'message', 'details']);
    }
    assert.equal((await post(room.url, '/v2/authentication', 'nada')).status, 400);
    assert.equal((await enter({})).status, 400);
  });

  it('asks for the token everywhere but at the entrance, and says 401 in its error body', async () => {
    for (const path of Object.values(paths))
      for (const token of [undefined, 'a.b.c']) {
        const { status, body } = await post(room.url, path, {}, token);
        assert.deepEqual([path, status, body.code], [path, 401, 'UNAUTHENTICATED']);
      }
  });

  it('keeps every session by key, and of those by password the last one', async () => {
    const [one, two] = [await byKey(), await byKey()];
    const [first, second] = [await byPassword(), await byPassword()];
    assert.equal(await statusWith(first.body.token), 401);
    for (const { body } of [one, two, second]) assert.equal(await statusWith(body.token), 200);
  });

  it('keeps several sessions by password where multipleLogin asks for it', async () => {
    const [first, second] = [await byPassword({ multipleLogin: true }), await byPassword({ multipleLogin: true })];
    await byPassword();
    for (const { body } of [first, second]) assert.equal(await statusWith(body.token), 200);
  });

  it('lets a token live for twenty minutes, and a renewed one for twenty more', async () => {
    const { token } = (await byKey()).body;
    await clock.advance(19 * 60_000);
    assert.equal(await statusWith(token), 200);
    const renewed = await post(room.url, '/v1/authentication/token', { token });
    assert.equal(renewed.status, 200);
    await clock.advance(60_000);
    assert.equal(await statusWith(token), 401);
    assert.equal(await statusWith(renewed.body.token), 200);
    assert.equal((await post(room.url, '/v1/authentication/token', { token })).status, 401);
  });

  it('answers 404 in its error body to what it does not know', async () => {
    const { token } = (await byKey()).body;
    const { status, body } = await post(room.url, '/v9/nada', {}, token);
    assert.deepEqual([status, body.code], [404, 'NOT_FOUND']);
  });
});
