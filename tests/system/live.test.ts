import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { openSight, type Sight } from './browser.ts';

describe('a page that stays open', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());

  const set = (id: number, status: string) => {
    sight.house.db.sql('UPDATE tramite_queue SET status = ? WHERE id = ?').run(status, id);
    sight.house.deps.hub.changed({ entity: 'tramite', id });
  };

  test('says that it is live', async () => {
    const page = await sight.open('/cola');
    await page.getByText('En vivo').waitFor();
    await page.context().close();
  });

  test('is live too when the last scripts arrive late', async () => {
    const page = await sight.open('/salud');
    await page.route('**/hx-sse.min.js', async (route) => {
      await page.waitForFunction(() => 'htmx' in window);
      // Time enough for an htmx that does not wait to have begun without its extension.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
      await route.continue();
    });
    await page.goto(`${sight.url}/cola`, { waitUntil: 'commit' });
    await page.getByText('En vivo').waitFor();
    await page.context().close();
  });

  test('changes a row in its place and its tab count, without loading again', async () => {
    const page = await sight.open('/cola');
    await page.getByText('En vivo').waitFor();
    await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
    set(sight.ids.pending, 'cancelled');
    await page.locator('#tramite-1').getByText('Cancelado').waitFor();
    await page.getByRole('link', { name: 'Cancelados 2' }).waitFor();
    assert.equal(await page.evaluate(() => 'stillTheSame' in window), true);
    set(sight.ids.pending, 'pending');
    await page.context().close();
  });

  test('announces new trámites and lets the person bring them in', async () => {
    const page = await sight.open('/cola');
    await page.getByText('En vivo').waitFor();
    const first = await page.locator('tbody tr').first().textContent();
    sight.house.db.sqlite.exec(
      "INSERT INTO tramite_queue (site_id, resource_id, expediente) VALUES ('xaloc_girona', '99001', '2025/999001-MUL')",
    );
    sight.house.deps.hub.changed({ entity: 'tramite' });
    const news = page.getByRole('link', { name: '1 nuevo – ver' });
    await news.waitFor();
    assert.equal(await page.locator('tbody tr').first().textContent(), first);
    await news.click();
    await page.getByRole('link', { name: '2025/999001-MUL' }).waitFor();
    await page.context().close();
  });

  test('walks a trámite step by step before the eyes of who looks', async () => {
    const page = await sight.open(`/cola/${sight.ids.processing}`);
    await page.getByText('Paso 5 de 10: datos de la denuncia').waitFor();
    const { db, deps } = sight.house;
    db.sql(
      `INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, capture)
       VALUES (?, ?, 5, 'datos de la denuncia', 'done', ?, ?, '04-paso.jpg')`,
    ).run(`muestra-${sight.ids.processing}`, sight.ids.processing, '2026-03-02T09:00:00.000Z', '2026-03-02T09:00:01.000Z');
    deps.hub.changed({ entity: 'tramite', id: sight.ids.processing });
    await page.getByText('Paso 6 de 10: motivos').waitFor();
    await page.locator('figure').getByText('Paso 5: datos de la denuncia').waitFor();
    assert.equal(await page.locator('a[data-captura]').count(), 1);
    await page.context().close();
  });

  test('keeps what a person is typing while it changes, and the order still carries the token', async () => {
    const page = await sight.open(`/cola/${sight.ids.awaiting_confirmation}`);
    await page.getByText('En vivo').waitFor();
    await page.getByRole('link', { name: 'Rechazar con motivo…' }).click();
    await page.getByRole('textbox', { name: 'Motivo' }).fill('Falta');
    sight.house.db
      .sql("INSERT INTO events (entity, entity_id, kind, data) VALUES ('tramite', ?, 'approved', '{}')")
      .run(String(sight.ids.awaiting_confirmation));
    sight.house.deps.hub.changed({ entity: 'tramite', id: sight.ids.awaiting_confirmation });
    await page.getByText('Aprobado: se enviará').waitFor({ state: 'attached' });
    assert.ok(await page.getByRole('dialog').isVisible());
    await page.keyboard.type(' la firma.');
    assert.equal(await page.getByRole('textbox', { name: 'Motivo' }).inputValue(), 'Falta la firma.');
    await page.getByRole('button', { name: 'Rechazar con motivo', exact: true }).click();
    await page.getByText('Rechazado: Falta la firma.').waitFor();
    await page.context().close();
  });

  test('an action that the stream brought can be ordered', async () => {
    const page = await sight.open(`/cola/${sight.ids.cancelled}`);
    await page.getByText('En vivo').waitFor();
    set(sight.ids.cancelled, 'needs_review');
    await page.getByRole('link', { name: 'Resolver: ¿se presentó?…' }).click();
    await page.getByLabel('Número de registro', { exact: true }).fill('REG-5');
    await page.getByLabel('Fecha del registro', { exact: true }).fill('02/03/2026');
    await page.getByRole('button', { name: 'Guardar' }).click();
    await page.getByText('Revisado: sí se presentó, con el número REG-5').waitFor();
    await page.context().close();
  });

  test('changes tab without loading the page again, and the address follows', async () => {
    const page = await sight.open('/cola');
    await page.getByText('En vivo').waitFor();
    await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
    await page.getByRole('link', { name: /^Fallidos/ }).click();
    await page.waitForURL(/estado=failed/);
    await page.getByRole('link', { name: '2025/160589-MUL' }).waitFor();
    assert.equal(await page.evaluate(() => 'stillTheSame' in window), true);
    await page.getByRole('searchbox').fill('2025/160585');
    await page.getByRole('button', { name: 'Filtrar' }).click();
    await page.waitForURL(/q=2025%2F160585/);
    assert.match(page.url(), /estado=failed/);
    await page.getByText('Nada coincide con el filtro').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: '2025/160589-MUL' }).waitFor();
    assert.ok(await page.getByRole('heading', { name: 'Cola' }).isVisible());
    await page.getByText('En vivo').waitFor();
    set(sight.ids.failed, 'pending');
    await page.locator(`#tramite-${sight.ids.failed}`).getByText('Pendiente').waitFor();
    await page.context().close();
  });

  test('the browser has nothing to complain about: no policy is broken, no script fails', () => {
    assert.deepEqual(sight.complaints, []);
  });

  test('says so when the panel goes away', async () => {
    const page = await sight.open('/');
    await page.getByText('En vivo').waitFor();
    await sight.house.app.close();
    await page.getByText('Reconectando…').waitFor();
    await page.context().close();
  });
});
