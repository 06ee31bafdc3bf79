import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, type Environment, parseConfig } from '#server/config.ts';
import { lockFolder, openDatabase } from '#server/db/open.ts';
import { isoNow, systemClock } from '#server/lib/clock.ts';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { logFolder, openConfiguredLogs } from '#server/sistema/log-files.ts';
import { type Cerebro, startCerebro } from '#server/start.ts';
import { type DemoOrder, parseArguments } from './arguments.ts';
import { drain } from './drain.ts';
import { drip } from './drip.ts';
import { type DemoPlace, demoEnvironment, demoPlace } from './environment.ts';
import { withPanelPort } from './environment-a360.ts';
import { houseOf } from './house.ts';
import { prepareDemo } from './prepare.ts';
import { prepareA360 } from './prepare-a360.ts';
import { createProgress, leftOver } from './progress.ts';
import { createSampleSource } from './source/create.ts';
import { summarise, table } from './summary.ts';
import { discrepancies, readAccounts } from './verify.ts';
import { startWorld, type World } from './world-child.ts';

/** stdout carries the address and the table; everything else a person reads meanwhile goes to stderr. */
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

/** Aborted by the first Ctrl+C or SIGTERM; the second one ends the process at once. */
const politeEnd = (): AbortController => {
  const ending = new AbortController();
  const onSignal = () => {
    if (ending.signal.aborted) process.exit(130);
    tell('Terminando: los robots acaban lo que presentan o lo devuelven a la cola…');
    ending.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, onSignal);
  return ending;
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The folder is ours and, unless it was given, empty; the sample stands in it and the organismos are switched on. */
const prepareFolder = async (place: DemoPlace, { sede, a360 }: World): Promise<void> => {
  const lock = lockFolder(place.dataDir);
  try {
    const db = openDatabase(place.dataDir);
    await db.write(() => {
      prepareDemo(db, sede);
      if (a360 !== null) prepareA360(db);
    });
    db.close();
  } finally {
    lock.release();
  }
};

/** Real trámites filed at the simulated sede would be lost: a folder with data and without a simulated world is not the demo's. */
const refuseForeignFolder = ({ dataDir, fresh }: DemoPlace): void => {
  if (fresh || !existsSync(join(dataDir, 'cerebro.db')) || existsSync(join(dataDir, 'mundo'))) return;
  const sentence = `La carpeta ${dataDir} guarda datos que no son de una demostración: use otra con DATA_DIR.`;
  throw new CerebroError('carpeta_ajena', sentence);
};

const emptyFolder = (place: DemoPlace): void => {
  refuseForeignFolder(place);
  // Refuses while another demo works in it.
  lockFolder(place.dataDir).release();
  if (place.fresh) rmSync(place.dataDir, { recursive: true, force: true });
};

const run = async (order: DemoOrder, env: Environment, ending: AbortController): Promise<number> => {
  const place = demoPlace(env, order.origen);
  emptyFolder(place);
  if (place.sampleFile !== null) createSampleSource(place.sampleFile);
  const world = await startWorld(place);
  try {
    await prepareFolder(place, world);
    const config = parseConfig(demoEnvironment(world.a360 === null ? env : await withPanelPort(env), place, world));
    return await runHouse(order, { config, place, world, ending });
  } finally {
    await world.stop();
  }
};

type Stage = { readonly config: Config; readonly place: DemoPlace; readonly world: World; readonly ending: AbortController };

/** Cerebro over the world until somebody ends it, or the world ends, or there is nothing left to do. */
const runHouse = async (order: DemoOrder, stage: Stage): Promise<number> => {
  const { config, world, ending } = stage;
  const logs = openConfiguredLogs(config, { stdout: false });
  const startedAt = isoNow(systemClock);
  const cerebro = await startCerebro(config, { log: logs.log, clockRuns: !order.vaciar, keepsStarts: false });
  const watched = watchWorld(world, ending);
  try {
    process.stdout.write(`Cerebro: ${cerebro.url}\n`);
    tell(`Sede simulada: ${world.sede}/registro.json · Registros: ${join(logFolder(config), 'cerebro.log')} · Ctrl+C para terminar`);
    if (world.a360 !== null) tell(`Control Room simulado: ${world.a360}/registro.json, con sus fallos en ${world.a360}/fallos`);
    if (world.carga !== null) tell(`Clouders simulado: ${world.carga}/tickets, con sus fallos en ${world.carga}/fallos`);
    if (world.origen !== null) tell(`SQL Server simulado, con sus fallos: http://127.0.0.1:${URL.parse(world.origen)?.port}/fallos`);
    if (order.vaciar) return await empty(cerebro, stage, startedAt);
    await stayOpen(cerebro, order, stage);
    return watched.lost ? 1 : 0;
  } finally {
    watched.over = true;
    await cerebro.stop();
    await logs.close();
  }
};

/** Without its world the demo has nothing to work with: it says so and ends. */
const watchWorld = (world: World, ending: AbortController): { over: boolean; lost: boolean } => {
  const watched = { over: false, lost: false };
  void world.ended.then(() => {
    if (watched.over || ending.signal.aborted) return;
    watched.lost = true;
    tell('El mundo simulado ha terminado antes de tiempo: la demostración se cierra.');
    ending.abort();
  });
  return watched;
};

const stayOpen = async (cerebro: Cerebro, order: DemoOrder, { place, ending }: Stage): Promise<void> => {
  if (order.goteo && place.sampleFile === null) tell('--goteo no añade nada: los recursos son los de ORIGEN_URL.');
  const dripping = order.goteo && place.sampleFile !== null ? drip(place.sampleFile, cerebro.deps, ending.signal) : Promise.resolve();
  await Promise.all([dripping, aborted(ending.signal)]);
};

/** `--vaciar`: drains, tells it, compares the books. Exit code 0 only when nothing was lost and nothing filed twice. */
const empty = async (cerebro: Cerebro, { world, ending }: Stage, startedAt: string): Promise<number> => {
  const { deps } = cerebro;
  await cerebro.robotsKnown;
  if (deps.pool.size === 0) throw new CerebroError('sin_navegador', 'No hay navegador para los robots: npm run doctor dice qué falta.');
  const progress = createProgress(deps.clock, tell);
  const house = houseOf(cerebro, (work) => progress(deps.db, work));
  const work = await drain(house, ending.signal);
  process.stdout.write(`${table(summarise(deps.db, startedAt))}\n`);
  for (const line of leftOver(work)) process.stdout.write(`${line}\n`);
  if (ending.signal.aborted) return 1;
  const wrong = discrepancies(await readAccounts(deps, world.sede));
  for (const line of wrong) process.stdout.write(`${line}\n`);
  process.stdout.write(wrong.length === 0 ? 'Nada se ha perdido y nada se ha presentado dos veces.\n' : 'Las cuentas no cuadran.\n');
  return wrong.length === 0 ? 0 : 1;
};

/** Blank values count as not given, as in the product's own configuration; but a blank port means: without that part. */
const givenEnvironment = (): Environment =>
  Object.fromEntries(
    Object.entries(process.env).filter(([key, value]) => value?.trim() || ['DEMO_A360_PORT', 'DEMO_CARGA_PORT'].includes(key)),
  );

try {
  process.exitCode = await run(parseArguments(process.argv.slice(2)), givenEnvironment(), politeEnd());
} catch (thrown) {
  const error = asError(thrown);
  tell(error instanceof CerebroError ? error.message : (error.stack ?? error.message));
  process.exitCode = 1;
}
