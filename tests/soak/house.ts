import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildApp } from '#server/app.ts';
import { parseConfig } from '#server/config.ts';
import { type Db, openDatabase } from '#server/db/open.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { addRecursos, createSampleSource } from '#server/demo/source/create.ts';
import type { Deps } from '#server/deps.ts';
import { createDispatcher, type Dispatcher } from '#server/ejecuciones/dispatch.ts';
import { ensureLocalSlots } from '#server/equipos/local-slots.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
import type { Papers } from '#server/gateways/xvia/papers.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { openLogs } from '#server/lib/log.ts';
import { createScheduler, type Scheduler } from '#server/scheduler/clock.ts';
import { cyclesOf } from '#server/scheduler/cycles.ts';
import { wakeIndexing } from '#server/scheduler/index-wake.ts';
import { type ManualClock, manualClock, settled } from '#tests/support/manual-clock.ts';
import { createToldPool, type ToldPool } from '#tests/support/told-pool.ts';
import { plantOld } from './plant.ts';

/** The whole house over real files, with time in our hands and robots without browsers. */
export type SoakHouse = {
  readonly deps: Deps;
  readonly db: Db;
  readonly clock: ManualClock;
  readonly scheduler: Scheduler;
  readonly dispatcher: Dispatcher;
  readonly app: ReturnType<typeof buildApp>;
  /** Puts that many recursos at the source; some of their robots will fail once, or die. */
  arrive(count: number): void;
  /** Moves time on, and waits until nobody works any more. */
  pass(ms: number): Promise<void>;
  /** What tests remember of each robot is no part of what is measured. */
  forget(): void;
  close(): Promise<void>;
};

const threads = 4;
/** Little, so that a day sees many files come and go. */
const logBytes = 128 * 1024;
export const logsKept = 3;
export const copiesKept = 2;
export const logsFolder = (folder: string): string => join(folder, 'datos', 'logs');

/** @param oldRows of each kind that retention removes, planted before anything runs */
export const openSoakHouse = async (folder: string, oldRows: number): Promise<SoakHouse> => {
  const source = join(folder, 'origen.db');
  createSampleSource(source, { bodies: {}, traps: false });
  const clock = manualClock();
  const db = openDatabase(join(folder, 'datos'), clock);
  const logs = openLogs({
    ...{ folder: logsFolder(folder), maxBytes: logBytes, keep: logsKept, clock: systemClock, level: 'info', stdout: false },
    tell: (sentence) => process.stderr.write(`${sentence}\n`),
  });
  const { log } = logs;
  const pool = createToldPool(() => db, threads);
  const late: { scheduler?: Scheduler } = {};
  const deps = depsOf({ folder, source, clock, db, log, pool, hub: createHub(log), wake: (name) => late.scheduler?.wakeNow(name) });
  await db.write(() => {
    prepareDemo(db, 'http://127.0.0.1:9');
    ensureLocalSlots(db, threads);
  });
  await plantOld(db, deps.config.DATA_DIR, { rows: oldRows, now: clock.now().toISOString() });
  const dispatcher = createDispatcher(deps);
  const scheduler = createScheduler(deps, cyclesOf(deps, dispatcher));
  late.scheduler = scheduler;
  const app = buildApp(deps, { scheduler, dispatcher, firstLink: null });
  dispatcher.start();
  scheduler.start();
  const quiet = wakeIndexing(deps.hub, deps.wake);
  return {
    ...{ deps, db, clock, scheduler, dispatcher, app },
    arrive: (count) => tellSome(pool, addRecursos(source, 'xaloc', count)),
    pass: async (ms) => {
      await clock.advance(ms);
      await rest({ clock, scheduler, dispatcher });
    },
    forget: () => {
      (pool.tasks as unknown[]).length = 0;
      (pool.answers as unknown[]).length = 0;
    },
    close: async () => {
      quiet();
      const stopping = Promise.all([dispatcher.stop(1000), scheduler.stop(1000)]);
      await clock.advance(10_000);
      await stopping;
      await app.close();
      await deps.origen.close();
      db.close();
      await logs.close();
    },
  };
};

type Parts = Pick<Deps, 'clock' | 'db' | 'log' | 'pool' | 'hub' | 'wake'> & { readonly folder: string; readonly source: string };

const depsOf = ({ folder, source, ...parts }: Parts): Deps => {
  const config = parseConfig({
    ...{ ORIGEN_URL: `sqlite:${source}`, BOT_USER: 'Cerebro Resistencia', DATA_DIR: join(folder, 'datos') },
    ...{ XVIA_URL: 'http://127.0.0.1:9', WORKERS: String(threads), CICLO_MAX_RECLAMACIONES: '100000' },
    // What is cleaned every so often must come round several times in a day.
    ...{ RETENCION_INTERVALO_HORAS: '6', COPIA_INTERVALO_HORAS: '6', COPIA_CONSERVAR: String(copiesKept), REINTENTO_BASE_SEG: '30' },
    RETENCION_EVIDENCIAS_DIAS: '730',
  });
  mkdirSync(config.DATA_DIR, { recursive: true });
  const origen = openOrigen(config.ORIGEN_URL);
  const outside = { origen, papers: onePaper, a360: null, carga: [], correo: null, webhook: null };
  return { config, ...parts, ...outside, evidence: createEvidence(config.DATA_DIR) };
};

const paper = Buffer.from(`%PDF-1.4 ${'recurso '.repeat(100)}`);

/** An intranet that hands over one small PDF for each recurso. */
const onePaper: Papers = {
  download: async ({ resourceId }, folder) => {
    const name = `recurso-${resourceId}.pdf`;
    const path = join(folder, name);
    await writeFile(path, paper);
    return [{ path, name, bytes: paper.length, sha256: '0'.repeat(64) }];
  },
  check: async () => undefined,
};

/** One in fifty fails for now and is repeated; one in a hundred loses its thread before anything was sent. */
const tellSome = (pool: ToldPool, arrived: readonly { readonly recurso: Readonly<Record<string, unknown>> }[]): void => {
  for (const { recurso } of arrived) {
    const id = String(recurso.idRecurso);
    if (Number(id) % 50 === 0) pool.tell(id, forNow, 'finish');
    if (Number(id) % 100 === 1) pool.tell(id, 'die', 'finish');
  }
};

const forNow = { kind: 'failed', code: 'portal_lento', message: 'La sede no contesta.', transient: true, doubtful: false } as const;

/** Turns of the event loop after which something that still works is taken to wait for time to pass. */
const patience = 2000;

/** Files and the database take real time; time itself moves on only for what rests meanwhile. */
const rest = async ({ clock, scheduler, dispatcher }: Pick<SoakHouse, 'clock' | 'scheduler' | 'dispatcher'>): Promise<void> => {
  const atWork = () => dispatcher.busy().used > 0 || scheduler.state().some(({ running }) => running);
  for (let turns = 0; atWork(); turns += 1) {
    await settled();
    if (turns % patience === patience - 1) await clock.advance(250);
  }
};
