import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type LogPart, logParts } from '#server/lib/log-files.ts';
import { anonymousLine } from './anonymous.ts';

/** Lines of each part, the newest ones. */
export const lastLines = 2000;
/** More is not read, whatever the files hold. */
const mostBytes = 1024 * 1024;

/** The last lines of the file of each part, the oldest first, without what could be somebody's data; '' where there is none. */
export const readLogTails = async (folder: string): Promise<ReadonlyMap<LogPart, string>> => {
  const names = await readdir(folder).catch(() => []);
  const tails = new Map<LogPart, string>();
  for (const part of logParts) tails.set(part, await tailOf(folder, part, names));
  return tails;
};

const tailOf = async (folder: string, part: LogPart, names: readonly string[]): Promise<string> => {
  const kept: string[][] = [];
  let [lines, bytes] = [lastLines, mostBytes];
  for (const name of newestFirst(part, names)) {
    if (lines <= 0 || bytes <= 0) break;
    const text = await readEnd(join(folder, name), bytes);
    const some = text.split('\n').filter(Boolean).slice(-lines);
    kept.unshift(some.map(anonymousLine));
    [lines, bytes] = [lines - some.length, bytes - Buffer.byteLength(text)];
  }
  const all = kept.flat();
  return all.length === 0 ? '' : `${all.join('\n')}\n`;
};

/** The file in use and then the past ones, by the day and the number in their names. */
export const newestFirst = (part: LogPart, names: readonly string[]): string[] => {
  const past = names
    .map((name) => new RegExp(`^${part}-(\\d{4}-\\d\\d-\\d\\d)-(\\d+)\\.log$`).exec(name))
    .filter((match) => match !== null)
    .sort((a, b) => (b[1] as string).localeCompare(a[1] as string) || Number(b[2]) - Number(a[2]));
  return [...names.filter((name) => name === `${part}.log`), ...past.map((match) => match[0])];
};

/** A line cut in two at the beginning is left out. */
export const readEnd = async (file: string, bytes: number): Promise<string> => {
  const handle = await open(file).catch(() => null);
  if (handle === null) return '';
  try {
    const { size } = await handle.stat();
    const from = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - from), 0, size - from, from);
    const text = buffer.toString('utf8', 0, bytesRead);
    return from === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
};
