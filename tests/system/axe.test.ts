import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { createFirstLink } from '#server/acceso/primera.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { pagesOf } from '#tests/support/pages.ts';
import { signIn } from '#tests/support/sign-in.ts';
import { openSight, type Sight } from './browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

type Asked = { readonly without?: string };

/** What axe finds wrong, a line each. The source is evaluated, not written into the page: its policy would refuse it. */
const complaintsOf = async (page: Page, asked: Asked = {}): Promise<string[]> => {
  await page.evaluate(`if (!window.axe) { ${axe} }`);
  const { violations } = (await page.evaluate(
    ({ values, without }) => {
      const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<unknown> } };
      const runOnly = { type: 'tag', values };
      const rules = without ? { [without]: { enabled: false } } : {};
      // No rule of these tags reads the style sheets, whose fetching is a third of its time.
      return axe.run(document, { runOnly, rules, resultTypes: ['violations'], preload: false });
    },
    { values: tags, ...asked },
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
};

const wide = { width: 1280, height: 800 };
const narrow = { width: 360, height: 780 };

/** In light and at 360 pixels, where colours are the same. What dark changes is colours: look.test.ts reads them on every page. */
const complaintsOfLooks = async (page: Page): Promise<Record<string, string[]>> => {
  const light = await complaintsOf(page);
  await page.setViewportSize(narrow);
  const phone = await complaintsOf(page, { without: 'color-contrast' });
  await page.setViewportSize(wide);
  return { light, phone };
};

const nothing = { light: [], phone: [] };

describe('axe finds nothing on any page', () => {
  let sight: Sight;
  let paths: string[] = [];
  before(async () => {
    sight = await openSight();
    paths = [...(await pagesOf(sight.house, sight.ids)), '/nada', '/cola?q=nadie', '/cola?estado=cancelled&site=reus'];
  });
  after(() => sight.close());

  test('in light and at 360 pixels', { timeout: 300_000 }, async () => {
    const page = await sight.open('/', { colorScheme: 'light', viewport: wide });
    for (const path of paths) {
      await page.goto(sight.url + path);
      assert.deepEqual(await complaintsOfLooks(page), nothing, path);
    }
    await page.context().close();
  });

  test('while the house is paused, and where a form comes back', async () => {
    const { db } = sight.house;
    db.sqlite.exec(`INSERT OR REPLACE INTO mantenimiento (id, activo, motivo, usuario) VALUES (1, 1, 'Se cambia el disco', 'ana');
      INSERT INTO ciclos_pausados (ciclo, motivo, usuario, desde) VALUES ('reclamar', 'Obras', 'ana', '2026-01-01T00:00:00.000Z');
      INSERT INTO copias (motivo, empezada_at, terminada_at, verificada, error)
        VALUES ('periodica', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 0, 'No cabe.')`);
    const page = await sight.open('/sistema', { colorScheme: 'dark', viewport: { width: 360, height: 780 } });
    const sendForm = (button: RegExp) => Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: button }).click()]);
    for (const path of ['/sistema', '/mantenimiento', '/datos', '/datos#limpiar']) {
      await page.goto(sight.url + path);
      assert.deepEqual(await complaintsOf(page), [], path);
    }
    await page.goto(`${sight.url}/avisos/silencios`);
    await sendForm(/Poner el silencio/);
    assert.equal(await page.locator('[aria-invalid]').count(), 1);
    assert.deepEqual(await complaintsOf(page), [], 'a silence without a reason');
    await page.goto(`${sight.url}/ajustes?q=conservar`);
    await page.getByLabel('Valor de COPIA_CONSERVAR').fill('muchas');
    await sendForm(/Guardar COPIA_CONSERVAR/);
    assert.deepEqual(await complaintsOf(page), [], 'a setting that does not read');
    db.sqlite.exec('UPDATE mantenimiento SET activo = 0; DELETE FROM ciclos_pausados; DELETE FROM copias');
    await page.context().close();
  });

  test('with the menu of narrow screens open', async () => {
    const page = await sight.open('/', { viewport: narrow });
    await page.getByRole('button', { name: 'Menú' }).click();
    assert.deepEqual(await complaintsOf(page), []);
    await page.context().close();
  });

  test('on the pages of people, signed in and at the door', async () => {
    const firstLink = createFirstLink(sight.house.deps.clock);
    const fresh = await openSight(openPageHouse({ firstLink }));
    try {
      const first = await fresh.open(firstLink.path);
      assert.deepEqual(await complaintsOf(first), [], 'the first administrator');
      const [name, value] = (await signIn(fresh.house, 'administrador')).cookie.split('=') as [string, string];
      const page = await fresh.open('/acceso', { colorScheme: 'light', viewport: wide });
      assert.deepEqual(await complaintsOfLooks(page), nothing, '/acceso');
      await page.context().addCookies([{ name, value, url: fresh.url }]);
      for (const path of ['/usuarios', '/usuarios/nuevo', '/usuarios/1', '/cuenta', '/auditoria', '/']) {
        await page.goto(fresh.url + path);
        assert.equal(new URL(page.url()).pathname, path);
        assert.deepEqual(await complaintsOfLooks(page), nothing, path);
      }
      await page.context().close();
    } finally {
      await fresh.close();
    }
  });
});
