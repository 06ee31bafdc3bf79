import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { silentLog } from '#server/lib/log.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { fillSample, type Sample } from '#tests/support/sample-data.ts';

/** The real pages, filled, in a real browser. */
export type Sight = {
  readonly house: PageHouse;
  readonly ids: Sample['ids'];
  readonly url: string;
  /** A page of its own context. What the browser complains about is kept in `complaints`. */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
  readonly complaints: string[];
  close(): Promise<void>;
};

/** `capture`: the picture every step of the sample has. */
export const openSight = async (house = openPageHouse(), capture?: Buffer): Promise<Sight> => {
  const configured = process.env.NAVEGADOR;
  const { args, ...choice } = await provisionBrowser({ configured, visible: false, certificate: false, install: false, log: silentLog() });
  const browser = await chromium.launch({ ...choice, args: [...args] });
  const { ids } = fillSample(house.db, house.folder, new Date(), capture);
  const url = await house.app.listen({ host: '127.0.0.1', port: 0 });
  const complaints: string[] = [];
  const open: Sight['open'] = async (path, options = {}) => {
    const context = await browser.newContext({ locale: 'es-ES', ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(url + path);
    return page;
  };
  const close = async () => {
    await browser.close();
    await house.close();
  };
  return { house, ids, url, open, complaints, close };
};
