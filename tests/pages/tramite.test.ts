import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import type { Status } from '#server/cola/transitions.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { type Screen, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('/cola/:id', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  after(() => house.close());
  const open = (status: Status, tab = '') => visit(house, `/cola/${ids[status]}${tab && `?ver=${tab}`}`);
  /** Words of what may be ordered, without the dots of those that ask first. */
  const offered = ({ html }: Screen) =>
    [...html.matchAll(/id="orden-[a-z]+" (?:href|form)[^>]*>(?:<svg.*?<\/svg>)?([^<]*)</gs)].map(([, word = '']) => word.trim());

  test('names the trámite, its state, what that means and its register number', async () => {
    const screen = await open('completed');
    assert.equal(screen.heading, '2025/160588-MUL');
    assert.match(screen.text, /Presentado REGAGE26e0000160588 Está en el registro de la sede, con su número y su justificante\./);
    assert.match(screen.text, /Recurso 90588 Intentos 1 intento En cola desde 02\/03\/2026 08:33 \( hace 1 h \)/);
    assert.equal(screen.links.get('Justificante de registro (PDF)'), '/cola/4/evidencias/1/justificante.pdf');
  });

  for (const [status, words] of Object.entries({
    pending: ['Cancelar…', 'Devolver al origen…'],
    processing: [],
    awaiting_confirmation: ['Aprobar y enviar', 'Rechazar con motivo…', 'Cancelar…', 'Devolver al origen…'],
    completed: [],
    failed: ['Reintentar desde el principio', 'Devolver al origen…'],
    needs_review: ['Resolver: ¿se presentó?…'],
    cancelled: ['Reintentar desde el principio', 'Devolver al origen…'],
  }))
    test(`offers only what may be ordered of one that is ${status}`, async () => {
      assert.deepEqual(offered(await open(status as Status)), words);
    });

  test('one to be reviewed that was certainly not sent may be given back too', async () => {
    const attempts = house.db
      .sql("SELECT ejecucion_id AS id, fase FROM ejecuciones WHERE fase = 'submitting' AND fecha_fin IS NOT NULL")
      .all();
    assert.ok(attempts.length > 0);
    const setFase = (fase: unknown, id: unknown) => house.db.sql('UPDATE ejecuciones SET fase = ? WHERE ejecucion_id = ?').run(fase, id);
    for (const { id } of attempts) setFase('ready', id);
    const screen = await open('needs_review');
    for (const { id, fase } of attempts) setFase(fase, id);
    assert.deepEqual(offered(screen), ['Resolver: ¿se presentó?…', 'Devolver al origen…']);
    assert.match(screen.text, /No se ha enviado nada, pero hace falta que una persona decida\./);
  });

  test('one whose recurso is no longer ours can be neither given back nor begun again', async () => {
    house.db.sql("UPDATE reclamaciones SET state = 'released' WHERE resource_id = '90591'").run();
    const screen = await open('cancelled');
    const { text } = await open('cancelled', 'datos');
    house.db.sql("UPDATE reclamaciones SET state = 'claimed' WHERE resource_id = '90591'").run();
    assert.deepEqual(offered(screen), []);
    assert.match(text, /Reclamación devolución ordenada|Reclamación devuelto/);
  });

  test('draws the point of no return between the summary and the sending, crossed or not', async () => {
    const order = (text: string, ...words: string[]) => words.map((word) => text.indexOf(word));
    const crossed = (await open('completed', 'pasos')).text;
    const places = order(
      crossed,
      '8 revisar resumen',
      'Presentación: a partir de aquí no se repite nada solo',
      '9 enviar',
      '10 guardar justificante',
    );
    assert.deepEqual(
      places,
      [...places].sort((a, b) => a - b),
    );
    assert.ok(places.every((place) => place > 0));
    const { text } = await open('awaiting_confirmation', 'pasos');
    assert.match(text, /8 revisar resumen.*Presentación \(no se ha llegado\): a partir de aquí no se repite nada solo 9 enviar/);
  });

  test('shows the step under way and those still to come', async () => {
    const { text } = await open('processing', 'pasos');
    assert.match(text, /Paso 5 de 10: datos de la denuncia/);
    assert.match(text, /4 datos del representado \(terminado\)/);
    assert.match(text, /5 datos de la denuncia \(en curso\) ahora/);
    assert.match(text, /6 motivos \(por hacer\)/);
  });

  test('while it runs shows the step it is at and the newest capture', async () => {
    const { html, text } = await open('processing');
    assert.match(text, /Paso 5 de 10: datos de la denuncia Un robot trabaja con él ahora\./);
    assert.match(
      html,
      /<a class="captura" href="\/cola\/2\/evidencias\/1\/04-paso\.jpg" data-captura="Paso 4: datos del representado · intento 1 · [\d:]+">/,
    );
    assert.equal([...html.matchAll(/data-captura=/g)].length, 1);
  });

  test('every walked step carries what the page showed and how long it took', async () => {
    const { html } = await open('completed', 'pasos');
    const pictures =
      /<img src="\/cola\/4\/evidencias\/1\/\d\d-paso\.jpg" alt="Lo que mostraba la sede[^>]* loading="lazy" width="128" height="80">/g;
    assert.equal([...html.matchAll(pictures)].length, 10);
    assert.equal([...html.matchAll(/<rect width="\d+" height="4">/g)].length, 10);
    assert.match(html, /660 ms/);
  });

  test('the step that failed is marked, with its reason', async () => {
    const { html, text } = await open('failed', 'pasos');
    assert.match(html, /<li class="paso roto">/);
    assert.match(text, /entrar con certificado \(fallido\) 660 ms La sede dice que el expediente no existe\. portal_lento/);
  });

  test('a failed one says whether to try again', async () => {
    const { text } = await open('failed');
    assert.match(
      text,
      /No se ha enviado nada y no se reintentará solo\. .*¿Qué hago yo\? Corrija los datos .* Qué pasó: la sede no conoce el expediente\./,
    );
  });

  test('a doubtful one tells why and sends to the portal before anything else', async () => {
    const screen = await open('needs_review');
    assert.match(screen.text, /Por revisar La sede no contestó después de pulsar Enviar\. portal_lento/);
    assert.match(screen.text, /Puede que se haya enviado y puede que no: no se repite nada solo\. .*Búsquelo en la sede/);
  });

  test('an order that asks has a page of its own, with the effect and its fields', async () => {
    const screen = await visit(house, `/cola/${ids.needs_review}/resolver`);
    assert.match(screen.text, /un recurso presentado dos veces no se puede deshacer/);
    assert.ok(screen.fields.has('numero') && screen.fields.has('fecha'));
    assert.equal(screen.links.get('No, volver'), `/cola/${ids.needs_review}`);
    const alone = await visit(house, `/cola/${ids.needs_review}/resolver`, { 'hx-request': 'true', 'hx-request-type': 'partial' });
    assert.match(alone.html, /^\s*<form class="orden" method="post" action="\/cola\/6\/resolver"/);
  });

  test('the form of an order that cannot be given now is not shown: 409 with the sentence', async () => {
    const screen = await visit(house, `/cola/${ids.completed}/cancelar`);
    assert.equal(screen.status, 409);
    assert.match(screen.text, /«Cancelar» no se puede ordenar ahora: el trámite está «presentado»\./);
    assert.deepEqual(
      screen.buttons.filter((word) => word === 'Cancelar'),
      [],
    );
  });

  test('every part has its address, marks where one is, and an unknown one is the summary', async () => {
    for (const tab of ['resumen', 'pasos', 'datos', 'documentos', 'evidencias', 'historial']) {
      const { html } = await open('completed', tab);
      assert.deepEqual(/id="pestana-(\w+)"[^>]* aria-current="page"/.exec(html)?.[1], tab);
    }
    assert.match((await open('completed', 'nada')).text, /¿Qué hago yo\?/);
  });

  test('a partial request for a part gets that part alone, with its stream', async () => {
    const part = await visit(house, `/cola/${ids.completed}?ver=pasos`, { 'hx-request': 'true', 'hx-request-type': 'partial' });
    assert.equal(part.heading, '');
    assert.match(part.html, /hx-sse:connect="\/vivo\/cola\/4\?ver=pasos"/);
  });

  test('shows the data, and what the recurso was at the source', async () => {
    const { text } = await open('pending', 'datos');
    assert.match(text, /Organismo en el origen XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ Matrícula 0000BBB/);
    assert.match(text, /Cliente Tipo de cliente 2 NIF de la empresa B00000000/);
    assert.match(text, /Reclamación a nombre de Cerebro TExp antes 2 Usuario antes \(nadie\)/);
  });

  test('names the papers it will ask for while there are none', async () => {
    const { text } = await open('pending', 'documentos');
    assert.match(text, /El recurso en PDF denuncia escaneada\.pdf \(adjunto 7001\)/);
    assert.match(text, /No hay justificante guardado\./);
  });

  test('shows the papers the robot was given with size and fingerprint, and the receipt', async () => {
    const folder = join(house.folder, 'evidencias', String(ids.completed), '1', 'documentos');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'recurso 90588.pdf'), 'hola');
    const { text, links } = await open('completed', 'documentos');
    assert.match(text, /recurso 90588\.pdf 4 B b221d9dbb083/);
    assert.match(text, /Justificante de registro \(PDF\) REGAGE26e0000160588 02\/03\/2026 09:12:44 · 4,1 kB · abababababab/);
    const href = links.get('recurso 90588.pdf') ?? '';
    assert.equal(href, '/cola/4/evidencias/1/documentos/recurso%2090588.pdf');
    assert.equal((await house.app.inject({ url: href, headers: { host: 'localhost' } })).body, 'hola');
  });

  test('lists every file of every attempt with its size', async () => {
    const { text, html } = await open('needs_review', 'evidencias');
    assert.match(text, /Intento 1 9 .*01-paso\.jpg \d+ B/);
    assert.equal([...html.matchAll(/data-captura="Paso \d+: /g)].length, 9);
    assert.match((await open('pending', 'evidencias')).text, /Todavía no hay evidencias/);
  });

  test('tells its history from the last thing to the first', async () => {
    const { text } = await open('failed', 'historial');
    assert.match(
      text,
      /Historial .*El intento 1 falló: La sede dice que el expediente no existe\. .*Empieza el intento 1 del robot xaloc_girona en local-1\. .*Entra en la cola con el recurso 90589\. .*Reclamado en el origen \(antes: TExp 2, sin asignar\)\./,
    );
  });

  test('a payload that is not data is shown as it stands, escaped', async () => {
    house.db.sql("UPDATE tramite_queue SET payload = '{<script>' WHERE id = ?").run(ids.cancelled);
    const screen = await open('cancelled', 'datos');
    assert.match(screen.text, /Los datos de este trámite no se pueden leer.*\{<script>/);
    assert.match(screen.html, /\{&lt;script&gt;/);
  });

  test('a link that is no web address is not a link', async () => {
    house.db.sql("UPDATE tramite_queue SET url_directa = 'javascript:alert(1)' WHERE id = ?").run(ids.cancelled);
    for (const tab of ['resumen', 'datos']) assert.doesNotMatch((await open('cancelled', tab)).html, /javascript:/);
  });

  for (const id of ['999', '0', 'x', '1.5', '99999999999999999999'])
    test(`answers 404 in Spanish for the trámite «${id}»`, async () => {
      const screen = await visit(house, `/cola/${id}`);
      assert.equal(screen.status, 404);
      assert.match(screen.text, /Ese trámite no existe\./);
    });
});
