import type { FastifyInstance } from 'fastify';
import { followFilings } from '#server/ejecuciones/follow-filings.ts';
import { createFirstLink, ensureAdmin, type FirstLink } from './acceso/primera.ts';
import { hasUsers } from './acceso/queries.ts';
import { buildApp } from './app.ts';
import { type Closers, createClosers } from './closers.ts';
import type { Config } from './config.ts';
import { closeUnfinishedCopies } from './datos/copiar.ts';
import { holdRestored } from './datos/hold-restored.ts';
import type { Db } from './db/open.ts';
import type { Deps } from './deps.ts';
import { openCallbackServer } from './ejecuciones/callback-server.ts';
import { createDispatcher, type Dispatcher } from './ejecuciones/dispatch.ts';
import { recoverOrphans } from './ejecuciones/recover.ts';
import { ensureLocalSlots } from './equipos/local-slots.ts';
import { openFolder, scratchOf } from './folder.ts';
import { type Clock, isoNow, systemClock } from './lib/clock.ts';
import { asError, CerebroError } from './lib/errors.ts';
import { createHub } from './lib/hub.ts';
import { listenAt } from './lib/listen.ts';
import type { Log } from './lib/log.ts';
import { hideSecrets } from './lib/secrets.ts';
import { interruptLotes } from './lotes/interrupt.ts';
import { holdOf } from './mantenimiento/queries.ts';
import { createMeters } from './metricas/meters.ts';
import { openDoors } from './outside.ts';
import { createScheduler, type Scheduler } from './scheduler/clock.ts';
import { cyclesOf } from './scheduler/cycles.ts';
import { wakeBalancing } from './scheduler/drain-wake.ts';
import { watchForeignWrites } from './scheduler/foreign-writes.ts';
import { wakeIndexing } from './scheduler/index-wake.ts';
import { keepingUnexpected } from './scheduler/keep-unexpected.ts';
import { type Arranque, beginArranque, type Ending, endArranque, forgetDeaths, wellAfterMs } from './sistema/arranques.ts';
import { tellBlocked } from './sistema/bloqueo.ts';
import { followLevel } from './sistema/log-files.ts';
import { secretValues } from './sistema/secret-values.ts';
import { version } from './version.ts';

export type StartOptions = {
  readonly log: Log;
  /** false = the cycles run only when somebody orders them (the drained demo). */
  readonly clockRuns?: boolean;
  readonly clock?: Clock;
  /** false = starts are not written down, and those that died are not counted (the demo, which people kill as they like). */
  readonly keepsStarts?: boolean;
};

/** The whole house, running. */
export type Cerebro = {
  /** Address of the panel. */
  readonly url: string;
  /** Where the first administrator is made; null when there are users. */
  readonly firstUrl: string | null;
  readonly deps: Deps;
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  /** Settles once it is known whether the robots have a browser; until then no slot works. */
  readonly robotsKnown: Promise<void>;
  /** No new work, robots finish or go back within the grace, everything closed in reverse. Safe to call twice. */
  stop(ending?: Ending): Promise<void>;
  /** Cuts the grace of the stop, the present one or the next. */
  hasten(): void;
};

/**
 * Opens every door in order, puts what a death left half done in its place, and begins to work.
 * What was opened is closed again, in reverse, when a later door does not open.
 * @throws CerebroError with a Spanish sentence for whatever a person can mend.
 */
export const startCerebro = async (config: Config, options: StartOptions): Promise<Cerebro> => {
  hideSecrets(secretValues(config));
  const life: Life = { closers: createClosers(options.log), hurry: new AbortController(), ending: { motivo: 'Parada en orden.' } };
  try {
    return await open(config, options, life);
  } catch (error) {
    life.ending = { motivo: `No pudo arrancar: ${asError(error).message}` };
    await life.closers.close();
    throw error;
  }
};

/** What is open, and how it will end. */
type Life = { readonly closers: Closers; readonly hurry: AbortController; ending: Ending };

const open = async (config: Config, options: StartOptions, life: Life): Promise<Cerebro> => {
  const { log, clock = systemClock } = options;
  const { closers } = life;
  const db = openFolder(config.DATA_DIR, clock, closers.add);
  // Browser profiles of attempts that died must not pile up in the machine's own temporary folder.
  process.env[process.platform === 'win32' ? 'TEMP' : 'TMPDIR'] = scratchOf(config.DATA_DIR);
  const arranque = options.keepsStarts === false ? unkept : await keepStart({ db, clock }, life, config.DATA_DIR);
  const firstLink = await prepareAccess(config, { log, clock, db });
  const hub = createHub(log);
  const late: { scheduler?: Scheduler } = {};
  const meters = createMeters(clock);
  const { measure } = meters;
  const wake = (name: string) => late.scheduler?.wakeNow(name);
  const { deps, robots } = openDoors(config, { log, clock, db, hub, measure }, wake, closers);
  closers.add(followLevel(deps));
  await putInPlace(deps);
  closers.add(followFilings(deps));

  const dispatcher = createDispatcher(deps);
  const cycles = cyclesOf(deps, dispatcher, () => late.scheduler?.state() ?? []).map((cycle) => keepingUnexpected(deps, cycle));
  const tools = { ...deps, holdOf: (cycle: string, ordered: boolean) => holdOf(db, cycle, ordered) };
  const scheduler = createScheduler(tools, cycles);
  late.scheduler = scheduler;
  const url = await listen(buildApp(deps, { scheduler, dispatcher, firstLink, meters }), config, closers);
  const callbacks = await openCallbackServer(deps);
  if (callbacks) closers.add(() => callbacks.close());

  // Closed first: no request that lingers may keep the robots from hearing that it is time to stop.
  closers.add(() => stopWork(config, { scheduler, dispatcher }, life.hurry.signal));
  closers.add(beginWork({ deps, scheduler, dispatcher }, arranque, options.clockRuns ?? true));
  closers.add(watchForeignWrites(deps, () => changedFromOutside(deps)));
  closers.add(wakeIndexing(hub, deps.wake));
  closers.add(wakeBalancing(deps));
  deps.wake('despachar');
  log.info({ url, version }, 'Cerebro está en marcha');
  const stop = (ending: Ending = life.ending): Promise<void> => {
    life.ending = ending;
    return closers.close();
  };
  const firstUrl = firstLink && url + firstLink.path;
  return { url, firstUrl, deps, scheduler, dispatcher, robotsKnown: robots.known, stop, hasten: () => life.hurry.abort() };
};

