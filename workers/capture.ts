import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** A hung page must not hold its own evidence back. */
const captureMs = 3_000;

/**
 * Leaves what the page shows now as a JPEG in the folder. Answers its file name, or null when the page cannot be seen:
 * a missing picture is told in the step and fails nothing.
 */
export const capture = async (page: Page, folder: string, number: number, name: string): Promise<string | null> => {
  const file = `${String(number).padStart(2, '0')}-${slug(name)}.jpg`;
  try {
    await page.screenshot({ path: join(folder, file), type: 'jpeg', quality: 60, caret: 'initial', timeout: captureMs });
    return file;
  } catch {
    return null;
  }
};

const slug = (name: string): string =>
  name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
