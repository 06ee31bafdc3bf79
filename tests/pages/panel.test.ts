import assert from 'node:assert/strict';
import test, { after, beforeEach, describe } from 'node:test';
import { raise } from '#server/avisos/raise.ts';
import { openPageHouse, restingCycle } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';

/** 10:00 in Madrid. */
const now = '2026-03-02T09:00:00.000Z';

describe('the Panel of a house with everything in order', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  after(() => house.close());

  test('a fresh house says that no organismo is on', async () => {
    const screen = await visit(house, '/');
    assert.equal(screen.status, 200);
    assert.match(screen.text, /Ningún organismo está encendido: no se reclama nada/);
    assert.equal(screen.rows[0]?.[0], 'xaloc_girona Ningún ciclo lo ha mirado todavía');
    assert.match(screen.rows[0]?.[1] ?? '', /^Apagado el robot «xaloc_girona» está a medio configurar: Falta «user_email»/);
  });

  test('with one organismo on and nothing waiting for anybody it says so in three words', async () => {
    house.db.sqlite.exec('UPDATE organismo_config SET active = 1');
    assert.match((await visit(house, '/')).text, /Todo en orden/);
  });

  test('it can force a cycle, and says so when one is running', async () => {
    assert.ok((await visit(house, '/')).buttons.includes('Forzar ciclo'));
    house.scheduler.claim = { ...restingCycle, running: true };
    const screen = await visit(house, '/');
    assert.ok(!screen.buttons.includes('Forzar ciclo'));
    assert.match(screen.text, /Ciclo en marcha/);
  });
});

describe('the Panel', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());
  beforeEach(() => {
    house.scheduler.claim = restingCycle;
    house.slots = { used: 1, total: 2 };
  });

  test('begins with the worst and lists the rest, each with its link', async () => {
    const screen = await visit(house, '/');
    const verdict = screen.text.slice(0, screen.text.indexOf('por revisar'));
    assert.match(verdict, /1 organismo no válido: madrid/);
    assert.equal(screen.links.get('1 trámite por revisar: no se sabe si llegó a presentarse'), '/cola?estado=needs_review');
    assert.equal(screen.links.get('1 trámite espera a que alguien lo apruebe'), '/cola?estado=awaiting_confirmation');
    assert.equal(screen.links.get('1 organismo parado: base_online'), '/organismos');
  });

  test('every number links to the list that proves it', async () => {
    const { links } = await visit(house, '/');
    assert.equal(links.get('1 por revisar'), '/cola?estado=needs_review');
    assert.equal(links.get('1 fallidos'), '/cola?estado=failed');
    assert.equal(links.get('4 pendientes'), '/cola?estado=pending');
    assert.equal(links.get('1 en curso'), '/cola?estado=processing');
    assert.equal(links.get('1 presentados hoy'), '/cola?estado=completed');
  });

  test('has a row per organismo with its state in words', async () => {
    const { rows } = await visit(house, '/');
    const states = new Map(rows.map(([name, state]) => [name?.split(' ')[0], state]));
    assert.equal(states.get('xaloc_girona'), 'Encendido');
    assert.equal(states.get('base_online'), 'Sin robot');
    assert.equal(states.get('reus'), 'Apagado');
    assert.match(states.get('madrid') ?? '', /^No válido El filtro de TExp no es válido/);
  });

  test('counts as today what was filed since midnight in Madrid', async () => {
    house.db.sql("UPDATE tramite_queue SET processed_at = '2026-03-01T22:59:59.000Z' WHERE status = 'completed'").run();
    assert.ok((await visit(house, '/')).links.has('0 presentados hoy'));
    house.db.sql("UPDATE tramite_queue SET processed_at = '2026-03-01T23:00:00.000Z' WHERE status = 'completed'").run();
    assert.ok((await visit(house, '/')).links.has('1 presentados hoy'));
  });

  test('shows how many robots work, and the last and the next cycle', async () => {
    house.scheduler.claim = { ...restingCycle, nextAt: '2026-03-02T09:05:00.000Z' };
    const { text } = await visit(house, '/');
    assert.match(text, /Robots trabajando 1 de 2 , 1 libre/);
    assert.match(text, /Trabajando ahora 2025\/160586-MUL Paso 5 de 10: datos de la denuncia en local-1, empezó hace 2 min/);
    assert.match(text, /Último ciclo 09:55:00 \( hace 5 min \): 50 reclamados de 212 vistos/);
    assert.match(text, /Próximo ciclo 10:05:00 \( dentro de 5 min \)/);
  });

  test('says since when the source does not answer, before anything else', async () => {
    house.scheduler.claim = {
      ...restingCycle,
      failingSince: '2026-03-02T08:30:00.000Z',
      lastError: { code: 'origen_no_responde', message: 'El origen no contesta.' },
    };
    const { text } = await visit(house, '/');
    assert.match(
      text,
      /Panel No se puede reclamar desde el 02\/03\/2026 09:30 \(hace 30 min\): El origen no contesta\. Los robots siguen trabajando\. 1 organismo/,
    );
  });

  test('shows open avisos with what to do', async () => {
    const aviso = { clave: 'navegador', nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE', acciones: ['Mire.'] } as const;
    await house.db.write(() => raise(house.db, now, { ...aviso, titulo: 'No hay navegador', detalle: 'Instale uno & reinicie.' }));
    const { text } = await visit(house, '/');
    assert.match(text, /Avisos abiertos No hay navegador Instale uno & reinicie\. Desde el 02\/03\/2026 10:00/);
  });

  test('lists what should not wait longer, with its day or since when it waits', async () => {
    const { text } = await visit(house, '/');
    assert.match(text, /Lo más urgente .*2025\/160587-MUL xaloc_girona A la espera de confirmación espera desde el 02\/03\/2026 08:32/);
  });

  test('shows the last hours of each organismo in words too', async () => {
    assert.match((await visit(house, '/')).html, /<svg class="chispa" role="img" aria-label="1 en 24 h, como mucho 1 en una hora"/);
  });

  test('tells the last events as sentences', async () => {
    assert.match((await visit(house, '/')).text, /Lo último .*Trámite 7 : Entra en la cola con el recurso 90591\./);
  });

  test('answers a partial request with the part only, and a history request with the whole page', async () => {
    const part = await visit(house, '/', { 'hx-request': 'true', 'hx-request-type': 'partial' });
    const full = await visit(house, '/', { 'hx-request': 'true', 'hx-request-type': 'full' });
    assert.doesNotMatch(part.html, /<html/);
    assert.match(part.text, /En marcha/);
    assert.match(full.html, /<html lang="es">/);
  });
});
