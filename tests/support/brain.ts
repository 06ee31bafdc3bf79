import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parseConfig } from '#server/config.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import type { Origen } from '#server/gateways/origen/origen.ts';
import { openSqliteOrigen } from '#server/gateways/origen/sqlite.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type CycleSummary, runClaimCycle } from '#server/recursos/cycle.ts';
import { type Cell, type Row, scratchFolder, type Tables, writeSource } from './source.ts';

export const us = 'Cerebro Prueba';

/** A recurso that xaloc_girona claims, but for what `over` says. */
export const recurso = (idRecurso: Cell, over: Row = {}): Row => ({
  idRecurso,
  Expedient: `2025/${String(idRecurso).slice(-6).padStart(6, '1')}-MUL`,
  Organisme: 'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
  TExp: 2,
  Estado: 0,
  UsuarioAsignado: null,
  FAlta: '2025-01-15',
  ...over,
});

/** The nth operation of the brain, and whether it has been carried out. */
export type Moment = { readonly nth: number; readonly name: string; readonly done: boolean };

/** The brain over a database and an embedded source of its own. */
export type Brain = {
  readonly deps: Deps;
  readonly db: Db;
  readonly file: string;
  readonly woken: string[];
  /** The source as others see it. */
  readonly source: Database.Database;
  cycle(signal?: AbortSignal): Promise<CycleSummary>;
  /** INSERTs an organismo as a person would from a SQLite client. */
  organismo(siteId: string, columns?: Row): void;
  /** Replaces verbs of the source for the verbs that follow. */
  breakSource(broken: Partial<Origen>): void;
  mendSource(): void;
  /**
   * Counts every question to the source and every local write from now on, and calls `meet` before and after each; what
   * it throws is thrown by the verb. Answers how to stop.
   */
  watch(meet: (moment: Moment) => void): () => void;
  /** Columns of the one row, or null. */
  one(sql: string, ...values: Cell[]): Record<string, unknown> | null;
  column(sql: string, ...values: Cell[]): unknown[];
  at(idRecurso: Cell): Record<string, unknown>;
  close(): Promise<void>;
};

/** xaloc_girona is on, as the migrations seed it, unless `xaloc` is false. */
export const openBrain = (
  tables: Tables | readonly Row[],
  options: { env?: Record<string, string>; clock?: Clock; xaloc?: boolean; patienceMs?: number } = {},
): Brain => {
  const folder = scratchFolder();
  const file = join(folder.path, 'origen.db');
  writeSource(file, Array.isArray(tables) ? { RecursosExp: tables } : (tables as Tables));
  const { clock = systemClock, patienceMs = 10_000 } = options;
  const config = parseConfig({ ORIGEN_URL: `sqlite:${file}`, BOT_USER: us, DATA_DIR: join(folder.path, 'data'), ...options.env });
  const memory = openMemoryDatabase(clock);
  let meet: (moment: Moment) => void = () => undefined;
  let count = 0;
  const met = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const nth = ++count;
    meet({ nth, name, done: false });
    const answer = await work();
    meet({ nth, name, done: true });
    return answer;
  };
  const db: Db = { ...memory, write: (change, durable) => met('write', () => memory.write(change, durable)) };
  if (options.xaloc ?? true) db.sqlite.exec("UPDATE organismo_config SET active = 1 WHERE site_id = 'xaloc_girona'");
  const real = openSqliteOrigen(file, { patienceMs, clock });
  const source = new Database(file);
  const log = silentLog();
  const woken: string[] = [];
  const house = {
    ...{
      config,
      clock,
      db,
      log,
      hub: createHub(log),
      papers: null,
      a360: null,
      correo: null,
      webhook: null,
      carga: [],
      evidence: createEvidence(config.DATA_DIR),
    },
    pool: {
      size: 0,
      run: () => Promise.reject(new Error('nobody works here')),
      askToStop: () => undefined,
      onHint: () => () => undefined,
      close: async () => undefined,
    },
    wake: (cycle: string) => void woken.push(cycle),
  };
  let origen: Origen = real;
  const deps: Deps = Object.defineProperty(house, 'origen', { get: () => origen }) as unknown as Deps;
  const pluck = (sql: string) => db.sqlite.prepare(sql).pluck();
  return {
    ...{ deps, db, file, woken, source },
    cycle: (signal = new AbortController().signal) => runClaimCycle(deps, signal),
    organismo: (siteId, columns = {}) => {
      const row: Row = {
        query_organisme: '%XALOC%',
        filtro_texp: '2,3',
        regex_expediente: '.*',
        url_template: null,
        active: 1,
        ...columns,
        site_id: siteId,
      };
      const names = Object.keys(row);
      db.sqlite.prepare(`INSERT INTO organismo_config (${names}) VALUES (${names.map(() => '?')})`).run(Object.values(row));
    },
    breakSource: (broken) => {
      origen = { ...real, ...broken };
    },
    watch: (listener) => {
      count = 0;
      meet = listener;
      origen = watched(real, met);
      return () => {
        meet = () => undefined;
        origen = real;
      };
    },
    mendSource: () => {
      origen = real;
    },
    one: (sql, ...values) => (db.sqlite.prepare(sql).get(...values) as Record<string, unknown> | undefined) ?? null,
    column: (sql, ...values) => pluck(sql).all(...values),
    at: (idRecurso) =>
      source.prepare('SELECT TExp, Estado, UsuarioAsignado FROM RecursosExp WHERE idRecurso = ?').get(idRecurso) as Record<string, unknown>,
    close: async () => {
      source.close();
      await real.close();
      db.close();
      folder.drop();
    },
  };
};

/** Opens a brain for one test and takes it away again. */
export const withBrain = async (
  tables: Parameters<typeof openBrain>[0],
  work: (brain: Brain) => Promise<void>,
  options?: Parameters<typeof openBrain>[1],
): Promise<void> => {
  const brain = openBrain(tables, options);
  try {
    await work(brain);
  } finally {
    await brain.close();
  }
};

/** The source with every verb announced; a search counts as one operation per page. */
const watched = (origen: Origen, met: <T>(name: string, work: () => Promise<T>) => Promise<T>): Origen => {
  const paged = <T>(name: string, pages: AsyncIterable<T>): AsyncIterable<T> => ({
    [Symbol.asyncIterator]: () => {
      const inner = pages[Symbol.asyncIterator]();
      return { next: () => met(name, () => inner.next()), return: async () => ({ done: true as const, value: undefined }) };
    },
  });
  return {
    ...origen,
    discover: (rule, options) => paged('discover', origen.discover(rule, options)),
    heldBy: (user, options) => paged('heldBy', origen.heldBy(user, options)),
    rows: (ids) => met('rows', () => origen.rows(ids)),
    claim: (ids, rule, user) => met('claim', () => origen.claim(ids, rule, user)),
    read: (ids) => met('read', () => origen.read(ids)),
    release: (original, user) => met('release', () => origen.release(original, user)),
    attachments: (ids) => met('attachments', () => origen.attachments(ids)),
  };
};
