import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import { sampleScript } from '#server/demo/a360/sample.ts';
import { demoEnvironment, demoPlace } from '#server/demo/environment.ts';
import { withPanelPort } from '#server/demo/environment-a360.ts';
import { prepareA360 } from '#server/demo/prepare-a360.ts';
import { temporaryFolder } from '#tests/db/support.ts';

const url = 'http://127.0.0.1:3102';
const environmentOf = (given: Record<string, string> = {}) =>
  demoEnvironment(given, demoPlace(given), { xvia: null, origen: null, a360: demoPlace(given).a360Port === null ? null : url });

describe('the demo and its Control Room', () => {
  it('brings one of its own unless AA_URL is given or its port is empty', () => {
    assert.equal(demoPlace({}).a360Port, '3102');
    assert.equal(demoPlace({ DEMO_A360_PORT: '0' }).a360Port, '0');
    assert.equal(demoPlace({ DEMO_A360_PORT: '' }).a360Port, null);
    assert.equal(demoPlace({ AA_URL: 'http://127.0.0.1:9' }).a360Port, null);
    assert.equal(environmentOf({ AA_URL: 'http://127.0.0.1:9' }).LANZADOR_CICLO_INTERVALO_SEG, undefined);
  });

  it('gives Cerebro all it needs, with short cycles and no pause', () => {
    const config = parseConfig(environmentOf());
    assert.deepEqual([config.AA_URL, config.AA_USER, config.AA_API_KEY], [url, 'cerebro', 'clave-de-ejemplo']);
    assert.equal(config.AA_CALLBACK_URL, 'http://127.0.0.1:3000/api/callback');
    assert.ok((config.CALLBACK_TOKEN ?? '').length >= 8);
    assert.deepEqual(
      [config.LANZADOR_CICLO_INTERVALO_SEG, config.LANZADOR_CONCILIACION_INTERVALO_SEG, config.LANZADOR_SYNC_INTERVALO_SEG],
      [10, 15, 60],
    );
    assert.deepEqual(config.LANZADOR_PAUSA_INICIO_HHMM, config.LANZADOR_PAUSA_FIN_HHMM);
  });

  it('leaves what is given as it is, by an older name too', () => {
    const given = { LANZADOR_INTERVALO_LANZADOR_SEG: '7', LANZADOR_PAUSA_INICIO_HHMM: '22:00', AA_CALLBACK_URL: 'http://127.0.0.1:1/x' };
    const config = parseConfig(environmentOf(given));
    assert.equal(config.LANZADOR_CICLO_INTERVALO_SEG, 7);
    assert.notDeepEqual(config.LANZADOR_PAUSA_INICIO_HHMM, config.LANZADOR_PAUSA_FIN_HHMM);
    assert.equal(config.AA_CALLBACK_URL, 'http://127.0.0.1:1/x');
  });

  it('is told the ends of runs where the panel listens, or at their own port', async () => {
    assert.equal(environmentOf({ PORT: '8080', HOST: '0.0.0.0' }).AA_CALLBACK_URL, 'http://127.0.0.1:8080/api/callback');
    assert.equal(environmentOf({ CALLBACK_SERVER_PORT: '8008' }).AA_CALLBACK_URL, 'http://127.0.0.1:8008/api/callback');
    const free = await withPanelPort({ PORT: '0' });
    assert.match(free.PORT ?? '', /^[1-9]\d+$/);
    assert.equal(environmentOf({ PORT: free.PORT ?? '' }).AA_CALLBACK_URL, `http://127.0.0.1:${free.PORT}/api/callback`);
    assert.deepEqual(await withPanelPort({ PORT: '8080' }), { PORT: '8080' });
  });

  it('keeps some ends to itself, so that the conciliador is seen at work, but never most of them', () => {
    const plans = sampleScript().bots.flatMap((bot) => bot.plans ?? []);
    const silent = plans.filter((plan) => plan.silent).length;
    assert.ok(silent >= 2 && silent * 3 <= plans.length, `${silent} of ${plans.length}`);
  });

  it('seeds calendars and a robot always at work, over what the Control Room has, and only once', async (t) => {
    const db = openDatabase(temporaryFolder(t));
    await db.write(() => prepareA360(db));
    const ids = (text: string) =>
      db
        .sql(text)
        .all()
        .map((row) => String(row.id));
    const { bots, devices } = sampleScript();
    for (const id of ids('SELECT robot_id AS id FROM asignaciones UNION SELECT robot_id FROM programaciones'))
      assert.ok(
        bots.some((bot) => bot.id === id),
        id,
      );
    for (const id of ids('SELECT equipo_id AS id FROM asignaciones'))
      assert.ok(
        devices.some((device) => device.id === id),
        id,
      );
    const cyclic = db.sql('SELECT count(*) AS n FROM programaciones WHERE es_ciclico = 1 AND intervalo_entre_ejecuciones > 0').get();
    const reserved = db
      .sql('SELECT count(*) AS n FROM asignaciones JOIN robots USING (robot_id) WHERE reservado = 1 AND es_online = 1')
      .get();
    assert.deepEqual([cyclic?.n, reserved?.n], [1, 2]);
    await db.write(() => {
      db.sql('DELETE FROM programaciones').run();
      prepareA360(db);
    });
    assert.deepEqual(ids('SELECT programacion_id AS id FROM programaciones'), [], 'what a person removed stays removed');
    db.close();
  });
});

it('no two bots, machines or users of the sample are one', () => {
  const { bots, devices, users } = sampleScript(50);
  for (const some of [bots, devices, users]) assert.equal(new Set(some.map(({ id }) => id)).size, some.length);
});
