import { join } from 'node:path';
import { type Environment, formerNames, parseConfig, readEnvironment } from './config.ts';
import { exitCodes, watchOver } from './ending.ts';
import { trustMachine } from './lib/authorities.ts';
import { asError, CerebroError } from './lib/errors.ts';
import { blockedNoteOf } from './sistema/bloqueo.ts';
import { logFolder, openConfiguredLogs } from './sistema/log-files.ts';
import { type Cerebro, longestStopMs, startCerebro } from './start.ts';
import { watchLoop } from './watchdog.ts';

/** What a person can mend, as a sentence; the rest with its stack. */
const tellOf = (thrown: unknown): string => {
  const error = asError(thrown);
  return error instanceof CerebroError ? error.message : (error.stack ?? error.message);
};

const tellAddress = ({ url, firstUrl }: Cerebro): void => {
  process.stdout.write(`Cerebro: ${url}\n`);
  if (firstUrl !== null) process.stdout.write(`Sin usuarios, solo en esta máquina. Primer administrador (un uso, 24 horas): ${firstUrl}\n`);
};

const run = async (environment: Environment): Promise<void> => {
  const config = parseConfig(environment);
  const logs = openConfiguredLogs(config, { stdout: true });
  const { log } = logs;
  for (const { given, now } of formerNames(environment)) log.warn({ given, now }, `${given} sigue valiendo, pero ahora se llama ${now}`);
  for (const { name, why } of config.provenance.leftOver) log.warn({ name }, `${name} ${why}`);
  const starting = startCerebro(config, { log });
  const ending = watchOver(starting, logs, longestStopMs(config), environment.npm_lifecycle_event !== undefined);
  const begun = (cerebro: Cerebro): void => {
    tellAddress(cerebro);
    const { VIGILANTE_BLOQUEO_SEG: limit, DATA_DIR } = config;
    watchLoop({ limit, note: blockedNoteOf(DATA_DIR), logFile: join(logFolder(config), 'cerebro.log') });
  };
  await starting.then(begun, (error) => ending.failed(tellOf(error)));
};

try {
  trustMachine();
  await run(readEnvironment());
} catch (thrown) {
  process.stderr.write(`${tellOf(thrown)}\n`);
  process.exit(exitCodes.failed);
}
