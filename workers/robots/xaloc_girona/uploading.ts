import { copyFile, link, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import type { TaskFile } from '../../messages.ts';
import type { StepContext } from '../../robot.ts';
import { portalNames } from './names.ts';
import { expectState, openPopup } from './portal.ts';
import { selectors } from './selectors.ts';

const { form, uploader } = selectors;
const refusal = 'documento_rechazado';

/** Attaches every file to the first row of documents, in one upload, and sees it attached. */
export const attachFiles = async ({ page, files, evidenceFolder }: StepContext<unknown>): Promise<void> => {
  const paths = await withPortalNames(files, evidenceFolder);
  const popup = await openPopup(page, page.locator(form.documentRows).first());
  const place = await uploaderIn(popup);
  await choose(place, paths);
  await place.getByRole('link', { name: uploader.upload }).click();
  await expectState(place, place.locator(uploader.result, { hasText: uploader.attached }), refusal);
  const closed = popup.waitForEvent('close');
  await Promise.all([closed, place.locator(uploader.next).click().catch(unlessClosed(popup))]);
  await page.locator(form.documentStatus).first().locator(form.attached).waitFor();
};

/** The window's own content, or that of the frame it may sit in. */
const uploaderIn = async (popup: Page): Promise<Locator> => {
  const frame = 'iframe:not(#uploadFrame)';
  await expectState(popup, popup.locator(`${uploader.file}, ${frame}`), refusal);
  const own = popup.locator('body');
  return (await own.locator(uploader.file).count()) > 0 ? own : popup.frameLocator(frame).locator('body');
};

/** One input per file: the portal adds the next one after each selection. */
const choose = async (place: Locator, paths: readonly string[]): Promise<void> => {
  for (const [index, path] of paths.entries()) {
    const input = place.locator(index === 0 ? uploader.file : `${uploader.file}${index}`);
    await expectState(place, input, refusal);
    await input.setInputFiles(path);
  }
};

/** The click that closes a window may not live to tell. */
const unlessClosed = (popup: Page) => (error: unknown) => {
  if (!popup.isClosed()) throw error;
};

/** The files under the names the portal will keep, so that what we know as attached is what the register shows. */
const withPortalNames = async (files: readonly TaskFile[], folder: string): Promise<readonly string[]> => {
  const names = portalNames(files.map(({ name }) => name));
  return Promise.all(files.map(({ path }, index) => named(path, names[index] as string, folder)));
};

const named = async (path: string, name: string, folder: string): Promise<string> => {
  if (basename(path) === name) return path;
  const renamed = join(folder, 'subida', name);
  await mkdir(join(folder, 'subida'), { recursive: true });
  await link(path, renamed).catch(() => copyFile(path, renamed));
  return renamed;
};