const unkept: Pick<Arranque, 'deaths' | 'restMs'> = { deaths: 0, restMs: 0 };

/** Writes down that it has started, how it ends, and that it is well again once it has lived long enough. */
const keepStart = async (tools: { db: Db; clock: Clock }, life: Life, dataDir: string): Promise<Arranque> => {
  await tellBlocked(tools, dataDir);
  const arranque = await beginArranque(tools, version);
  life.closers.add(() => endArranque(tools, arranque, life.ending));
  const over = new AbortController();
  const well = tools.clock.sleep(wellAfterMs, over.signal).then(() => (over.signal.aborted ? undefined : forgetDeaths(tools)));
  // Nobody waits for it before the stop, which tells: a disk that is full by then must not end the house.
  well.catch(() => undefined);
  life.closers.add(async () => {
    over.abort();
    await well;
  });
  return arranque;
};

type Workers = { readonly deps: Deps; readonly scheduler: Scheduler; readonly dispatcher: Dispatcher };

/** Who sends the avisos does not rest: they tell that everybody else does. */
const restless: ReadonlySet<string> = new Set(['avisar']);

/** Works at once, or after the rest that starts which died in a row bring. Answers how not to begin any more. */
const beginWork = ({ deps, scheduler, dispatcher }: Workers, { restMs, deaths }: Pick<Arranque, 'deaths' | 'restMs'>, all: boolean) => {
  const names = all ? scheduler.state().map(({ name }) => name) : ['despachar', 'indexar'];
  const begin = () => {
    dispatcher.start();
    scheduler.start(restMs === 0 ? names : names.filter((name) => !restless.has(name)));
    deps.hub.changed({ entity: 'any' });
  };
  const over = new AbortController();
  if (restMs === 0) begin();
  else {
    deps.log.warn({ deaths, restMs }, 'demasiados arranques seguidos sin parar en orden: se espera antes de trabajar');
    scheduler.start(names.filter((name) => restless.has(name)));
    void deps.clock.sleep(restMs, over.signal).then(() => over.signal.aborted || begin());
  }
  return () => over.abort();
};

/** How long a stop may take at the most, with what is closed after the work. */
export const longestStopMs = (config: Config): number => graceOf(config).cycles + 30_000;

const graceOf = (config: Config): { readonly robots: number; readonly cycles: number } => {
  const robots = config.GRACIA_PARADA_SEG * 1000;
  // A deploy whose answer is waited for must not be cut.
  const a360 = config.AA_URL === undefined ? 0 : config.LANZADOR_SHUTDOWN_TIMEOUT_SEG * 1000;
  return { robots, cycles: Math.max(robots, a360) };
};

/** Both at once, each within the grace; the panel goes on answering meanwhile. */
const stopWork = async (config: Config, { scheduler, dispatcher }: Omit<Workers, 'deps'>, hurry: AbortSignal): Promise<void> => {
  const grace = graceOf(config);
  await Promise.all([dispatcher.stop(grace.robots, hurry), scheduler.stop(grace.cycles, hurry)]);
};

const changedFromOutside = (deps: Deps): void => {
  deps.hub.changed({ entity: 'any' });
  deps.wake('despachar');
};

const loopback = new Set(['127.0.0.1', 'localhost', '::1']);

/** The administrator of `ADMIN_PASSWORD`, or else, while there is nobody, the link that makes the first one. */
const prepareAccess = async (config: Config, tools: { log: Log; clock: Clock; db: Db }): Promise<FirstLink | null> => {
  await ensureAdmin({ config, ...tools });
  if (hasUsers(tools.db)) return null;
  refuseOpenDoors(config);
  return createFirstLink(tools.clock);
};

/** Nobody can sign in yet: the panel must not be reachable from other machines. */
const refuseOpenDoors = (config: Config): void => {
  if (loopback.has(config.HOST)) return;
  throw new CerebroError(
    'sin_usuarios',
    `HOST=${config.HOST} no se admite mientras no haya usuarios: el panel solo puede escuchar en esta máquina (127.0.0.1). Con ADMIN_PASSWORD se crea el primero.`,
  );
};

/** What a death left half done: cycles and orders for many that never ended, slots, trámites found in `processing`. */
const putInPlace = async (deps: Deps): Promise<void> => {
  const { db, clock, config } = deps;
  await db.write(() => {
    db.sql("UPDATE cycles SET outcome = 'aborted', ended_at = ? WHERE outcome = 'running'").run(isoNow(clock));
    interruptLotes(db, isoNow(clock));
    closeUnfinishedCopies(deps);
    ensureLocalSlots(db, config.WORKERS);
  });
  await recoverOrphans(deps);
  await holdRestored(deps);
};

const listen = async (app: FastifyInstance, config: Config, closers: Closers): Promise<string> => {
  closers.add(() => app.close());
  return await listenAt(app, { host: config.HOST, port: config.PORT, named: { host: 'HOST', port: 'PORT' } });
};
