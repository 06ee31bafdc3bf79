import { destination, type Logger, pino } from 'pino';

export type Log = Logger;

/** Keys whose values never reach a log line, at any of the first three levels. */
const secretKeys = ['password', 'clave', 'token', 'authorization', 'cookie', '_csrf', 'passphrase', 'secret'];
const redactPaths = secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);

/**
 * One line per event, JSON, on stdout, or at the end of a file where stdout belongs to a person (its folder is made);
 * a child per room: `log.child({ room: 'cola' })`.
 */
export const createLog = (level: string, file?: string): Log =>
  pino(
    { level, base: null, redact: { paths: redactPaths, censor: '[oculto]' } },
    destination({ dest: file ?? 1, sync: true, mkdir: true }),
  );

export const silentLog = (): Log => pino({ level: 'silent' });
