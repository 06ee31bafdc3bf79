import assert from 'node:assert/strict';
import test, { after, beforeEach, describe } from 'node:test';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { openPageHouse, restingCycle } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';
const down = () => Promise.reject(new OrigenError('origen_no_responde', 'El origen no contesta: la red no llega.', { transient: true }));

describe('/ciclos', () => {
  const clock = manualClock(now);
  const house = openPageHouse({ clock });
  fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());
  beforeEach(() => {
    house.scheduler.claim = restingCycle;
    house.scheduler.cycle = async () => undefined;
    house.scheduler.ran.length = 0;
  });

  test('records what each cycle saw, matched, discarded and why, claimed and lost, and the time of each phase', async () => {
    const { rows } = await visit(house, '/ciclos');
    const cycle = rows.find((row) => row[1]?.startsWith('Terminado'));
    assert.deepEqual(cycle, [
      'hace 5 min 09:55:00',
      'Terminado xaloc_girona: 42 reclamados de 120 válidos, 30 descartados, 1 perdidos base_online: 8 reclamados de 57 válidos, 5 descartados conciliar 4 ms · descubrir 82 ms · reclamar 31 ms · verificar 12 ms · encolar 18 ms',
      '212',
      '177',
      '35 31 el expediente no cumple la expresión 4 sin expediente',
      '50',
      '1',
      '600 ms',
    ]);
  });

  test('says in one sentence when the source must not be written to', async () => {
    const { config } = house.deps;
    Object.assign(house.deps, { config: { ...config, ORIGEN_SOLO_LECTURA: true } });
    const { text } = await visit(house, '/ciclos');
    Object.assign(house.deps, { config });
    assert.match(text, /Solo lectura.*Los ciclos miran el origen y no reclaman ni devuelven nada/);
    assert.doesNotMatch((await visit(house, '/ciclos')).text, /Solo lectura/);
  });

  test('tells why one failed', async () => {
    const { rows } = await visit(house, '/ciclos');
    assert.ok(rows.some((row) => row[1] === 'Fallido El origen no contesta: no se ha podido abrir la base.'));
  });

  test('lists what does not match on either side, with one button where one can mend it', async () => {
    const screen = await visit(house, '/ciclos');
    assert.match(screen.text, /El origen y la cola no cuadran 2 Comprobado el 02\/03\/2026 09:55 \( hace/);
    assert.match(
      screen.text,
      /En el origen a nombre de Cerebro, y aquí no se conocen 1 .*En la cola de Cerebro, y en el origen ya no son suyos 1/,
    );
    assert.deepEqual(screen.rows[0]?.slice(0, 3), ['91001', '—', 'Expediente 2025/170001-MUL.']);
    assert.equal(screen.rows[0]?.[4], 'Poner en la cola');
    assert.equal(screen.rows[1]?.[4], 'Ver el trámite');
    assert.match(screen.html, /formaction="\/ciclos\/desajustes\/91001\/encolar"/);
  });

  test('every number of a cycle leads to the page that proves it', async () => {
    const { html } = await visit(house, '/ciclos');
    for (const fragment of ['', '#descartes', '#reclamados', '#perdidos']) assert.match(html, new RegExp(`href="/ciclos/3${fragment}"`));
  });

  test('says since when they fail', async () => {
    const lastError = { code: 'origen_no_responde', message: 'El origen no contesta.' };
    house.scheduler.claim = { ...restingCycle, failingSince: '2026-03-02T08:58:30.000Z', lastError };
    const { text } = await visit(house, '/ciclos');
    assert.match(
      text,
      /Los ciclos fallan desde el 02\/03\/2026 09:58 \(hace 1 min\) El origen no contesta\. Mientras tanto los robots siguen/,
    );
  });

  test('*Forzar ciclo* runs one and goes back to the list', async () => {
    const answer = await send(house, '/ciclos');
    assert.deepEqual([answer.status, answer.headers.location, house.scheduler.ran], [303, '/ciclos', ['reclamar']]);
  });

  test('*Forzar ciclo* does not wait for a long cycle', async () => {
    const cycle = Promise.withResolvers<void>();
    house.scheduler.cycle = () => cycle.promise;
    let answered = false;
    const answer = send(house, '/ciclos').finally(() => {
      answered = true;
    });
    while (!answered) await clock.advance(2000);
    assert.equal((await answer).status, 303);
    cycle.resolve();
  });

  test('*Forzar ciclo* of one that fails goes to the list too, where its row tells why', async () => {
    house.scheduler.cycle = down;
    assert.equal((await send(house, '/ciclos')).status, 303);
  });

  test('*Forzar ciclo* while one runs answers 409 with a sentence', async () => {
    house.scheduler.claim = { ...restingCycle, running: true };
    const screen = await send(house, '/ciclos');
    assert.equal(screen.status, 409);
    assert.match(screen.text, /Ya hay un ciclo de reclamación en marcha: espere a que termine\./);
  });
});

describe('POST /sistema/ciclos/:nombre', () => {
  const house = openPageHouse();
  after(() => house.close());
  beforeEach(() => {
    house.scheduler.claim = restingCycle;
    house.scheduler.cycle = async () => undefined;
  });

  test('answers when the cycle is done', async () => {
    let done = false;
    house.scheduler.cycle = async () => {
      await new Promise((resolve) => setImmediate(resolve));
      done = true;
    };
    const { status } = await send(house, '/sistema/ciclos/reclamar');
    assert.deepEqual([status, done], [303, true]);
    assert.equal((await send(house, '/sistema/ciclos/despachar')).status, 303);
  });

  test('of a name that is not there answers 404', async () => {
    const screen = await send(house, '/sistema/ciclos/nada');
    assert.equal(screen.status, 404);
    assert.match(screen.text, /No hay ningún ciclo que se llame «nada»\./);
  });

  test('of one that is running answers 409', async () => {
    house.scheduler.claim = { ...restingCycle, running: true };
    assert.equal((await send(house, '/sistema/ciclos/reclamar')).status, 409);
  });

  test('answers 502 with a sentence when the source could not be asked', async () => {
    house.scheduler.cycle = down;
    const screen = await send(house, '/sistema/ciclos/reclamar');
    assert.equal(screen.status, 502);
    assert.match(screen.text, /El otro lado no contesta El origen no contesta: la red no llega\./);
  });

  test('answers 502 with a sentence when nobody who counts tickets could be asked', async () => {
    house.scheduler.cycle = () => Promise.reject(new LoadError('Ninguna fuente de tickets ha contestado.'));
    const screen = await send(house, '/sistema/ciclos/reclamar');
    assert.equal(screen.status, 502);
    assert.match(screen.text, /El otro lado no contesta Ninguna fuente de tickets ha contestado\./);
  });
});
