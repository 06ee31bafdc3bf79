import { destination, type Level, type Logger, pino } from 'pino';
import { type LogFilesOptions, openLogFiles } from './log-files.ts';
import { redactLine } from './secrets.ts';
import { currentTrace } from './trace.ts';

export type Log = Logger;

/** What is lost below it. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** The gate of each log. Children of a logger keep the level they were born with: one gate for all of them can be moved. */
const gates = new WeakMap<object, { from: number }>();

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

/** On stdout and in rotating files, one for each part of the house. */
export const openLogs = (options: LogsOptions): Logs => {
  const files = openLogFiles(options);
  const out = options.stdout ? destination({ dest: 1, sync: true }) : null;
  const log = createWith(options.level, (line) => {
    out?.write(line);
    files.write(line);
  });
  return { log, close: files.close };
};

/** From now on, for the log of the house and all its children. */
export const setLevel = (log: Log, level: LogLevel): void => {
  const gate = gates.get(log);
  if (gate) gate.from = numberOf(level);
};
