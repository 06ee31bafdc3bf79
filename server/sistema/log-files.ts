import { resolve } from 'node:path';
import { type Config, projectFolder } from '#server/config.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { systemClock } from '#server/lib/clock.ts';
import { type Logs, openLogs, setLevel } from '#server/lib/log.ts';
import { readLiveSettings } from './ajustes.ts';

/** Absolute; relative ones start at the project folder. */
export const logFolder = ({ LOG_DIRECTORIO, DATA_DIR }: Pick<Config, 'LOG_DIRECTORIO' | 'DATA_DIR'>): string =>
  LOG_DIRECTORIO === undefined ? resolve(DATA_DIR, 'logs') : resolve(projectFolder, LOG_DIRECTORIO);

/** The log of the settings. What it cannot write is told on stderr, where a service manager reads it. */
export const openConfiguredLogs = (config: Config, { stdout }: { readonly stdout: boolean }): Logs =>
  openLogs({
    level: config.LOG_NIVEL,
    stdout,
    folder: logFolder(config),
    maxBytes: config.LOG_TAMANO_MAX_MB * 1024 * 1024,
    keep: config.LOG_BACKUP_COUNT,
    clock: systemClock,
    tell: (sentence) => void process.stderr.write(`${sentence}\n`),
  });

/** The level that holds now, whoever wrote it there. */
export const applyLevel = ({ log, db, config }: { log: Deps['log']; db: Db; config: Config }): void =>
  setLevel(log, readLiveSettings(db, config).LOG_NIVEL);

/** The level follows `ajustes`: looked at now, when somebody edits it here or changes something from outside, and with every round of a cycle. */
export const followLevel = (deps: Pick<Deps, 'log' | 'db' | 'config' | 'hub'>): (() => void) => {
  applyLevel(deps);
  return deps.hub.listen(({ entity }) => {
    if (entity === 'ajuste' || entity === 'cycle' || entity === 'any') applyLevel(deps);
  });
};
