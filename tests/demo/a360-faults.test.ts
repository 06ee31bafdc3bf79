import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ControlRoomStand } from '#tests/support/control-room.ts';
import { enter, paths, post } from './a360-client.ts';
import { faultStage, until } from './a360-fault-stage.ts';

const stage = faultStage();
const { accepted, lastRun, held } = stage;

describe('the faults of the simulated Control Room', () => {
  it('are listed in Spanish and armed over HTTP, without a token', async () => {
    const { fallos } = (await (await fetch(`${stage.room.url}/fallos`)).json()) as ReturnType<ControlRoomStand['faults']['view']>;
    assert.ok(fallos.every(({ nombre, descripcion }) => /^[a-z0-9_]+$/.test(nombre) && descripcion.endsWith('.')));
    assert.equal((await post(stage.room.url, '/fallos', { nombre: 'deploy_429', veces: 1 })).status, 200);
    const { status, headers } = await stage.visitor.deploy();
    assert.deepEqual([status, headers.get('retry-after')], [429, '5']);
    assert.equal((await post(stage.room.url, '/fallos', { nombre: 'inventado' })).status, 422);
  });

  for (const [name, status, words] of [
    ['deploy_400_no_activos', 400, /are not active/],
    ['deploy_400_no_conectados', 400, /not connected/],
    ['deploy_400_desconectado', 400, /device is offline/i],
    ['deploy_400_sin_equipo', 400, /none of the user\(s\).*default device\(s\)/i],
    ['deploy_400_usuario', 400, /deleted or disabled/],
    ['deploy_400_otro', 400, /cannot be run/],
    ['deploy_412_sin_destino', 412, /no compatible targets found/i],
    ['deploy_412_ocupado', 412, /busy/],
    ['deploy_401', 401, /token/],
    ['deploy_403', 403, /permission/],
    ['deploy_404', 404, /not found/],
    ['deploy_409', 409, /conflicts/],
    ['deploy_500', 500, /error/],
    ['deploy_503', 503, /unavailable/],
    ['limite_429', 429, /too many/i],
    ['servicio_503', 503, /unavailable/],
    ['rafaga_401', 401, /token/],
  ] as const)
    it(`${name}: ${status}, nothing runs, and the next deploy is taken`, async () => {
      const before = accepted();
      stage.visitor.arm(name);
      const { status: answered, body } = await stage.visitor.deploy();
      assert.equal(answered, status);
      assert.match(body.message, words);
      assert.equal(accepted(), before);
      assert.equal((await stage.visitor.deploy()).status, 200);
    });

  it('deploy_502: a page that is no JSON', async () => {
    stage.visitor.arm('deploy_502');
    const { status, body } = await stage.visitor.deploy();
    assert.deepEqual([status, typeof body], [502, 'string']);
  });

  it('acceso_rechazado and acceso_500: the entrance says no, once', async () => {
    const { username, apiKey } = stage.room.script.account;
    for (const [name, status] of [
      ['acceso_rechazado', 401],
      ['acceso_500', 500],
    ] as const) {
      stage.visitor.arm(name);
      assert.equal((await post(stage.room.url, '/v2/authentication', { username, apiKey })).status, status);
      assert.equal((await post(stage.room.url, '/v2/authentication', { username, apiKey })).status, 200);
    }
  });

  it('token_caducado: that token is worth nothing from now on', async () => {
    const other = await enter(stage.room);
    other.arm('token_caducado');
    for (const _ of [1, 2]) assert.equal((await other.ask(paths.devices, {})).status, 401);
    assert.equal((await stage.visitor.ask(paths.devices, {})).status, 200);
  });

  it('rafaga_401: so many requests answer 401, and the token was good all the time', async () => {
    stage.visitor.arm('rafaga_401', 3);
    const burst = await Promise.all([1, 2, 3, 4].map(() => stage.visitor.ask(paths.devices, {})));
    assert.deepEqual(burst.map(({ status }) => status).sort(), [200, 401, 401, 401]);
  });
});

