import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '#server/app.ts';
import { parseConfig } from '#server/config.ts';
import { type Db, openDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { createMeters } from '#server/metricas/meters.ts';
import type { Doors } from '#server/web.ts';

type CycleState = ReturnType<Doors['scheduler']['state']>[number];

/** A clock of cycles that does what it is told: `cycle` stands for the claim cycle. */
export type FakeScheduler = Doors['scheduler'] & { claim: CycleState; cycle: () => Promise<unknown>; readonly ran: string[] };

export const restingCycle: CycleState = {
  name: 'reclamar',
  running: false,
  lastStartedAt: null,
  lastEndedAt: null,
  lastError: null,
  failingSince: null,
  nextAt: null,
  period: null,
  waited: 0,
};

const fakeScheduler = (): FakeScheduler => {
  const fake: FakeScheduler = {
    claim: restingCycle,
    cycle: async () => undefined,
    ran: [],
    state: () => [fake.claim, { ...restingCycle, name: 'despachar' }],
    run: async (name) => {
      if (!['reclamar', 'despachar', 'balancear', 'avisar'].includes(name))
        throw new NotFoundError(`No hay ningún ciclo que se llame «${name}».`);
      if (fake.claim.running)
        throw new WrongStateError('ciclo_en_marcha', 'Ya hay un ciclo de reclamación en marcha: espere a que termine.');
      fake.ran.push(name);
      return fake.cycle();
    },
  };
  return fake;
};

/** The source as pages meet it: it answers, or it does not. */
const fakeOrigen = (): Deps['origen'] & { down: boolean } => {
  const fake = {
    down: false,
    kind: 'sqlite' as const,
    shownAs: 'sqlite: muestra.db',
    check: async () => {
      if (fake.down) throw new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true });
    },
    /** Nothing free at the source. */
    discover: async function* () {
      await fake.check();
      yield [];
    },
  };
  return fake as unknown as Deps['origen'] & { down: boolean };
};

/** A source of tickets that answers at once. */
const tellingClouders: Deps['carga'][number] = {
  name: 'clouders',
  place: 'https://clouders.example',
  load: async () => ({ kind: 'ok', tickets: new Map([['RBT_FACTURAS', 45]]) }),
  close: async () => undefined,
};

/** The panel over a database of its own, with fake doors. Nothing outside of its folder is touched. */
export type PageHouse = {
  readonly app: ReturnType<typeof buildApp>;
  readonly deps: Deps;
  readonly db: Db;
  readonly scheduler: FakeScheduler;
  readonly origen: { down: boolean };
  readonly woken: string[];
  readonly folder: string;
  slots: { used: number; total: number };
  close(): Promise<void>;
};

type HouseOptions = {
  readonly clock?: Clock;
  readonly folder?: string;
  readonly origen?: Deps['origen'];
  readonly a360?: Deps['a360'];
  readonly carga?: Deps['carga'];
  readonly correo?: Deps['correo'];
  readonly webhook?: Deps['webhook'];
  readonly firstLink?: Doors['firstLink'];
  readonly log?: Deps['log'];
  /** Settings besides those every house has. */
  readonly env?: Readonly<Record<string, string>>;
};

export const openPageHouse = (options: HouseOptions = {}): PageHouse => {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'cerebro-paginas-'));
  const clock = options.clock ?? systemClock;
  const config = parseConfig({
    ORIGEN_URL: 'sqlite:muestra.db',
    BOT_USER: 'Cerebro Prueba',
    DATA_DIR: folder,
    XVIA_URL: 'http://127.0.0.1:9/',
    ...options.env,
  });
  const db = openDatabase(folder, clock);
  const log = options.log ?? silentLog();
  const scheduler = fakeScheduler();
  const origen = fakeOrigen();
  const woken: string[] = [];
  const meters = createMeters(clock);
  const deps: Deps = {
    config,
    clock,
    db,
    log,
    hub: createHub(log),
    origen: options.origen ?? origen,
    papers: { download: async () => [], check: async () => undefined },
    a360: options.a360 ?? null,
    carga: options.carga ?? [tellingClouders],
    correo: options.correo ?? null,
    webhook: options.webhook ?? null,
    pool: {
      size: 2,
      run: () => Promise.reject(new Error('aquí no trabaja nadie')),
      askToStop: () => undefined,
      onHint: () => () => undefined,
      close: async () => undefined,
    },
    evidence: createEvidence(folder),
    wake: (cycle) => void woken.push(cycle),
    measure: meters.measure,
  };
  const house: PageHouse = {
    app: buildApp(deps, { scheduler, dispatcher: { busy: () => house.slots }, firstLink: options.firstLink ?? null, meters }),
    ...{ deps, db, scheduler, origen, woken, folder },
    slots: { used: 0, total: 2 },
    close: async () => {
      await house.app.close();
      db.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
  return house;
};
