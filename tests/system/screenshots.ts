/**
 * Photographs every page of the panel over the sample data, in light, dark and 360 pixels, into docs/img (`npm run
 * capturas`). The pages are those Fastify knows: a new one is photographed without anybody adding it.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { openPageHouse } from '#tests/support/house.ts';
import { pagesOf } from '#tests/support/pages.ts';
import { openSight, type Sight } from './browser.ts';
import { shrinkPng } from './palette-png.ts';

const folder = resolve(import.meta.dirname, '../../docs/img');
const samplePicture = resolve(import.meta.dirname, '../../server/demo/papers/sample.jpg');
const mostBytes = 6_000_000;

const looks: Readonly<Record<string, BrowserContextOptions>> = {
  claro: { colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  oscuro: { colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  360: { colorScheme: 'light', viewport: { width: 360, height: 720 } },
};

/** `/cola/4` → cola-4; the Panel is `panel`. */
const nameOf = (path: string): string => path.replace(/^\//, '').replace(/\W+/g, '-') || 'panel';

/** Two weeks of work, so that there is something to draw. */
const fillDays = ({ house: { db } }: Sight): void => {
  const insert = db.sql(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, status, created_at, processed_at)
     VALUES (?, ?, ?, '{}', 'completed', ?, ?)`,
  );
  const sites = ['xaloc_girona', 'base_online', 'reus'];
  for (let n = 0; n < 180; n++) {
    const at = new Date(Date.now() - (n * 1.7 + (n % 7) * 5) * 3_600_000).toISOString();
    insert.run(sites[(n + (n >> 2)) % 3], `dias-${n}`, `2025/${150_000 + n}-MUL`, at, at);
  }
};

/** What is shown has arrived: its pictures are drawn and, where it is live, it says so. */
const settle = async (page: Page): Promise<void> => {
  if ((await page.locator('[data-directo]').count()) > 0) await page.getByText('En vivo').waitFor();
  await page.waitForFunction(() =>
    [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > innerHeight || !image.checkVisibility()),
  );
};

/** The folder of the sample is another each time, and nobody's business. */
const hideFolder = (page: Page, folder: string): Promise<void> =>
  page.evaluate((path) => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) walker.currentNode.nodeValue = walker.currentNode.nodeValue?.replaceAll(path, 'data') ?? '';
  }, folder);

const photograph = async (sight: Sight, paths: readonly string[]): Promise<void> => {
  for (const [look, options] of Object.entries(looks)) {
    const page = await sight.open('/salud', { ...options, reducedMotion: 'reduce' });
    for (const path of paths) {
      await page.goto(sight.url + path);
      await settle(page);
      await hideFolder(page, sight.house.folder);
      writeFileSync(join(folder, `${nameOf(path)}-${look}.png`), shrinkPng(await page.screenshot()));
    }
    await page.context().close();
  }
};

const main = async (): Promise<void> => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const sight = await openSight(openPageHouse(), readFileSync(samplePicture));
  try {
    fillDays(sight);
    await photograph(sight, await pagesOf(sight.house, sight.ids));
  } finally {
    await sight.close();
  }
  const files = readdirSync(folder);
  const bytes = files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  process.stdout.write(`${files.length} capturas en docs/img, ${Math.round(bytes / 1000)} kB\n`);
  if (bytes > mostBytes) throw new Error(`The captures weigh more than ${mostBytes / 1_000_000} MB in all.`);
};

await main();
