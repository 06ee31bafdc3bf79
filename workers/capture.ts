import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';

/** A hung page must not hold its own evidence back. */
const captureMs = 3_000;

/**
 * Leaves what the page shows now as a JPEG in the folder. Answers its file name, or null when the page cannot be seen:
 * a missing picture is told in the step and fails nothing.
 */
export const capture = async (page: Page, folder: string, number: number, name: string): Promise<string | null> => {
  const file = `${String(number).padStart(2, '0')}-${slug(name)}.jpg`;
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(late.resolve, captureMs, null);
  try {
    const picture = await Promise.race([shoot(page), late.promise]);
    if (picture === null) return null;
    await writeFile(join(folder, file), picture, { flag: 'wx' });
    return file;
  } catch {
    // A full disk is told by whatever must be written; a picture may be missing.
    return null;
  } finally {
    clearTimeout(timer);
  }
};

/** Ends with its page. */
const sessions = new WeakMap<Page, CDPSession>();

/**
 * Asked of Chromium itself: Playwright's own screenshot takes a third more, ten times a filing. But that one finds its way
 * when the page is just being replaced by another.
 */
const shoot = (page: Page): Promise<Buffer | null> =>
  quickShot(page)
    .catch(() => page.screenshot({ type: 'jpeg', quality: 60, caret: 'initial', timeout: captureMs }))
    .catch(() => null);

const quickShot = async (page: Page): Promise<Buffer> => {
  const session = sessions.get(page) ?? (await page.context().newCDPSession(page));
  sessions.set(page, session);
  const { data } = await session.send('Page.captureScreenshot', { format: 'jpeg', quality: 60, optimizeForSpeed: true });
  return Buffer.from(data, 'base64');
};

const slug = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
