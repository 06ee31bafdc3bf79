import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { enqueue, type NewTramite } from '#server/cola/enqueue.ts';
import { parseConfig } from '#server/config.ts';
import { type Db, openDatabase, openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createDispatcher, type Dispatcher } from '#server/ejecuciones/dispatch.ts';
import { ensureLocalSlots } from '#server/equipos/local-slots.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import type { Holding, Origen } from '#server/gateways/origen/origen.ts';
import type { Papers } from '#server/gateways/xvia/papers.ts';
import { isoNow } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import type { Forms } from '#server/robots/servable.ts';
import type { RobotForm } from '#workers/robot.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { createToldPool, type ToldPool } from './told-pool.ts';

export const botUser = 'Cerebro Prueba';

/** A robot whose form refuses payloads with `falta`, and files with `prohibido` in their name. */
export const tellForm = (robot = 'prueba'): RobotForm => ({
  robot,
  defaultStart: 'http://sede.test/inicio',
  defaultOrigins: ['http://sede.test'],
  steps: ['abrir', 'enviar', 'justificante'],
  checkParameters: (parametros) => (typeof parametros.correo === 'string' ? [] : ['Falta correo.']),
  fill: (payload) =>
    payload.falta
      ? { ok: false, code: 'datos_incompletos', problems: [`Falta ${payload.falta}.`] }
      : { ok: true, fields: payload, warnings: [] },
  checkFiles: (files) => files.filter((file) => file.name.includes('prohibido')).map((file) => `${file.name} no se admite.`),
});

/** The queue and its robots over a database in memory, with doors that do what they are told. */
export type QueueHouse = {
  readonly deps: Deps;
  readonly db: Db;
  readonly clock: ManualClock;
  readonly pool: ToldPool;
  readonly dispatcher: Dispatcher;
  readonly forms: Forms;
  readonly woken: string[];
  readonly changed: (string | number)[];
  /** Who holds each recurso at the source; ours unless a test says otherwise. */
  readonly holders: Map<string, Partial<Holding> | null>;
  /** What reading the source, and downloading papers, does; tests replace them. */
  readonly doors: { read: Origen['read']; download: Papers['download'] };
  /** Puts trámites of `site` into the queue; answers their ids in order. */
  queue(resourceIds: readonly string[], more?: Partial<NewTramite>): Promise<number[]>;
  /** An organismo with its robot; `modo` enviar unless said otherwise. */
  organismo(siteId: string, options?: { modo?: string; robot?: string | null; urlInicio?: string; parametros?: string | null }): void;
  row(id: number): Record<string, unknown>;
  statuses(): Record<string, string>;
  events(id: number): string[];
  /** Waits, in real time, until the condition holds. */
  until(condition: () => boolean, what: string): Promise<void>;
  /** Waits until no slot works. */
  idle(): Promise<void>;
};

export type QueueHouseOptions = {
  readonly threads?: number;
  readonly env?: Record<string, string>;
  readonly forms?: Forms;
  /** A data folder with a database on disk, which outlives the house. */
  readonly dataDir?: string;
};

