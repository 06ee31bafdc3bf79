import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { closeSessionsOf } from '#server/acceso/sesiones.ts';
import { addSampleUser, sampleClave } from '#tests/support/sign-in.ts';
import { openSight, type Sight } from './browser.ts';

describe('somebody with a browser', () => {
  let sight: Sight;
  let id: number;
  before(async () => {
    sight = await openSight();
    id = await addSampleUser(sight.house, 'administrador', 'ana');
  });
  after(() => sight.close());

  const signIn = async (page: Page): Promise<void> => {
    await page.getByLabel('Usuario').fill('ana');
    await page.getByLabel('Contraseña').fill(sampleClave);
    await page.getByRole('button', { name: 'Entrar' }).click();
    await page.waitForURL((url) => url.pathname !== '/acceso');
  };
  const path = (page: Page): string => page.url().slice(sight.url.length);

  for (const javaScriptEnabled of [true, false])
    test(`signs in, lands where it wanted to go, and leaves, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      const page = await sight.open('/cola?estado=failed', { javaScriptEnabled });
      assert.equal(path(page), '/acceso');
      await signIn(page);
      assert.equal(path(page), '/cola?estado=failed');
      await page.getByRole('button', { name: 'Salir' }).click();
      await page.getByRole('heading', { name: 'Entrar en Cerebro' }).waitFor();
      assert.equal(path(page), '/acceso');
      await page.goto(`${sight.url}/cola`);
      assert.equal(path(page), '/acceso');
      await page.context().close();
    });

  test('the cookie is out of the reach of scripts', async () => {
    const page = await sight.open('/acceso');
    await signIn(page);
    assert.equal(await page.evaluate(() => document.cookie), '');
    await page.context().close();
  });

  test('whose session ends is led to the door by a page left open, and back to it', async () => {
    const page = await sight.open('/cola');
    await signIn(page);
    await page.getByText('En vivo').waitFor();
    closeSessionsOf(sight.house.db, id);
    sight.house.db.sqlite.exec("UPDATE tramite_queue SET status = 'cancelled' WHERE status = 'pending'");
    sight.house.deps.hub.changed({ entity: 'any' });
    await page.getByRole('heading', { name: 'Entrar en Cerebro' }).waitFor();
    await signIn(page);
    assert.equal(path(page), '/cola');
    await page.context().close();
  });

  for (const width of [360, 1280])
    test(`sees the pages of people within ${width} pixels, with targets a finger can hit`, async () => {
      const page = await sight.open('/acceso', { viewport: { width, height: 800 } });
      await signIn(page);
      for (const place of ['/usuarios', `/usuarios/${id}`, '/usuarios/nuevo', '/cuenta', '/auditoria', '/auditoria?usuario=nadie']) {
        await page.goto(sight.url + place);
        assert.ok((await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)) <= 0, place);
        const small = await page
          .locator('button, .boton, .persona')
          .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height).filter((height) => height > 0 && height < 24));
        assert.deepEqual(small, [], place);
        if (width === 360) await page.getByRole('button', { name: 'Menú' }).click();
        assert.equal(await page.getByRole('button', { name: 'Salir' }).first().isVisible(), true, place);
      }
      await page.context().close();
    });
});
