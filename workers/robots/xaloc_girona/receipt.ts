import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { finalFailure } from '../../failures.ts';
import { looksLikeReceipt } from '../../receipt.ts';
import { selectors } from './selectors.ts';

/** Rests between two requests of a receipt that is not ready yet. Asking again is harmless: it only reads. */
const rests = [250, 500, 1000, 2000];

/** Keeps the receipt's frame from being drawn: that alone costs as much as the rest of the filing. */
export const skipReceiptFrame = (page: Page): Promise<unknown> =>
  page.route('**/*', (route) => {
    const request = route.request();
    const inFrame = request.resourceType() === 'document' && request.frame() !== page.mainFrame();
    const decided = inFrame && selectors.receipt.address.test(page.url()) ? route.abort() : route.continue();
    // A request of a page that is gone by now needs no answer.
    return decided.catch(() => undefined);
  });

/** Waits for the page with the receipt and fetches its PDF in the page's own session. */
export const fetchReceipt = async (page: Page): Promise<Buffer> => {
  await page.waitForURL(selectors.receipt.address, { waitUntil: 'commit' });
  const source = await page.locator(selectors.receipt.frame).getAttribute('src');
  if (!source) throw finalFailure('justificante_no_valido', 'La página del justificante no dice dónde está.');
  return download(page, new URL(source, page.url()).href);
};

const download = async (page: Page, url: string, attempt = 0): Promise<Buffer> => {
  const response = await page.context().request.get(url, { timeout: 0 });
  const bytes = await response.body();
  if (response.ok() && looksLikeReceipt(bytes)) return bytes;
  const rest = rests[attempt];
  if (rest === undefined)
    throw finalFailure('justificante_no_valido', `La sede no entrega el justificante (HTTP ${response.status()}, ${bytes.length} bytes).`);
  await pause(rest);
  return download(page, url, attempt + 1);
};

/** Register number and instant as the receipt prints them, in Catalan or Spanish. */
export const readReceipt = (text: string): { numero: string; fecha: string } | null => {
  const numero = /N[úu]m(?:ero|\.)? de registr[eo](?: d'entrada| de entrada)?\s*:?\s*([A-Z0-9][A-Z0-9./-]*)/i.exec(text)?.[1];
  const fecha = /(?:Data|Fecha)(?: [iy] hora)? de registr[eo]\s*:?\s*(\d{1,2}\/\d{1,2}\/\d{4}(?:,?\s+\d{1,2}:\d{2}(?::\d{2})?)?)/i.exec(
    text,
  )?.[1];
  return numero && fecha ? { numero, fecha: fecha.replace(/\s+/g, ' ') } : null;
};
