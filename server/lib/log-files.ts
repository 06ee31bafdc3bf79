import { createStream, type RotatingFileStream } from 'rotating-file-stream';
import type { Clock } from './clock.ts';
import { asError } from './errors.ts';
import { makeFolder } from './make-folder.ts';

/** Whose lines stand in which file: the three services of the seed, and everything else. */
export const logParts = ['cerebro', 'lanzador', 'balanceador', 'callbacks'] as const;
export type LogPart = (typeof logParts)[number];

/** By the room of the line, or else by the cycle it was written in. */
const partOfRoom: Readonly<Record<string, LogPart>> = {
  'avisos de A360': 'callbacks',
  lanzador: 'lanzador',
  sincronizacion: 'lanzador',
  balance: 'balanceador',
  carga: 'balanceador',
};
const partOfCycle: Readonly<Record<string, LogPart>> = {
  lanzar: 'lanzador',
  conciliar: 'lanzador',
  sincronizar: 'lanzador',
  balancear: 'balanceador',
};

/** Pure. */
export const partOf = (line: string): LogPart => {
  const [room, cycle] = [/"room":"([^"]+)"/.exec(line)?.[1], /"ciclo":"([^"-]+)-/.exec(line)?.[1]];
  return partOfRoom[room ?? ''] ?? partOfCycle[cycle ?? ''] ?? 'cerebro';
};

export type LogFilesOptions = {
  /** Absolute; made when it is missing. */
  readonly folder: string;
  /** Where another file begins, besides each day. */
  readonly maxBytes: number;
  /** Past files kept of each part. */
  readonly keep: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Told once when they cannot be written, and once when all of them can again. */
  readonly tell: (sentence: string) => void;
};

export type LogFiles = {
  write(line: string): void;
  /** Spanish: why they are not being written; null = they are. */
  trouble(): string | null;
  /** Answers when everything is on disk. */
  close(): Promise<void>;
};

/** After a failure the disk is left in peace for so long; what is logged meanwhile goes to stdout only. */
const restMs = 30_000;
/** A disk slower than the house: what waits in memory stays within this. */
const mostWaiting = 8 * 1024 * 1024;
/** At the end nobody waits longer for a disk that does not answer. */
const closeMs = 5_000;

/** One rotating file per part. Written without waiting; no failure of theirs reaches who logs. */
export const openLogFiles = (options: LogFilesOptions): LogFiles => {
  const trouble = createTrouble(options.tell, {
    begins: (reason) => `Los registros no se pueden escribir en ${options.folder}: ${reason}. Cerebro sigue sin ellos.`,
    ends: `Los registros se vuelven a escribir en ${options.folder}.`,
  });
  const files = new Map(logParts.map((part) => [part, createPart(part, options, trouble.of(part))]));
  return {
    write: (line) => {
      files.get(partOf(line))?.write(line);
      // A part that has nothing to say would be thought broken until it has.
      if (trouble.now() !== null) for (const file of files.values()) file.retry();
    },
    trouble: trouble.now,
    close: async () => void (await Promise.all(files.values().map((file) => file.close()))),
  };
};

/** What happens to one of those that are written. */
export type Troubled = { met(error: unknown): void; over(): void };

type TroubleWords = { readonly begins: (reason: string) => string; readonly ends: string };

/** Those that cannot be written now: told when the first of them fails, and when the last one works again. */
export const createTrouble = (tell: (sentence: string) => void, words: TroubleWords) => {
  const failing = new Map<string, string>();
  const sentence = (): string | null => {
    const [reason] = failing.values();
    return reason === undefined ? null : words.begins(reason);
  };
  return {
    now: sentence,
    of: (name: string): Troubled => ({
      met: (thrown) => {
        const isFirst = failing.size === 0;
        failing.set(name, asError(thrown).message);
        if (isFirst) tell(sentence() ?? '');
      },
      over: () => {
        if (failing.delete(name) && failing.size === 0) tell(words.ends);
      },
    }),
  };
};

type PartFile = Pick<LogFiles, 'write' | 'close'> & {
  /** Opens again what failed, once it has been left in peace long enough. */
  retry(): void;
};

const createPart = (part: LogPart, options: LogFilesOptions, trouble: Troubled): PartFile => {
  let stream: RotatingFileStream | null = null;
  let restingUntil = Number.NEGATIVE_INFINITY;

  const fail = (error: unknown): void => {
    stream = null;
    restingUntil = options.clock.monotonic() + restMs;
    trouble.met(error);
  };

  const open = (): RotatingFileStream => {
    const opened = openStream(part, options);
    // A file given up may still fail later: only the one in use counts.
    opened.on('error', (error) => (stream === opened ? fail(error) : undefined));
    opened.on('warning', (error) => trouble.met(error));
    return opened;
  };

  const write = (line: string): void => {
    // What is said after the last word is on stdout only.
    if (stream?.writableEnded) return;
    if (stream === null && options.clock.monotonic() < restingUntil) return;
    try {
      stream ??= open();
      if (stream.writableLength > mostWaiting) trouble.met(new Error('el disco no da abasto'));
      else stream.write(line, (error) => (error ? undefined : trouble.over()));
    } catch (error) {
      fail(error);
    }
  };

  return {
    write,
    retry: () => {
      if (stream === null && restingUntil !== Number.NEGATIVE_INFINITY) write('');
    },
    close: () => closeStream(stream),
  };
};

/** Its folder is made here: the library would try without end where it cannot be. @throws what the system says */
const openStream = (part: LogPart, { folder, maxBytes, keep }: LogFilesOptions): RotatingFileStream => {
  makeFolder(folder);
  return createStream((time, index) => (time ? pastName(part, new Date(time), index ?? 1) : `${part}.log`), {
    path: folder,
    size: `${maxBytes}B`,
    interval: '1d',
    intervalBoundary: true,
    // One left from another day is put away before the first line of today.
    initialRotation: true,
    maxFiles: keep,
    history: `${part}.archivos.txt`,
  });
};

/** `lanzador-2026-03-02-1.log`: the day of its lines; no character that Windows refuses. */
const pastName = (part: LogPart, day: Date, index: number): string => {
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((number) => String(number).padStart(2, '0')).join('-');
  return `${part}-${date}-${index}.log`;
};

const closeStream = (stream: RotatingFileStream | null): Promise<void> => {
  if (stream === null || stream.destroyed) return Promise.resolve();
  const { promise, resolve } = Promise.withResolvers<void>();
  const patience = setTimeout(resolve, closeMs);
  for (const event of ['finish', 'error', 'close'] as const) stream.once(event, () => resolve());
  stream.end();
  return promise.finally(() => clearTimeout(patience));
};
