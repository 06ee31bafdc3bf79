import { destination, type Level, type Logger, pino } from 'pino';
import { createTrouble, type LogFilesOptions, openLogFiles } from './log-files.ts';
import { redactLine } from './secrets.ts';
import { currentTrace } from './trace.ts';

export type Log = Logger;

/** What is lost below it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The gate of each log. Children of a logger keep the level they were born with: one gate for all of them can be moved. */
const gates = new WeakMap<object, { from: number }>();

/** Of each log that writes files: why it cannot now. */
const troubles = new WeakMap<object, () => string | null>();

const numberOf = (level: LogLevel): number => (level === 'silent' ? Number.POSITIVE_INFINITY : (pino.levels.values[level] as number));

/**
 * One line per event, JSON, with what it belongs to (the cycle, the request, the attempt) and without secrets;
 * a child per room: `log.child({ room: 'cola' })`.
 */
const createWith = (level: LogLevel, write: (line: string) => void): Log => {
  const gate = { from: numberOf(level) };
  const log = pino(
    {
      level: 'debug' satisfies Level,
      base: null,
      mixin: () => ({ ...currentTrace() }),
      hooks: {
        logMethod(args, method, value) {
          if (value >= gate.from) method.apply(this, args);
        },
      },
    },
    { write: (line: string) => write(redactLine(line)) },
  );
  gates.set(log, gate);
  return log;
};

/** On stdout, or at the end of a file where stdout belongs to a person (its folder is made). */
export const createLog = (level: LogLevel, file?: string): Log => {
  const out = destination({ dest: file ?? 1, sync: true, mkdir: true });
  return createWith(level, (line) => void out.write(line));
};

export const silentLog = (): Log => pino({ level: 'silent' });

/** The log of the house and its files. */
export type Logs = {
  readonly log: Log;
  /** Answers when everything that was logged is on disk. */
  close(): Promise<void>;
};

export type LogsOptions = LogFilesOptions & {
  readonly level: LogLevel;
  /** false = stdout belongs to a person. */
  readonly stdout: boolean;
};

/** On stdout and in rotating files, one for each part of the house. Neither failing is a reason to stop. */
export const openLogs = (options: LogsOptions): Logs => {
  const files = openLogFiles(options);
  const out = options.stdout ? openStdout(options.tell) : null;
  const log = createWith(options.level, (line) => {
    out?.write(line);
    files.write(line);
  });
  troubles.set(log, () => files.trouble() ?? out?.trouble() ?? null);
  return { log, close: files.close };
};

/** What a stdout that takes nothing keeps waiting in memory; what comes after that is in the files only. */
const mostWaiting = 1024 * 1024;

/** It may be a file of a service manager, on a disk that fills up. */
const openStdout = (tell: (sentence: string) => void) => {
  const trouble = createTrouble(tell, {
    begins: (reason) => `Los registros no se pueden escribir en la salida estándar: ${reason}. Están en sus archivos.`,
    ends: 'Los registros se vuelven a escribir en la salida estándar.',
  });
  const { met, over } = trouble.of('stdout');
  const out = destination({ dest: 1, sync: true, maxLength: mostWaiting });
  out.on('error', met);
  out.on('write', over);
  return { write: (line: string): void => void out.write(line), trouble: trouble.now };
};

/** Spanish: why what is logged is not being written somewhere; null = it is. */
export const troubleOf = (log: Log): string | null => troubles.get(log)?.() ?? null;

/** From now on, for the log of the house and all its children. */
export const setLevel = (log: Log, level: LogLevel): void => {
  const gate = gates.get(log);
  if (gate) gate.from = numberOf(level);
};
