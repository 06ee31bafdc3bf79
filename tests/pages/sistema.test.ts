import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { createFormat } from '#server/lib/format.ts';
import { judgeSystem } from '#server/sistema/present.ts';
import { ticketDoors } from '#server/sistema/ticket-doors.ts';
import { openStage, page, paths } from '#tests/gateways/a360-stage.ts';
import { openPageHouse, restingCycle } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { send, visit } from '#tests/support/screen.ts';

describe('the probes', () => {
  const clock = manualClock();
  const house = openPageHouse({ clock });
  after(() => house.close());

  test('/salud says that the process lives', async () => {
    const { status, html } = await visit(house, '/salud');
    assert.deepEqual([status, JSON.parse(html).estado], [200, 'vivo']);
  });

  test('/listo names every door with its state', async () => {
    const { status, html } = await visit(house, '/listo');
    const { listo, puertas } = JSON.parse(html);
    assert.deepEqual([status, listo], [200, true]);
    assert.deepEqual(
      puertas.map((door: { puerta: string; estado: string }) => [door.puerta, door.estado]),
      [
        ...['base de datos', 'origen', 'intranet'].map((name) => [name, 'bien']),
        ['Control Room (A360)', 'apagada'],
        ['navegador', 'bien'],
        ['disco', 'bien'],
        ...ticketDoors(house.deps).map(({ name, state }) => [name, state]),
        ['correo (SMTP)', 'apagada'],
      ],
    );
  });

  test('/listo answers 503 with the reason when a door does not open', async () => {
    house.origen.down = true;
    await clock.advance(1000);
    const { status, html } = await visit(house, '/listo');
    house.origen.down = false;
    assert.equal(status, 503);
    assert.deepEqual(JSON.parse(html).puertas[1], { puerta: 'origen', estado: 'mal', motivo: 'El origen no contesta.' });
  });
});

describe('/sistema', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('lists the doors, and which parts are off', async () => {
    const { rows } = await visit(house, '/sistema');
    const states = new Map(rows.map((row) => [row[0], row[1]]));
    assert.equal(states.get('origen'), 'Abierta');
    assert.equal(states.get('Control Room (A360)'), 'Apagada');
    assert.equal(states.get('correo (SMTP)'), 'Apagada');
    assert.equal(states.get('usuarios'), 'Apagada');
  });

  test('a Control Room that answers is open, and one that does not says why', async (t) => {
    const { room, url, answer } = await openStage(t);
    const another = openPageHouse({ a360: room });
    t.after(() => another.close());
    const door = async () => (await visit(another, '/sistema')).rows.find(([name]) => name === 'Control Room (A360)');
    answer(paths.devices, page([]));
    assert.deepEqual((await door())?.slice(1, 3), ['Abierta', url]);
    answer(paths.devices, { status: 403, body: { message: 'No permission' } });
    assert.match((await door())?.join(' ') ?? '', /No permission/);
  });

  test('begins with whether all of it works, and with what does not', async () => {
    assert.match((await visit(house, '/sistema')).text, /llamar otra vez\. Primeros pasos Todo lo configurado funciona Puertas/);
    house.origen.down = true;
    house.scheduler.claim = { ...restingCycle, lastError: { code: 'x', message: 'No hay red.' } };
    const { text } = await visit(house, '/sistema');
    house.origen.down = false;
    house.scheduler.claim = restingCycle;
    assert.match(text, /No se abre origen: El origen no contesta\. Falla «Reclamar recursos»: No hay red\. Puertas/);
  });

  test('what several cycles fail by is said once, by their words, and that a shut door is why', async () => {
    const failed = (name: string, message: string) => ({ ...restingCycle, name, lastError: { code: 'x', message } });
    const cycles = [failed('sincronizar', 'No contesta.'), failed('conciliar', 'No contesta.'), failed('avisar', 'Otra cosa.')];
    const doors = [{ name: 'A360', state: 'mal', detail: 'No contesta.' }] as const;
    const pauses = { house: null, cycles: new Map() };
    const { title, findings } = judgeSystem({ doors, cycles, pauses, resting: null }, createFormat('Europe/Madrid', house.deps.clock));
    assert.equal(title, 'No se abre A360: No contesta.');
    assert.deepEqual(
      findings.map(({ sentence }) => sentence),
      ['Fallan «Traer robots y equipos de A360» y «Conciliar con A360» porque no se abre A360.', 'Falla «Enviar los avisos»: Otra cosa.'],
    );
  });

  test('leads to the settings, and says when all that was configured is used', async () => {
    const { links, text } = await visit(house, '/sistema');
    assert.equal(links.get('Ver los ajustes'), '/ajustes');
    assert.match(text, /Todo lo que se ha configurado se usa/);
  });
});

