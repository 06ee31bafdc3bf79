import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { followFilings } from '#server/ejecuciones/follow-filings.ts';
import { createFirstLink, ensureAdmin, type FirstLink } from './acceso/primera.ts';
import { hasUsers } from './acceso/queries.ts';
import { buildApp } from './app.ts';
import { raise, resolve } from './avisos/raise.ts';
import type { Config } from './config.ts';
import { closeUnfinishedCopies } from './datos/copiar.ts';
import { holdRestored } from './datos/hold-restored.ts';
import { type Db, type FolderLock, lockFolder, openDatabase } from './db/open.ts';
import type { Deps } from './deps.ts';
import { openCallbackServer } from './ejecuciones/callback-server.ts';
import { createDispatcher, type Dispatcher } from './ejecuciones/dispatch.ts';
import { recoverOrphans } from './ejecuciones/recover.ts';
import { ensureLocalSlots } from './equipos/local-slots.ts';
import { openControlRoom } from './gateways/a360/open.ts';
import { openLoadProviders } from './gateways/carga/open.ts';
import { openCorreo, openWebhook } from './gateways/correo/open.ts';
import { createEvidence } from './gateways/evidencias/evidence.ts';
import { readCertificate } from './gateways/navegador/certificate.ts';
import { provisionBrowser } from './gateways/navegador/provision.ts';
import { openOrigen } from './gateways/origen/open.ts';
import { createRobotPool } from './gateways/pool/piscina.ts';
import type { RobotPool } from './gateways/pool/pool.ts';
import { createPapers } from './gateways/xvia/plain.ts';
import { type Clock, isoNow, systemClock } from './lib/clock.ts';
import { asError, CerebroError } from './lib/errors.ts';
import { createHub, type Hub } from './lib/hub.ts';
import type { Log } from './lib/log.ts';
import type { Measure } from './lib/measure.ts';
import { hideSecrets } from './lib/secrets.ts';
import { interruptLotes } from './lotes/interrupt.ts';
import { createMeters } from './metricas/meters.ts';
import { createScheduler, type Scheduler } from './scheduler/clock.ts';
import { cyclesOf } from './scheduler/cycles.ts';
import { wakeBalancing } from './scheduler/drain-wake.ts';
import { watchForeignWrites } from './scheduler/foreign-writes.ts';
import { wakeIndexing } from './scheduler/index-wake.ts';
import { keepingUnexpected } from './scheduler/keep-unexpected.ts';
import { followLevel } from './sistema/log-files.ts';
import { secretValues } from './sistema/secret-values.ts';

export type StartOptions = {
  readonly log: Log;
  /** false = the cycles run only when somebody orders them (the drained demo). */
  readonly clockRuns?: boolean;
  readonly clock?: Clock;
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
  /** No new work, robots finish or go back within the grace, everything closed in reverse. Safe to call twice. */
  stop(): Promise<void>;
};

/**
 * Opens every door in order, puts what a death left half done in its place, and begins to work.
 * What was opened is closed again, in reverse, when a later door does not open.
 * @throws CerebroError with a Spanish sentence for whatever a person can mend.
 */
export const startCerebro = async (config: Config, options: StartOptions): Promise<Cerebro> => {
  hideSecrets(secretValues(config));
  const closers = createClosers(options.log);
  try {
    return await open(config, options, closers);
  } catch (error) {
    await closers.close();
    throw error;
  }
};

const open = async (config: Config, options: StartOptions, closers: Closers): Promise<Cerebro> => {
  const { log, clock = systemClock } = options;
  openFolder(config, clock, closers);
  const db = openDatabase(config.DATA_DIR, clock);
  closers.add(() => db.close());
  const firstLink = await prepareAccess(config, { log, clock, db });
  const hub = createHub(log);
  const late: { scheduler?: Scheduler } = {};
  const meters = createMeters(clock);
  const { measure } = meters;
  const deps = await openDoors(config, { log, clock, db, hub, measure }, (name) => late.scheduler?.wakeNow(name), closers);
  closers.add(followLevel(deps));
  await putInPlace(deps);
  closers.add(followFilings(deps));

  const dispatcher = createDispatcher(deps);
  const cycles = cyclesOf(deps, dispatcher, () => late.scheduler?.state() ?? []).map((cycle) => keepingUnexpected(deps, cycle));
  const scheduler = createScheduler(deps, cycles);
  late.scheduler = scheduler;
  const url = await listen(buildApp(deps, { scheduler, dispatcher, firstLink, meters }), config, closers);
  const callbacks = await openCallbackServer(deps);
  if (callbacks) closers.add(() => callbacks.close());

  // Closed first: no request that lingers may keep the robots from hearing that it is time to stop.
  closers.add(() => stopWork(config, scheduler, dispatcher));
  dispatcher.start();
  if (options.clockRuns ?? true) scheduler.start();
  else scheduler.start(['despachar', 'indexar']);
  closers.add(watchForeignWrites(db, () => changedFromOutside(deps)));
  closers.add(wakeIndexing(hub, deps.wake));
  closers.add(wakeBalancing(deps));
  deps.wake('despachar');
  log.info({ url }, 'Cerebro está en marcha');
  return { url, firstUrl: firstLink && url + firstLink.path, deps, scheduler, dispatcher, stop: closers.close };
};

