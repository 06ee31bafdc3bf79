import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { wayBack } from '#server/cola/rules.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('/revision', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  const { ids } = fillSample(house.db, house.folder, new Date(now));
  const papers = join(house.folder, 'evidencias', String(ids.awaiting_confirmation), '1', 'documentos');
  mkdirSync(papers, { recursive: true });
  writeFileSync(join(papers, 'recurso-90587.pdf'), `%PDF-1.4 ${'x'.repeat(5000)}`);
  after(() => house.close());

  test('has what waits to be confirmed and what is doubtful, each with its count', async () => {
    const screen = await visit(house, '/revision');
    assert.equal(screen.heading, 'Revisión');
    assert.equal(screen.links.get('1 por confirmar'), '/cola?estado=awaiting_confirmation');
    assert.equal(screen.links.get('1 por revisar'), '/cola?estado=needs_review');
    assert.equal(screen.links.get('2025/160587-MUL'), `/cola/${ids.awaiting_confirmation}`);
    assert.equal(screen.links.get('2025/160590-MUL'), `/cola/${ids.needs_review}`);
  });

  test('shows the last screen before sending, the values and the documents', async () => {
    const { html, text, links } = await visit(house, '/revision');
    assert.match(html, new RegExp(`<img src="/cola/${ids.awaiting_confirmation}/evidencias/1/08-paso.jpg"`));
    assert.match(text, /Expediente 2025\/160587-MUL Matrícula 0000BBB Sujeto del recurso EXEMPLE TRANSPORTS SL/);
    assert.match(text, /Asunto Escrito de alegaciones de EXEMPLE TRANSPORTS SL contra la denuncia del expediente 2025\/160587-MUL/);
    assert.match(text, /Documentos recurso-90587\.pdf 5 kB/);
    assert.match(text, /espera desde el 02\/03\/2026 09:59/);
    const href = links.get('recurso-90587.pdf') ?? '';
    assert.equal((await visit(house, href)).status, 200);
  });

  test('says what happened to a doubtful one and asks what became of it', async () => {
    const { text, buttons } = await visit(house, '/revision');
    assert.match(text, /Qué pasó: La sede no contestó después de pulsar Enviar\./);
    assert.deepEqual([...buttons].sort(), [
      ...['Aprobar y enviar', 'No se presentó, reintentar', 'No se presentó, reintentar…', 'Rechazar con motivo', 'Rechazar con motivo…'],
      ...['Se presentó', 'Se presentó…'],
    ]);
  });

  test('an order leads back, to the next card', async () => {
    house.db.sqlite.exec(
      "INSERT INTO tramite_queue (id, site_id, resource_id, status) VALUES (500, 'xaloc_girona', 'z1', 'awaiting_confirmation')",
    );
    const { html } = await visit(house, '/revision');
    const back = new RegExp(`/cola/${ids.awaiting_confirmation}/aprobar"[\\s\\S]*?name="vuelta" value="([^"]+)"`).exec(html)?.[1];
    assert.equal(back, '/revision#tramite-500');
    const answer = await send(house, `/cola/${ids.awaiting_confirmation}/aprobar`, { vuelta: back ?? '', intento: '1' });
    assert.deepEqual([answer.status, answer.headers.location], [303, '/revision#tramite-500']);
    assert.equal((await visit(house, '/revision')).links.has('2025/160587-MUL'), false);
    house.db.sqlite.exec(
      "UPDATE tramite_queue SET status = 'awaiting_confirmation' WHERE id = 3; DELETE FROM tramite_queue WHERE id = 500",
    );
  });

  test('one whose approval was for other data says why it waits again', async () => {
    const { db } = house;
    const event = db.sql("INSERT INTO events (entity, entity_id, kind, data) VALUES ('tramite', ?, 'awaiting_confirmation', ?)");
    const { lastInsertRowid } = event.run(String(ids.awaiting_confirmation), '{"attempt":2,"changed":true}');
    const sentence = /Qué pasó: Los datos o los documentos han cambiado desde que se aprobó: hace falta aprobarlo otra vez\./;
    assert.match((await visit(house, '/revision')).text, sentence);
    db.sql('DELETE FROM events WHERE event_id = ?').run(lastInsertRowid);
  });

  for (const vuelta of [
    'https://evil.example/',
    '//evil.example',
    '/revision/../x',
    '/cola',
    'javascript:1',
    '/revision?confirmar=x',
    '/revision\n//x',
    '',
  ])
    test(`«${vuelta}» is no way back`, () => {
      assert.equal(wayBack(vuelta), null);
    });

  for (const vuelta of [
    '/revision',
    '/revision#tramite-12',
    '/revision#dudosos',
    '/revision?confirmar=despues-9#tramite-12',
    '/revision?dudosos=antes-3#dudosos',
  ])
    test(`«${vuelta}» is a way back`, () => {
      assert.equal(wayBack(vuelta), vuelta);
    });
});

describe('a long /revision', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  after(() => house.close());
  house.db.sqlite.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25)
    INSERT INTO tramite_queue (site_id, resource_id, expediente, status) SELECT CASE i % 2 WHEN 0 THEN 'a' ELSE 'b' END, i, 'E' || i, 'awaiting_confirmation' FROM n`);

  const cards = async (url: string) => {
    const screen = await visit(house, url);
    return { screen, ids: [...screen.html.matchAll(/<article class="carta" id="tramite-(\d+)"/g)].map((match) => Number(match[1])) };
  };

  test('walked by its own links shows each card once, the oldest first, there and back', async () => {
    const seen: number[] = [];
    let page = await cards('/revision');
    for (;;) {
      seen.push(...page.ids);
      const next = page.screen.links.get('Siguientes');
      if (!next) break;
      page = await cards(next);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 25 }, (_, n) => n + 1),
    );
    const before = await cards(page.screen.links.get('Anteriores') ?? '');
    assert.deepEqual(before.ids, seen.slice(10, 20));
  });

  test('one without payload, attempt or capture is shown all the same', async () => {
    assert.match(
      (await cards('/revision')).screen.text,
      /E1 .*No hay captura: ningún robot llegó a abrir la sede\..*No hay documentos guardados/,
    );
  });
});

describe('an empty /revision', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  after(() => house.close());

  test('says that nothing waits, and when it last went well', async () => {
    assert.match((await visit(house, '/revision')).text, /Nada espera a una persona Todavía no se ha presentado ningún trámite\./);
    house.db.sqlite.exec(
      "INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) VALUES ('x', '1', 'completed', '2026-03-02T08:57:00.000Z')",
    );
    assert.match((await visit(house, '/revision')).text, /El último trámite se presentó el 02\/03\/2026 09:57 \(hace 3 min\)\./);
  });
});
