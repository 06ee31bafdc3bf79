import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LogPart, logParts } from '#server/lib/log-files.ts';
import { redactText } from '#server/lib/secrets.ts';
import { newestFirst, readEnd } from './log-tail.ts';

/** A line of the logs, and the file of which part it stands in. */
export type LogLine = { readonly part: LogPart; readonly fields: Readonly<Record<string, unknown>> };

/** Of each part, counted from its newest line; what is older is looked for on the machine itself. */
export const lookedBytes = 2 * 1024 * 1024;
export const mostLines = 200;

/** The newest lines that say it, the oldest first; a number is that of a trámite, '' is any line. */
export const findLines = async (folder: string, text: string): Promise<LogLine[]> => {
  const names = await readdir(folder).catch(() => []);
  const says = matcherOf(text);
  const found: LogLine[] = [];
  for (const part of logParts) {
    const lines = (await newestText(folder, part, names)).split('\n').filter((line) => line !== '' && says.test(line));
    found.push(...lines.slice(-mostLines).flatMap((line) => read(part, line)));
    await nextTurn();
  }
  return found.sort((a, b) => timeOf(a) - timeOf(b)).slice(-mostLines);
};

/** Pure. */
export const matcherOf = (text: string): RegExp =>
  /^\d+$/.test(text) ? new RegExp(`"tramite":${text}[,}]`) : new RegExp(RegExp.escape(text), 'i');

const newestText = async (folder: string, part: LogPart, names: readonly string[]): Promise<string> => {
  const texts: string[] = [];
  let left = lookedBytes;
  for (const name of newestFirst(part, names)) {
    if (left <= 0) break;
    const text = await readEnd(join(folder, name), left);
    texts.unshift(text);
    left -= Buffer.byteLength(text);
  }
  return texts.join('\n');
};

/** One that cannot be read is left out: a process that was killed may have cut it. */
const read = (part: LogPart, line: string): LogLine[] => {
  try {
    const fields: unknown = JSON.parse(redactText(line));
    return typeof fields === 'object' && fields !== null ? [{ part, fields: fields as LogLine['fields'] }] : [];
  } catch {
    return [];
  }
};

const timeOf = ({ fields }: LogLine): number => (typeof fields.time === 'number' ? fields.time : 0);
