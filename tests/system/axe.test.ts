import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, before, describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { pagesOf } from '#tests/support/pages.ts';
import { openSight, type Sight } from './browser.ts';

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];

/** What axe finds wrong, a line each. The source is evaluated, not written into the page: its policy would refuse it. */
const complaintsOf = async (page: Page): Promise<string[]> => {
  await page.evaluate(axe);
  const { violations } = (await page.evaluate((values) => {
    const { axe } = window as unknown as { axe: { run(root: Document, options: object): Promise<unknown> } };
    return axe.run(document, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
  }, tags)) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`));
};

describe('axe finds nothing on any page', () => {
  let sight: Sight;
  let paths: string[] = [];
  before(async () => {
    sight = await openSight();
    paths = [...(await pagesOf(sight.house, sight.ids)), '/nada', '/cola?q=nadie', '/cola?estado=cancelled&site=reus'];
  });
  after(() => sight.close());

  const looks: Readonly<Record<string, BrowserContextOptions>> = {
    'in light': { colorScheme: 'light' },
    'in dark': { colorScheme: 'dark' },
    'at 360 pixels': { viewport: { width: 360, height: 780 } },
  };
  for (const [look, options] of Object.entries(looks))
    test(look, async () => {
      const page = await sight.open('/', options);
      for (const path of paths) {
        await page.goto(sight.url + path);
        assert.deepEqual(await complaintsOf(page), [], path);
      }
      await page.context().close();
    });

  test('with the menu of narrow screens open', async () => {
    const page = await sight.open('/', { viewport: { width: 360, height: 780 } });
    await page.getByRole('button', { name: 'Menú' }).click();
    assert.deepEqual(await complaintsOf(page), []);
    await page.context().close();
  });
});
