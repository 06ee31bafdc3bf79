import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { getDocument, VerbosityLevel } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { finalFailure } from './failures.ts';

/** A receipt below this size is a draft or an error page (XVIA.md 3.6). */
const minBytes = 2_000;

/** Whether these bytes can be a receipt at all. */
export const looksLikeReceipt = (bytes: Buffer): boolean => bytes.length > minBytes && bytes.subarray(0, 1024).includes('%PDF');

/**
 * Writes the receipt where nothing stands yet and answers when the disk has it.
 * @throws the file system's error, `EEXIST` included: a receipt is never overwritten.
 */
export const storeReceipt = async (path: string, bytes: Buffer): Promise<{ bytes: number; sha256: string }> => {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
};

/** The new name too must survive a power cut. Windows knows no such thing. */
const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
};

/** The text of every page, one line per printed line. @throws RobotFailure `justificante_ilegible`. */
export const pdfText = async (bytes: Buffer): Promise<string> => {
  const task = getDocument({
    data: new Uint8Array(bytes),
    disableFontFace: true,
    useSystemFonts: false,
    verbosity: VerbosityLevel.ERRORS,
  });
  try {
    const pdf = await task.promise;
    const pages: string[] = [];
    for (let number = 1; number <= pdf.numPages; number += 1) pages.push(await pageText(await pdf.getPage(number)));
    return pages.join('\n');
  } catch {
    throw finalFailure('justificante_ilegible', 'El justificante ha llegado, pero su PDF no se puede leer.');
  } finally {
    await task.destroy();
  }
};

type PdfPage = Awaited<ReturnType<Awaited<ReturnType<typeof getDocument>['promise']>['getPage']>>;

const pageText = async (page: PdfPage): Promise<string> => {
  const { items } = await page.getTextContent();
  return items.map((item) => ('str' in item ? item.str + (item.hasEOL ? '\n' : '') : '')).join('');
};

/** Whether the text names this expediente, and not a longer one, however the lines of the PDF break it. */
export const mentions = (text: string, expediente: string): boolean => {
  const characters = [...expediente.replace(/\s+/g, '')].map((character) =>
    /\w/.test(character) ? character : `\\u{${codePoint(character)}}`,
  );
  return new RegExp(`(?<![A-Z0-9])${characters.join('\\s*')}(?![A-Z0-9])`, 'iu').test(text);
};

const codePoint = (character: string): string => (character.codePointAt(0) as number).toString(16);
