import assert from 'node:assert/strict';
import test, { after, beforeEach, describe } from 'node:test';
import type { Status } from '#server/cola/transitions.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample, type Sample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('/cola/:id', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());
  const open = (status: Status) => visit(house, `/cola/${ids[status]}`);

  test('names the trámite, its state and its recurso', async () => {
    const screen = await open('completed');
    assert.equal(screen.heading, '2025/160588-MUL');
    assert.match(
      screen.text,
      /Presentado REGAGE26e0000160588 Recurso 90588 · en cola desde el 02\/03\/2026 08:33 \( hace 1 h \) · 1 intento/,
    );
  });

  for (const [status, buttons] of Object.entries({
    pending: ['Cancelar', 'Devolver al origen', 'Cancelar…', 'Devolver al origen…'],
    processing: [],
    awaiting_confirmation: [
      ...['Aprobar y enviar', 'Rechazar con motivo', 'Cancelar', 'Devolver al origen'],
      ...['Rechazar con motivo…', 'Cancelar…', 'Devolver al origen…'],
    ],
    completed: [],
    failed: ['Reintentar desde el principio', 'Devolver al origen', 'Devolver al origen…'],
    needs_review: ['Guardar', 'Resolver: ¿se presentó?'],
    cancelled: ['Reintentar desde el principio', 'Devolver al origen', 'Devolver al origen…'],
  }))
    test(`offers only what may be ordered of one that is ${status}`, async () => {
      assert.deepEqual([...(await open(status as Status)).buttons].sort(), [...buttons].sort());
    });

  test('one to be reviewed that was certainly not sent may be given back too', async () => {
    const attempts = house.db
      .sql("SELECT ejecucion_id AS id, fase FROM ejecuciones WHERE fase = 'submitting' AND fecha_fin IS NOT NULL")
      .all();
    assert.ok(attempts.length > 0);
    const setFase = (fase: unknown, id: unknown) => house.db.sql('UPDATE ejecuciones SET fase = ? WHERE ejecucion_id = ?').run(fase, id);
    for (const { id } of attempts) setFase('ready', id);
    const { buttons } = await open('needs_review');
    for (const { id, fase } of attempts) setFase(fase, id);
    assert.deepEqual([...buttons].sort(), ['Devolver al origen', 'Devolver al origen…', 'Guardar', 'Resolver: ¿se presentó?']);
  });

  test('one whose recurso is no longer ours can be neither given back nor begun again', async () => {
    house.db.sql("UPDATE reclamaciones SET state = 'released' WHERE resource_id = '90591'").run();
    const screen = await open('cancelled');
    house.db.sql("UPDATE reclamaciones SET state = 'claimed' WHERE resource_id = '90591'").run();
    assert.deepEqual(screen.buttons, []);
    assert.match(screen.text, /Reclamación devolución ordenada|Reclamación devuelto/);
  });

  test('draws the point of no return between the summary and the sending, crossed or not', async () => {
    const order = (text: string, ...words: string[]) => words.map((word) => text.indexOf(word));
    const crossed = (await open('completed')).text;
    const places = order(
      crossed,
      '8 revisar resumen',
      'Presentación: a partir de aquí no hay vuelta atrás',
      '9 enviar',
      '10 guardar justificante',
    );
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.ok(places.every((place) => place > 0));
    assert.match((await open('awaiting_confirmation')).text, /8 revisar resumen.*Punto de presentación \(no se ha llegado\) 9 enviar/);
  });

  test('shows the step under way and those still to come', async () => {
    const { text } = await open('processing');
    assert.match(text, /Paso 5 de 10: datos de la denuncia/);
    assert.match(text, /4 datos del representado \(terminado\)/);
    assert.match(text, /5 datos de la denuncia \(en curso\) ahora/);
    assert.match(text, /6 motivos \(por hacer\)/);
  });

  test('every walked step carries what the page showed, and the filed one its receipt', async () => {
    const { html, links } = await open('completed');
    assert.equal([...html.matchAll(/<img src="\/cola\/4\/evidencias\/1\/\d\d-paso\.jpg" alt="Lo que mostraba la sede/g)].length, 10);
    assert.equal(links.get('Justificante de registro (PDF)'), '/cola/4/evidencias/1/justificante.pdf');
  });

  test('a doubtful one tells why and asks for the register number', async () => {
    const screen = await open('needs_review');
    assert.match(screen.text, /Por revisar La sede no contestó después de pulsar Enviar\. portal_lento/);
    assert.match(screen.text, /un recurso presentado dos veces no se puede deshacer/);
    assert.ok(screen.fields.has('numero') && screen.fields.has('fecha'));
  });

  test('shows the data, the papers and what the recurso was at the source', async () => {
    const { text } = await open('pending');
    assert.match(text, /Organismo en el origen XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ Matrícula 0000BBB/);
    assert.match(text, /Cliente Tipo de cliente 2 NIF de la empresa B00000000/);
    assert.match(text, /El recurso en PDF denuncia escaneada\.pdf \(adjunto 7001\)/);
    assert.match(text, /Reclamación a nombre de Cerebro TExp antes 2 Usuario antes \(nadie\)/);
  });

  test('tells its history from the last thing to the first', async () => {
    const { text } = await open('failed');
    assert.match(
      text,
      /Historial .*El intento 1 falló: La sede dice que el expediente no existe\. .*Empieza el intento 1 del robot xaloc_girona en local-1\. .*Entra en la cola con el recurso 90589\. .*Reclamado en el origen \(antes: TExp 2, sin asignar\)\./,
    );
  });

  test('a payload that is not data is shown as it stands, escaped', async () => {
    house.db.sql("UPDATE tramite_queue SET payload = '{<script>' WHERE id = ?").run(ids.cancelled);
    const screen = await open('cancelled');
    assert.match(screen.text, /Los datos de este trámite no se pueden leer.*\{<script>/);
    assert.match(screen.html, /\{&lt;script&gt;/);
  });

  test('a link that is no web address is not a link', async () => {
    house.db.sql("UPDATE tramite_queue SET url_directa = 'javascript:alert(1)' WHERE id = ?").run(ids.cancelled);
    assert.doesNotMatch((await open('cancelled')).html, /javascript:/);
  });

  for (const id of ['999', '0', 'x', '1.5', '99999999999999999999'])
    test(`answers 404 in Spanish for the trámite «${id}»`, async () => {
      const screen = await visit(house, `/cola/${id}`);
      assert.equal(screen.status, 404);
      assert.match(screen.text, /Ese trámite no existe\./);
    });
});

describe('an order given on /cola/:id', () => {
  let house: PageHouse;
  let ids: Sample['ids'];
  beforeEach(() => {
    house = openPageHouse({ clock: manualClock(now) });
    ({ ids } = fillSample(house.db, house.folder, new Date(now)));
  });
  const statusOf = (id: number) => house.db.sql('SELECT status FROM tramite_queue WHERE id = ?').get(id)?.status;
  const finish = async (run: () => Promise<void>) => {
    try {
      await run();
    } finally {
      await house.close();
    }
  };

  test('goes back to the trámite, which shows what became of it and who said so', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.awaiting_confirmation}/rechazar`, { motivo: 'Falta la firma.' });
      assert.deepEqual([answer.status, answer.headers.location], [303, `/cola/${ids.awaiting_confirmation}`]);
      const screen = await visit(house, `/cola/${ids.awaiting_confirmation}`);
      assert.match(screen.text, /Cancelado/);
      assert.match(screen.text, /operador local: Rechazado: Falta la firma\./);
    }));

  test('wakes the robots when there is something for them', () =>
    finish(async () => {
      await send(house, `/cola/${ids.awaiting_confirmation}/aprobar`);
      assert.equal(statusOf(ids.awaiting_confirmation), 'pending');
      assert.deepEqual(house.woken, ['despachar']);
      assert.match((await visit(house, '/cola?q=2025/160587')).rows[0]?.[2] ?? '', /Aprobado: se enviará/);
    }));

  test('tells htmx where to go instead of putting a page inside a page', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.failed}/reintentar`, {}, { 'hx-request': 'true', 'hx-request-type': 'partial' });
      assert.deepEqual([answer.status, answer.headers['hx-redirect'], answer.html], [204, `/cola/${ids.failed}`, '']);
    }));

  test('in a state that does not allow it answers 409 with the sentence, on the same page', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.completed}/cancelar`);
      assert.equal(answer.status, 409);
      assert.equal(answer.heading, '2025/160588-MUL');
      assert.match(answer.text, /No se puede cancelar un trámite que está «presentado»/);
      assert.equal(statusOf(ids.completed), 'completed');
    }));

  test('with something missing answers 422, the reason at the field and what was typed kept', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.needs_review}/resolver`, { resultado: 'presentado', numero: 'REG-1', fecha: 'ayer' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Fecha del registro La fecha de registro no es un día del calendario/);
      assert.equal(answer.fields.get('numero'), 'REG-1');
      assert.equal(statusOf(ids.needs_review), 'needs_review');
    }));

  test('a rejection without a reason opens its own form again', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.awaiting_confirmation}/rechazar`, { motivo: ' ' });
      assert.equal(answer.status, 422);
      assert.match(answer.html, /<details class="accion" id="accion-rechazar" open>/);
      assert.match(answer.text, /Motivo Diga por qué se rechaza\./);
    }));

  test('a doubtful one that was filed is completed with its number', () =>
    finish(async () => {
      await send(house, `/cola/${ids.needs_review}/resolver`, { resultado: 'presentado', numero: 'REG-77', fecha: '02/03/2026' });
      const screen = await visit(house, `/cola/${ids.needs_review}`);
      assert.match(screen.text, /Presentado REG-77/);
      assert.match(screen.text, /Revisado: sí se presentó, con el número REG-77 \(02\/03\/2026\)\./);
    }));

  test('that nobody knows, or for a trámite that is not there, answers 404', () =>
    finish(async () => {
      assert.equal((await send(house, `/cola/${ids.pending}/borrar`)).status, 404);
      assert.equal((await send(house, `/cola/${ids.pending}/constructor`)).status, 404);
      assert.equal((await send(house, '/cola/999/cancelar')).status, 404);
    }));
});
