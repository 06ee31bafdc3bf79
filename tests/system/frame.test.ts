import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Question } from '#server/lib/tag.ts';
import { openSight, type Sight } from './browser.ts';

describe('the frame in a browser', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());

  const narrow = { viewport: { width: 360, height: 780 } };

  test('pushes its counts to a page that shows nothing live', async () => {
    const page = await sight.open('/sistema');
    const errors = page.getByRole('link', { name: 'Errores' });
    await page.getByRole('link', { name: 'Errores 1 fallidos' }).waitFor();
    sight.house.db.sql("UPDATE tramite_queue SET status = 'pending' WHERE id = ?").run(sight.ids.failed);
    sight.house.deps.hub.changed({ entity: 'tramite', id: sight.ids.failed });
    await page.getByRole('link', { name: 'Cola 6 pendientes o en curso' }).waitFor();
    assert.equal((await errors.textContent())?.includes('1'), false);
    sight.house.db.sql("UPDATE tramite_queue SET status = 'failed' WHERE id = ?").run(sight.ids.failed);
    sight.house.deps.hub.changed({ entity: 'tramite', id: sight.ids.failed });
    await page.getByRole('link', { name: 'Errores 1 fallidos' }).waitFor();
    await page.context().close();
  });

  test('/ leads to the search box, and the search box to the queue', async () => {
    const page = await sight.open('/sistema');
    await page.keyboard.press('/');
    await page.keyboard.type('2025/160588');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/cola?q=2025%2F160588');
    await page.getByRole('link', { name: '2025/160588-MUL' }).waitFor();
    await page.context().close();
  });

  for (const javaScriptEnabled of [true, false])
    test(`a phone opens the menu ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const page = await sight.open('/cola', { ...narrow, javaScriptEnabled });
      const entry = page.getByRole('navigation', { name: 'Principal' }).getByRole('link', { name: 'Ciclos' });
      assert.equal(await entry.isVisible(), false);
      await page.getByRole('button', { name: 'Menú' }).click();
      await entry.click();
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Ciclos');
      await page.context().close();
    });

  test('Esc closes the menu of a phone', async () => {
    const page = await sight.open('/cola', narrow);
    await page.getByRole('button', { name: 'Menú' }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: 'Sistema' }).waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('a person chooses the dark theme without JavaScript, and it stays on every page', async () => {
    const page = await sight.open('/cola?estado=failed', { colorScheme: 'light', javaScriptEnabled: false });
    const press = (role: 'button' | 'link', name: string) =>
      Promise.all([page.waitForEvent('load'), page.getByRole(role, { name }).click()]);
    await press('button', 'Oscuro');
    assert.equal(page.url(), `${sight.url}/cola?estado=failed`);
    await press('link', 'Ciclos');
    assert.equal(await page.locator('html').getAttribute('data-tema'), 'oscuro');
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(231, 236, 241)');
    await press('button', 'Como el sistema');
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).color), 'rgb(23, 33, 43)');
    await page.context().close();
  });

  test('the picture of the days is the one of the theme, and the other is not fetched', async () => {
    const page = await sight.open('/salud', { colorScheme: 'dark' });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`${sight.url}/`);
    const shown = page.locator('.en-oscuro img');
    await shown.scrollIntoViewIfNeeded();
    await page.waitForFunction(() => (document.querySelector('.en-oscuro img') as HTMLImageElement).naturalWidth > 0);
    assert.match((await shown.getAttribute('alt')) ?? '', /^1 presentados en 14 días/);
    assert.deepEqual(
      asked.filter((url) => url.includes('tema=claro')),
      [],
    );
    await page.context().close();
  });

  test('the message after an order is read once', async () => {
    const page = await sight.open('/ciclos');
    await page.getByRole('button', { name: 'Forzar ciclo' }).click();
    await page.getByText('El ciclo ha terminado').waitFor();
    await page.reload();
    assert.equal(await page.getByText('El ciclo ha terminado').count(), 0);
    await page.context().close();
  });
});

describe('a question before an order', () => {
  let sight: Sight;
  let html = '';
  before(async () => {
    sight = await openSight();
    const question: Question = {
      id: 'devolver',
      title: '¿Devolver el recurso?',
      effect: ['Vuelve al origen como estaba.'],
      action: '/cola/1/devolver',
      button: 'Devolver al origen',
      reason: { label: 'Motivo' },
    };
    const dialog = await sight.house.app.view('shared/dialog', { question });
    const opener = '<h1>Prueba</h1><a class="boton peligro" href="#devolver" data-abre="devolver">Devolver al origen…</a>';
    const page = await (await fetch(`${sight.url}/sistema`)).text();
    html = page.replace(/(<main[^>]*>).*(<\/main>)/s, `$1${opener}${dialog}$2`);
  });
  after(() => sight.close());

  const open = async (javaScriptEnabled: boolean) => {
    const page = await sight.open('/salud', { javaScriptEnabled });
    await page.route('**/prueba', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${sight.url}/prueba`);
    return page;
  };

  test('opens above the page, closes with Esc and with its button, and gives the focus back', async () => {
    const page = await open(true);
    const dialog = page.getByRole('dialog', { name: '¿Devolver el recurso?' });
    for (const close of [() => page.keyboard.press('Escape'), () => page.getByRole('link', { name: 'Dejarlo' }).click()]) {
      await page.getByRole('link', { name: 'Devolver al origen…' }).click();
      await dialog.waitFor();
      await close();
      await dialog.waitFor({ state: 'hidden' });
    }
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Devolver al origen…');
    assert.doesNotMatch(page.url(), /#/);
    await page.context().close();
  });

  test('stands at the end of the page without JavaScript, and the order is given all the same', async () => {
    const page = await open(false);
    assert.equal(await page.getByRole('dialog').isVisible(), false);
    await page.getByRole('link', { name: 'Devolver al origen…' }).click();
    await page.getByLabel('Motivo').fill('Prueba');
    await page.getByRole('link', { name: 'Dejarlo' }).click();
    assert.equal(await page.getByLabel('Motivo').isVisible(), false);
    await page.context().close();
  });
});
