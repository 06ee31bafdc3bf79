import { type BalanceTools, runBalance } from '#server/balance/balancear.ts';
import type { LoadReading } from '#server/carga/model.ts';
import { parseConfig } from '#server/config.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';
import { simplePlan } from '#tests/support/simple-planner.ts';

/** The balancer over a database, in memory unless another is opened, with sources that say what they are told and a planner of its own. */
export type BalanceHouse = {
  readonly deps: Deps;
  readonly db: Db;
  readonly clock: ManualClock;
  readonly woken: string[];
  /** Tickets by robot. */
  tickets: Record<string, number>;
  outsideFailed: boolean;
  plan: BalanceTools['plan'];
  balance(signal?: AbortSignal): ReturnType<typeof runBalance>;
  robot(robotId: string, columns?: Readonly<Record<string, unknown>>): void;
  equipo(equipoId: string, columns?: Readonly<Record<string, unknown>>): void;
  asignacion(robotId: string, equipoId: string, columns?: Readonly<Record<string, unknown>>): void;
  run(ejecucionId: string, columns: Readonly<Record<string, unknown>>): void;
  /** `robot: equipos`, those being taken back in brackets. */
  lent(): string[];
  /** `robot ACCION antes→despues equipos`. */
  history(): string[];
  rows(sql: string): Record<string, unknown>[];
};

export const openBalanceHouse = (open: (clock: ManualClock) => Db = openMemoryDatabase): BalanceHouse => {
  const clock = manualClock();
  const db = open(clock);
  const log = silentLog();
  const woken: string[] = [];
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'Prueba' });
  const deps = {
    config,
    clock,
    db,
    log,
    hub: createHub(log),
    a360: null,
    correo: null,
    webhook: null,
    carga: [],
    wake: (name: string) => void woken.push(name),
  } as unknown as Deps;
  const insert = (table: string, row: Readonly<Record<string, unknown>>) => {
    const names = Object.keys(row);
    db.sqlite.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`).run(row);
  };
  const texts = (sql: string) => db.sqlite.prepare(sql).pluck().all() as string[];
  const house: BalanceHouse = {
    ...{ deps, db, clock, woken },
    tickets: {},
    outsideFailed: false,
    plan: simplePlan,
    balance: (signal = new AbortController().signal) =>
      runBalance(deps, signal, { readLoad: async () => readingOf(house), plan: (...given) => house.plan(...given) }),
    robot: (robotId, columns = {}) => insert('robots', { robot_id: robotId, robot: `P_${robotId}`, es_online: 1, ...columns }),
    equipo: (equipoId, columns = {}) =>
      insert('equipos', {
        ...{ equipo_id: equipoId, equipo: `VM-${equipoId}`, user_id: `u-${equipoId}`, licencia: 'RUNTIME', permite_balanceo_dinamico: 1 },
        ...columns,
      }),
    asignacion: (robotId, equipoId, columns = {}) => insert('asignaciones', { robot_id: robotId, equipo_id: equipoId, ...columns }),
    run: (ejecucionId, columns) => insert('ejecuciones', { ejecucion_id: ejecucionId, robot_id: 'r1', estado: 'RUNNING', ...columns }),
    lent: () =>
      texts(`SELECT robot_id || ': ' || group_concat(iif(liberando, '(' || equipo_id || ')', equipo_id), ' ' ORDER BY equipo_id)
               FROM asignaciones WHERE es_programado = 0 AND reservado = 0 GROUP BY robot_id ORDER BY robot_id`),
    history: () =>
      texts(`SELECT robot_id || ' ' || accion_tomada || ' ' || equipos_antes || '→' || equipos_despues || ' ' || equipos
               FROM historico_balanceo ORDER BY historico_id`),
    rows: (sql) => db.sqlite.prepare(sql).all() as Record<string, unknown>[],
  };
  return house;
};

const readingOf = ({ tickets, outsideFailed }: BalanceHouse): LoadReading => ({
  load: new Map(Object.entries(tickets).map(([robotId, n]) => [robotId, { tickets: n, saber: 'actual' as const }])),
  unmapped: [],
  providers: [{ proveedor: 'clouders', ok: !outsideFailed, motivo: outsideFailed ? 'No contesta.' : null }],
  outsideFailed,
});
