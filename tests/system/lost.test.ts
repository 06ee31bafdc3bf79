import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { openPageHouse } from '#tests/support/house.ts';
import { openSight, type Sight } from './browser.ts';

describe('a page whose server, session or tab goes away', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());

  const mark = (page: Page) => page.evaluate(() => Object.assign(window, { stillTheSame: true }));
  const isTheSame = (page: Page) => page.evaluate(() => 'stillTheSame' in window);

  test('comes back to life with the server, without loading again, and shows what changed meanwhile', async () => {
    const { folder, db } = sight.house;
    const first = openPageHouse({ folder });
    const url = await first.app.listen({ host: '127.0.0.1', port: 0 });
    const page = await sight.open('/salud');
    await page.goto(`${url}/cola`);
    await page.getByText('En vivo').waitFor();
    await mark(page);
    await first.close();
    await page.getByText('Reconectando…').waitFor();
    db.sql("UPDATE tramite_queue SET status = 'cancelled' WHERE id = ?").run(sight.ids.pending);
    const second = openPageHouse({ folder });
    await second.app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    await page.getByText('En vivo').waitFor();
    await page.locator(`#tramite-${sight.ids.pending}`).getByText('Cancelado').waitFor();
    assert.equal(await isTheSame(page), true);
    await page.context().close();
    await second.close();
    db.sql("UPDATE tramite_queue SET status = 'pending' WHERE id = ?").run(sight.ids.pending);
  });

  test('says since when it has heard nothing', async () => {
    const page = await sight.open('/salud');
    await page.clock.install();
    await page.goto(`${sight.url}/cola`);
    await page.getByText('En vivo').waitFor();
    await page.route('**/vivo/**', (route) => route.abort());
    await page.clock.setSystemTime(Date.now() + 60_000);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await page.getByText(/^Sin datos desde las \d\d:\d\d$/).waitFor();
    await page.context().close();
  });

  test('leaves its stream while nobody looks, and asks from where it stopped when somebody does', async () => {
    const page = await sight.open('/salud');
    const asked: (string | undefined)[] = [];
    page.on('request', (request) => request.url().includes('/vivo/') && asked.push(request.headers()['last-event-id']));
    await page.goto(`${sight.url}/cola`);
    await page.getByText('En vivo').waitFor();
    const show = (hidden: boolean) =>
      page.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    const left = page.waitForEvent('requestfailed', (request) => request.url().includes('/vivo/')).catch(() => null);
    const ended = page.waitForEvent('requestfinished', (request) => request.url().includes('/vivo/')).catch(() => null);
    await show(true);
    await Promise.race([left, ended]);
    await show(false);
    await page.waitForRequest((request) => request.url().includes('/vivo/'));
    await page.getByText('En vivo').waitFor();
    assert.equal(asked.length, 2);
    assert.equal(asked[0], undefined);
    assert.match(asked[1] ?? '', /^[0-9a-f]{8}-\d+$/);
    await page.context().close();
  });

  const over = { status: 401, headers: { 'HX-Redirect': '/acceso' }, body: '' };
  /** As a panel with users shows it: this one has none, and would lead back in. */
  const standAtDoor = (page: Page) => page.route('**/acceso', (route) => route.fulfill({ body: 'Entrar' }));

  test('goes to sign in when a part is refused because the session is over', async () => {
    const page = await sight.open('/cola');
    await standAtDoor(page);
    await page.route('**/cola?estado=failed', (route) => route.fulfill(over));
    await page.getByRole('link', { name: /^Fallidos/ }).click();
    await page.waitForURL('**/acceso');
    await page.context().close();
  });

  test('goes to sign in when its stream is refused from the start', async () => {
    const page = await sight.open('/salud');
    await standAtDoor(page);
    await page.route('**/vivo/**', (route) => route.fulfill(over));
    await page.goto(`${sight.url}/cola`);
    await page.waitForURL('**/acceso');
    await page.context().close();
  });

  test('asks for itself again, and so for signing in, when its stream is refused later', async () => {
    const page = await sight.open('/salud');
    await page.goto(`${sight.url}/cola`);
    await page.getByText('En vivo').waitFor();
    await standAtDoor(page);
    await page.route('**/vivo/**', (route) => route.fulfill(over));
    await page.route('**/cola', (route) => route.fulfill({ status: 303, headers: { location: '/acceso' } }));
    await page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => true });
      document.dispatchEvent(new Event('visibilitychange'));
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => false });
      document.dispatchEvent(new Event('visibilitychange'));
    });
    await page.waitForURL('**/acceso');
    await page.context().close();
  });

  test('keeps what it shows when a part fails, and says why', async () => {
    const page = await sight.open('/cola');
    const rows = await page.locator('tbody tr').count();
    await page.route('**/cola?estado=failed', (route) =>
      route.fulfill({ status: 500, body: '<div class="mensaje mal">Algo ha fallado</div>' }),
    );
    await page.getByRole('link', { name: /^Fallidos/ }).click();
    await page.locator('#mensajes').getByText('Algo ha fallado').waitFor();
    await page.route('**/cola?estado=cancelled', (route) => route.abort());
    await page.getByRole('link', { name: /^Cancelados/ }).click();
    await page.getByText('El panel no contesta: no se ha cambiado nada.').waitFor();
    assert.equal(await page.locator('tbody tr').count(), rows);
    assert.equal(page.url(), `${sight.url}/cola`);
    await page.getByRole('link', { name: /^Presentados/ }).click();
    await page.waitForURL(/completed/);
    await page.getByText('El panel no contesta').waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('goes back, forward and loads again where the person was', async () => {
    const page = await sight.open('/cola?estado=failed');
    await page.getByRole('link', { name: '2025/160589-MUL' }).click();
    await page.getByRole('heading', { name: '2025/160589-MUL' }).waitFor();
    await page.goBack();
    await page.getByRole('link', { name: /^Fallidos/ }).waitFor();
    assert.match(page.url(), /estado=failed/);
    await page.goForward();
    await page.getByRole('heading', { name: '2025/160589-MUL' }).waitFor();
    await page.reload();
    await page.getByText('En vivo').waitFor();
    await page.context().close();
  });
});