describe('a listing of the simulated Control Room', () => {
  for (const [name, path] of [
    ['bots', paths.bots],
    ['equipos', paths.devices],
    ['usuarios', paths.users],
    ['actividad', paths.activity],
  ] as const)
    it(`of ${name} may come empty, half, cut short, refused or not at all`, async () => {
      await stage.visitor.deploy();
      await stage.visitor.deploy(89);
      const { totalFilter } = (await stage.visitor.list(path)).page;
      stage.visitor.arm(`${name}_vacia`);
      assert.deepEqual(await stage.visitor.list(path), { page: { offset: 0, total: 0, totalFilter: 0 }, list: [] });
      stage.visitor.arm(`${name}_media_pagina`);
      const half = await stage.visitor.list(path);
      assert.deepEqual([half.page.totalFilter, half.list.length], [totalFilter, Math.floor(totalFilter / 2)]);
      stage.visitor.arm(`${name}_cortada`);
      await assert.rejects(stage.visitor.ask(path, {}));
      stage.visitor.arm(`${name}_403`);
      assert.equal((await stage.visitor.ask(path, {})).status, 403);
      stage.visitor.arm(`${name}_500`);
      assert.equal((await stage.visitor.ask(path, {})).status, 500);
      stage.visitor.arm(`${name}_segunda_500`);
      assert.equal((await stage.visitor.ask(path, { page: { offset: 0, length: 1 } })).status, 200);
      assert.equal((await stage.visitor.ask(path, { page: { offset: 1, length: 1 } })).status, 500);
    });
});

describe('a deploy whose answer is lost', () => {
  for (const [name, effect] of [
    ['deploy_perdido_antes', 0],
    ['deploy_perdido_despues', 1],
  ] as const)
    it(`${name}: the connection breaks, and ${effect === 0 ? 'nothing' : 'it'} runs`, async () => {
      const before = accepted();
      stage.visitor.arm(name);
      await assert.rejects(stage.visitor.deploy());
      assert.equal(accepted() - before, effect);
    });

  it('deploy_efecto_tardio: nobody waits any more when it begins to run', async () => {
    const before = accepted();
    stage.visitor.arm('deploy_efecto_tardio');
    await assert.rejects(stage.visitor.deploy());
    await until(() => accepted() > before);
    assert.equal(lastRun()?.status, 'RUNNING');
  });

  it('deploy_sin_id and deploy_500_despues: it runs, whatever the answer says', async () => {
    const before = accepted();
    stage.visitor.arm('deploy_sin_id');
    const { status, body } = await stage.visitor.deploy();
    assert.deepEqual([status, body], [200, {}]);
    stage.visitor.arm('deploy_500_despues');
    assert.equal((await stage.visitor.deploy(89)).status, 500);
    assert.equal(accepted() - before, 2);
  });

  for (const [name, effect] of [
    ['pausa_deploy_antes', 0],
    ['pausa_deploy_despues', 1],
  ] as const)
    it(`${name}: held until it is let go, or until nobody waits`, async () => {
      const before = accepted();
      stage.visitor.arm(name);
      const waiting = stage.visitor.deploy();
      await held(name);
      assert.equal(accepted() - before, effect);
      stage.visitor.arm(name, 0);
      assert.equal((await waiting).status, 200);

      stage.visitor.arm(name);
      const impatient = new AbortController();
      const headers = { 'content-type': 'application/json', 'x-authorization': stage.visitor.token };
      const body = JSON.stringify({ fileId: 4711, runAsUserIds: [89] });
      const given = fetch(stage.room.url + paths.deploy3, { method: 'POST', headers, body, signal: impatient.signal });
      await held(name);
      impatient.abort();
      await assert.rejects(given);
      await until(() => stage.room.faults.view().retenidas.length === 0);
      assert.equal(accepted() - before, 1 + effect);
    });
});
