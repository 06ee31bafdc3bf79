import { formerNames, parseConfig, readEnvironment } from './config.ts';
import { asError, CerebroError } from './lib/errors.ts';
import type { Logs } from './lib/log.ts';
import { openConfiguredLogs } from './sistema/log-files.ts';
import { type Cerebro, startCerebro } from './start.ts';

/** Ends the process politely on the first signal, also while it is still starting, and at once on the second. */
const stopOnSignals = (starting: Promise<Cerebro>, logs: Logs): void => {
  let asked = false;
  const stop = async (signal: string) => {
    if (asked) process.exit(130);
    asked = true;
    const cerebro = await starting;
    cerebro.deps.log.info({ signal }, 'parando: no empieza nada nuevo y los robots terminan o vuelven a la cola');
    await cerebro.stop();
    await logs.close();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop(signal));
};

let logs: Logs | undefined;
try {
  const environment = readEnvironment();
  const config = parseConfig(environment);
  logs = openConfiguredLogs(config, { stdout: true });
  const { log } = logs;
  for (const { given, now } of formerNames(environment)) log.warn({ given, now }, `${given} sigue valiendo, pero ahora se llama ${now}`);
  for (const { name, why } of config.provenance.leftOver) log.warn({ name }, `${name} ${why}`);
  const starting = startCerebro(config, { log });
  stopOnSignals(starting, logs);
  const { url, firstUrl } = await starting;
  process.stdout.write(`Cerebro: ${url}\n`);
  if (firstUrl !== null) process.stdout.write(`Sin usuarios, solo en esta máquina. Primer administrador (un uso, 24 horas): ${firstUrl}\n`);
} catch (thrown) {
  const error = asError(thrown);
  process.stderr.write(`${error instanceof CerebroError ? error.message : error.stack}\n`);
  await logs?.close();
  process.exit(1);
}