describe('what goes wrong', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('an address that is not there is told in Spanish, within the panel', async () => {
    const screen = await visit(house, '/nada');
    assert.equal(screen.status, 404);
    assert.match(screen.text, /Panel Trámites Cola .*Sistema .*Error 404 No está Esa página no existe/);
  });

  test('a partial request gets the sentence only', async () => {
    const screen = await visit(house, '/nada', { 'hx-request-type': 'partial' });
    assert.equal(screen.text, 'Esa página no existe, o lo que mostraba ya no está.');
  });

  for (const address of ['/cola/%', '/cola/%ff', '/organismos/%E0%A4%A'])
    test(`an address nobody can read, ${address}, is told like any other that is not there`, async () => {
      const screen = await visit(house, address);
      assert.equal(screen.status, 404);
      assert.match(screen.text, /Panel Trámites Cola .*Esa página no existe/);
    });

  const failures = [
    [404, 'No está', () => visit(house, '/cola/999'), 'Ese trámite no existe.'],
    [409, 'Ahora no se puede', () => send(house, '/ciclos'), 'Ya hay un ciclo de reclamación en marcha: espere a que termine.'],
    [422, 'Hay algo que corregir', () => send(house, '/tema', { tema: 'azul' }), 'El tema es claro, oscuro o el del sistema.'],
  ] as const;
  for (const [status, title, ask, sentence] of failures)
    test(`${status} is a page in Spanish with what happened and the way on`, async () => {
      house.scheduler.claim = { ...restingCycle, running: true };
      const screen = await ask();
      house.scheduler.claim = restingCycle;
      assert.equal(screen.status, status);
      assert.equal(screen.heading, title);
      assert.ok(screen.text.includes(sentence), screen.text);
      assert.equal(screen.links.get('Ir al panel'), '/');
    });

  test('an htmx order that is refused gets the sentence only, with its status', async () => {
    house.scheduler.claim = { ...restingCycle, running: true };
    const screen = await send(house, '/ciclos', {}, { 'hx-request': 'true', 'hx-request-type': 'partial' });
    house.scheduler.claim = restingCycle;
    assert.deepEqual([screen.status, screen.text], [409, 'Ya hay un ciclo de reclamación en marcha: espere a que termine.']);
  });

  test('a page without parts answers a partial request without its frame', async () => {
    const screen = await visit(house, '/sistema', { 'hx-request-type': 'partial' });
    assert.equal(screen.status, 200);
    assert.doesNotMatch(screen.text, /Panel Trámites Cola/);
    assert.match(screen.text, /Sistema/);
  });

  test('an error nobody expected shows a reference, not its insides, and is kept under it', async () => {
    house.scheduler.cycle = () => Promise.reject(new Error('detalle interno'));
    const screen = await send(house, '/sistema/ciclos/reclamar');
    assert.equal(screen.status, 500);
    assert.doesNotMatch(screen.text, /detalle interno/);
    const reference = /Referencia: (\w+)/.exec(screen.text)?.[1];
    const kept = house.db.sql('SELECT origen, error_mensaje, parametros FROM error_log').get();
    assert.deepEqual(kept, {
      origen: 'POST /sistema/ciclos/:nombre',
      error_mensaje: 'detalle interno',
      parametros: JSON.stringify({ referencia: reference }),
    });
  });
});

describe('while the database cannot be read', () => {
  const house = openPageHouse();
  after(() => house.close());
  const ask = (url: string) => house.app.inject({ url, headers: { host: '127.0.0.1:3000' } });

  test('it is alive, not ready, and measured as far as possible; a page says so in plain words', async (t) => {
    await house.app.ready();
    t.mock.method(house.db, 'sql', () => {
      throw new Error('disk I/O error');
    });
    const live = await ask('/salud');
    assert.deepEqual([live.statusCode, live.json().estado], [200, 'vivo']);
    const ready = await ask('/listo');
    assert.equal(ready.statusCode, 503);
    assert.deepEqual(ready.json().puertas[0], { puerta: 'base de datos', estado: 'mal', motivo: 'disk I/O error' });
    const metrics = await ask('/metrics');
    assert.equal(metrics.statusCode, 200);
    assert.match(metrics.body, /^cerebro_metrics_part_failed\{part="queue"\} 1$/m);
    const page = await ask('/cola');
    assert.equal(page.statusCode, 500);
    assert.match(page.body, /^Algo ha fallado\. .*\nReferencia: \w+\n$/);
  });
});