/** Both at once, each within the grace; the panel goes on answering meanwhile. */
const stopWork = async (config: Config, scheduler: Scheduler, dispatcher: Dispatcher): Promise<void> => {
  const graceMs = config.GRACIA_PARADA_SEG * 1000;
  // A deploy whose answer is waited for must not be cut.
  const a360Ms = config.AA_URL === undefined ? 0 : config.LANZADOR_SHUTDOWN_TIMEOUT_SEG * 1000;
  await Promise.all([dispatcher.stop(graceMs), scheduler.stop(Math.max(graceMs, a360Ms))]);
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

const openFolder = (config: Config, clock: Clock, closers: Closers): FolderLock => {
  const lock = lockFolder(config.DATA_DIR, clock);
  closers.add(() => lock.release());
  const scratch = join(config.DATA_DIR, 'tmp');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  // Browser profiles of attempts that died must not pile up in the machine's own temporary folder.
  process.env[process.platform === 'win32' ? 'TEMP' : 'TMPDIR'] = scratch;
  return lock;
};

const openDoors = async (
  config: Config,
  tools: { log: Log; clock: Clock; db: Db; hub: Hub; measure: Measure },
  wake: Deps['wake'],
  closers: Closers,
): Promise<Deps> => {
  const origen = openOrigen(config.ORIGEN_URL, { useUtc: config.ORIGEN_USE_UTC, readOnly: config.ORIGEN_SOLO_LECTURA });
  closers.add(() => origen.close());
  const pool = await openPool(config, tools);
  closers.add(() => pool.close(0));
  const papers = config.XVIA_URL === undefined ? null : createPapers(config.XVIA_URL);
  const a360 = openControlRoom(config, tools);
  closers.add(() => a360?.close());
  const carga = openLoadProviders(config, tools);
  closers.add(() => Promise.all(carga.map((one) => one.close())));
  const told = { correo: openCorreo(config), webhook: openWebhook(config) };
  const doors = { origen, papers, a360, carga, ...told, ...certificateOf(config), pool, evidence: createEvidence(config.DATA_DIR) };
  return { config, ...tools, ...doors, wake };
};

const certificateOf = ({ CERTIFICADO_PFX: file, CERTIFICADO_PASSWORD }: Config): Pick<Deps, 'certificado'> =>
  file === undefined ? {} : { certificado: () => readCertificate(file, CERTIFICADO_PASSWORD ?? '') };

const noBrowserClave = 'navegador_no_disponible';

/** The threads with their browser. Without a browser the house still opens: recursos wait, and an aviso says what to do. */
const openPool = async (config: Config, { log, clock, db }: { log: Log; clock: Clock; db: Db }): Promise<RobotPool> => {
  try {
    const browser = await provisionBrowser({
      configured: config.NAVEGADOR,
      visible: config.NAVEGADOR_VISIBLE,
      certificate: config.CERTIFICADO_PFX !== undefined,
      install: true,
      log,
    });
    await db.write(() => resolve(db, isoNow(clock), noBrowserClave));
    return createRobotPool({ size: config.WORKERS, databaseFile: db.sqlite.name, browser, log });
  } catch (thrown) {
    const error = asError(thrown);
    log.error({ err: error }, 'sin navegador no se presenta nada');
    const aviso = { clave: noBrowserClave, nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const;
    await db.write(() => raise(db, isoNow(clock), { ...aviso, titulo: 'No hay navegador para los robots', detalle: error.message }));
    return closedPool(error);
  }
};

/** A pool nobody can work in. */
const closedPool = (reason: Error): RobotPool => ({
  size: 0,
  run: () => Promise.reject(reason),
  askToStop: () => undefined,
  onHint: () => () => undefined,
  close: () => Promise.resolve(),
});

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
  try {
    return await app.listen({ host: config.HOST, port: config.PORT });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    const sentence = `El puerto ${config.PORT} de ${config.HOST} ya está en uso: cierre el otro programa o elija otro con PORT.`;
    throw new CerebroError('puerto_en_uso', sentence, { cause: error });
  }
};

type Closers = { add(close: () => unknown): void; close(): Promise<void> };

/** What was opened, closed in reverse; a door that does not close never keeps the others open. */
const createClosers = (log: Log): Closers => {
  const stack: (() => unknown)[] = [];
  let closing: Promise<void> | null = null;
  const closeAll = async (): Promise<void> => {
    for (const close of stack.reverse()) {
      try {
        await close();
      } catch (error) {
        log.error({ err: error }, 'una puerta no se ha cerrado bien');
      }
    }
  };
  return {
    add: (close) => stack.push(close),
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};