export const openQueueHouse = (t: TestContext, { threads = 2, env = {}, forms, dataDir }: QueueHouseOptions = {}): QueueHouse => {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'cerebro-cola-'));
  const clock = manualClock();
  const db = dataDir === undefined ? openMemoryDatabase(clock) : openDatabase(dataDir, clock);
  const pool = createToldPool(() => db, threads);
  const log = silentLog();
  const woken: string[] = [];
  const changed: (string | number)[] = [];
  const holders = new Map<string, Partial<Holding> | null>();
  const doors = { read: readFrom(holders), download: onePaper };
  const hub = createHub(log);
  hub.listen((change) => void changed.push(change.id ?? change.entity));
  const known = forms ?? { prueba: tellForm() };
  const deps: Deps = {
    config: parseConfig({ ORIGEN_URL: 'sqlite:x.db', BOT_USER: botUser, DATA_DIR: folder, XVIA_URL: 'http://xvia.test', ...env }),
    ...{ clock, db, log, hub, pool },
    origen: { read: (ids: readonly string[]) => doors.read(ids) } as unknown as Origen,
    papers: { download: (paper, to, signal) => doors.download(paper, to, signal), check: async () => undefined },
    a360: null,
    correo: null,
    webhook: null,
    carga: [],
    evidence: createEvidence(folder),
    wake: (cycle) => void woken.push(cycle),
  };
  const dispatcher = createDispatcher(deps, { forms: known, random: () => 0.5 });
  ensureLocalSlots(db, threads);
  const house: QueueHouse = {
    ...{ deps, db, clock, pool, dispatcher, woken, changed, holders, doors, forms: known },
    queue: async (resourceIds, more = {}) => {
      const rows = resourceIds.map((resourceId) => ({ ...tramite(resourceId), ...more }));
      const { inserted } = await db.write(() => {
        for (const row of rows) claimFor(db, row);
        return enqueue(db, isoNow(clock), rows);
      });
      return inserted.map((one) => one.id);
    },
    organismo: (siteId, options) => addOrganismo(db, siteId, options),
    row: (id) => db.sql('SELECT * FROM tramite_queue WHERE id = ?').get(id) as Record<string, unknown>,
    statuses: () =>
      Object.fromEntries(
        db
          .sql('SELECT resource_id, status FROM tramite_queue ORDER BY id')
          .all()
          .map((row) => [row.resource_id, row.status]),
      ),
    events: (id) =>
      db
        .sql(`SELECT kind FROM events WHERE entity = 'tramite' AND entity_id = ? ORDER BY event_id`)
        .all(String(id))
        .map((row) => row.kind as string),
    until,
    idle: () => until(() => dispatcher.busy().used === 0, 'no slot works'),
  };
  if (!db.sql(`SELECT 1 FROM organismo_config WHERE site_id = 'prueba'`).get()) house.organismo('prueba');
  t.after(async () => {
    const stopped = dispatcher.stop(0);
    for (let i = 0; i < 8; i++) await clock.advance(2_000);
    await stopped;
    db.close();
    // An attempt that was cut may still be making its folder.
    if (dataDir === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
  });
  return house;
};

/** What a cycle leaves behind of a claim it verified. */
const claimFor = (db: Db, { resourceId, siteId }: NewTramite): void => {
  db.sql(
    `INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, state) VALUES (?, ?, 2, 0, 'claimed')
     ON CONFLICT (resource_id) DO NOTHING`,
  ).run(resourceId, siteId);
};

/** A claimed recurso of the organismo `prueba`. */
export const tramite = (resourceId: string): NewTramite => ({
  siteId: 'prueba',
  resourceId,
  expediente: `2026/${resourceId}-MUL`,
  protocol: null,
  payload: { idRecurso: resourceId, adjuntos: [] },
  urlDirecta: null,
  priority: 100,
  ruleVersion: 'v1',
});

const addOrganismo: (db: Db, ...rest: Parameters<QueueHouse['organismo']>) => void = (db, siteId, options = {}) => {
  const { modo = 'enviar', robot = null, urlInicio = null, parametros = '{"correo":"a@b.test"}' } = { ...options };
  db.sql('INSERT INTO organismo_config (site_id, modo, robot, url_inicio, active) VALUES (?, ?, ?, ?, 1)').run(
    siteId,
    modo,
    robot,
    urlInicio,
  );
  db.sql(`INSERT INTO robots (robot_id, robot, kind, parametros) VALUES (?, ?, 'playwright', ?) ON CONFLICT (robot_id) DO NOTHING`).run(
    robot ?? siteId,
    robot ?? siteId,
    parametros,
  );
};

const readFrom =
  (holders: QueueHouse['holders']): Origen['read'] =>
  async (ids) =>
    new Map(
      ids.flatMap((id) => {
        const held = holders.get(id);
        if (held === null) return [];
        return [[id, { id, expediente: `2026/${id}-MUL`, texp: 1, estado: 0, usuario: `${botUser}  `, ...held }] as const];
      }),
    );

const onePaper: Papers['download'] = async ({ resourceId }, folder) => {
  const path = join(folder, `recurso-${resourceId}.pdf`);
  await writeFile(path, '%PDF-1.4');
  return [{ path, name: `recurso-${resourceId}.pdf`, bytes: 8, sha256: 'x' }];
};

/** The attempts of a trámite, in order. */
export const ejecucionesOf = (db: Db, id: number) =>
  db.sql('SELECT intento, estado, fase, equipo_id FROM ejecuciones WHERE tramite_id = ? ORDER BY intento').all(id) as {
    intento: number;
    estado: string;
    fase: string;
    equipo_id: string;
  }[];

const patienceMs = 5_000;

const until: QueueHouse['until'] = async (condition, what) => {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
