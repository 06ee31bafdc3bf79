import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { type Clouders, startClouders } from '#server/demo/carga/clouders.ts';
import { type Stream, sampleAuthorization } from '#server/demo/carga/sample.ts';
import { demoEnvironment, demoPlace } from '#server/demo/environment.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { openLoadProviders } from '#server/gateways/carga/open.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';
import { scratchFolder } from '#tests/support/source.ts';

const stream: Stream = { nombre: 'RBT_A', fileId: '4711', perWave: 10, everyMs: 60_000, firstMs: 0, perRun: 3, most: 25 };
const streams = [stream, { ...stream, nombre: 'RBT_B', fileId: null, firstMs: 30_000 }];

describe('the simulated Clouders', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let clock: ManualClock;
  let clouders: Clouders;
  let providers: readonly LoadProvider[];
  const start = () => startClouders({ port: 0, dataDir: folder.path, streams, clock, slowMs: 60_000 });
  beforeEach(async () => {
    folder = scratchFolder();
    clock = manualClock();
    clouders = await start();
    const config = parseConfig({
      ...{ ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'x', CLOUDERS_URL: clouders.url, CLOUDERS_AUTH: sampleAuthorization },
      CLOUDERS_TIMEOUT_SEG: '1',
    });
    providers = openLoadProviders(config, { clock });
  });
  afterEach(async () => {
    for (const one of providers) await one.close();
    await clouders.close();
    folder.drop();
  });
  const ask = async (): Promise<LoadAnswer> => (await providers[0]?.load(new AbortController().signal)) as LoadAnswer;
  const tickets = async () => {
    const answer = await ask();
    return answer.kind === 'ok' ? Object.fromEntries(answer.tickets) : answer.reason;
  };

  it('has tickets that come in waves, no more than it holds, and go as runs end', async () => {
    assert.deepEqual(await tickets(), { RBT_A: 10, RBT_B: 0 });
    await clock.advance(60_000);
    assert.deepEqual(await tickets(), { RBT_A: 20, RBT_B: 10 });
    clouders.worked('4711');
    clouders.worked('9999');
    assert.deepEqual(await tickets(), { RBT_A: 17, RBT_B: 10 });
    await clock.advance(3_600_000);
    assert.deepEqual(await tickets(), { RBT_A: 25, RBT_B: 25 });
  });

  it('knows after a restart what it knew, and what came meanwhile', async () => {
    clouders.worked('4711');
    await clouders.close();
    await clock.advance(60_000);
    clouders = await start();
    const list = await (await fetch(`${clouders.url}/tickets`)).json();
    assert.deepEqual(list, [
      { nombre: 'RBT_A', tickets: 17 },
      { nombre: 'RBT_B', tickets: 10 },
    ]);
  });

  it('is told by hand how many wait', async () => {
    const body = new URLSearchParams({ nombre: 'RBT_B', tickets: '99' });
    assert.equal((await fetch(`${clouders.url}/tickets`, { method: 'POST', body })).status, 200);
    assert.deepEqual(await tickets(), { RBT_A: 10, RBT_B: 99 });
    const unknown = new URLSearchParams({ nombre: 'RBT_Z', tickets: '1' });
    assert.equal((await fetch(`${clouders.url}/tickets`, { method: 'POST', body: unknown })).status, 422);
  });

  for (const [fault, told] of [
    ['carga_500', /error 500/],
    ['carga_401', /CLOUDERS_AUTH/],
    ['carga_cortada', /se cortó/],
    ['carga_html', /no es una lista/],
    ['carga_rara', /RBT_A/],
    ['carga_lenta', /no ha contestado en 1 segundos/],
  ] as const)
    it(`fails once with ${fault}, and answers afterwards`, async () => {
      await fetch(`${clouders.url}/fallos`, { method: 'POST', body: new URLSearchParams({ nombre: fault }) });
      assert.match(String(await tickets()), told);
      assert.deepEqual(await tickets(), { RBT_A: 10, RBT_B: 0 });
    });

  for (const [fault, first] of [
    ['carga_texto', 10],
    ['carga_negativa', 0],
  ] as const)
    it(`answers with ${fault} what is still a count`, async () => {
      clouders.faults.arm(fault, 1);
      assert.deepEqual(await tickets(), { RBT_A: first, RBT_B: 0 });
    });
});

describe('the demo and its Clouders', () => {
  const place = (given: Record<string, string>) => demoPlace(given).cargaPort;

  it('brings one of its own with its Control Room, unless another was given or its port is empty', () => {
    assert.equal(place({}), '3104');
    assert.equal(place({ DEMO_A360_PORT: '0' }), '0');
    assert.equal(place({ DEMO_CARGA_PORT: '9000' }), '9000');
    for (const given of ['DEMO_A360_PORT', 'DEMO_CARGA_PORT']) assert.equal(place({ [given]: '' }), null, given);
    assert.equal(place({ AA_URL: 'http://127.0.0.1:9' }), null);
    assert.equal(place({ CLOUDERS_URL: 'http://127.0.0.1:9' }), null);
    assert.equal(place({ CLOUDERS_SSH_HOST: 'clouders' }), null);
  });

  it('tells Cerebro where it is, and leaves what was given as it is', () => {
    const world = { xvia: null, origen: null, a360: 'http://127.0.0.1:3102', carga: 'http://127.0.0.1:3104' };
    const config = parseConfig(demoEnvironment({ MAPA_ROBOTS: '{"X": "Y"}' }, demoPlace({}), world));
    assert.deepEqual([config.CLOUDERS_URL, config.CLOUDERS_AUTH], ['http://127.0.0.1:3104', sampleAuthorization]);
    assert.deepEqual(config.ROBOTS_MAPA_JSON, { X: 'Y' });
    assert.equal(config.BALANCEADOR_CICLO_INTERVALO_SEG, 15);
  });
});
