import { parseConfig } from '#server/config.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import type { SimulatedControlRoom } from '#server/demo/a360/control-room.ts';
import type { Deps } from '#server/deps.ts';
import { runReconcile } from '#server/ejecuciones/reconcile.ts';
import { A360Error, type A360Failure, type ControlRoom, type DeployOrder } from '#server/gateways/a360/a360.ts';
import { openControlRoom } from '#server/gateways/a360/open.ts';
import { type LaunchSummary, runLaunch } from '#server/lanzador/launch.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { type ManualClock, manualClock } from '#tests/support/manual-clock.ts';

type Answer = (order: DeployOrder, nth: number) => Promise<{ deploymentId: string }>;

/** The launcher over a database in memory and a Control Room of functions. */
export type LaunchHouse = {
  readonly deps: Deps;
  readonly db: Db;
  readonly clock: ManualClock;
  readonly woken: string[];
  /** Every deploy that was asked for. */
  readonly calls: DeployOrder[];
  /** How it answers; d-1, d-2… unless told otherwise. */
  deploy: Answer;
  check: () => Promise<void>;
  activity: ControlRoom['activity'] extends (...given: never[]) => infer Answer ? () => Answer : never;
  launch(signal?: AbortSignal): Promise<LaunchSummary>;
  reconcile(): Promise<unknown>;
  /** An online robot with one equipo for each name. */
  online(robotId: string, ...equipoIds: string[]): void;
  /** A robot programmed every day at 10:00 of Madrid (09:00 UTC, the hour of the clock), for an hour. */
  daily(robotId: string, ...equipoIds: string[]): void;
  rows(columns?: string): Record<string, unknown>[];
  avisos(): string[];
  suspensiones(): Record<string, unknown>[];
};

export const failure = (kind: A360Failure, rest: ConstructorParameters<typeof A360Error>[2] = {}): A360Error =>
  new A360Error(kind, 'A360 dice que no.', rest);

/** So many deploys fail like that; the rest are answered. */
export const failing = (error: A360Error, times = Number.POSITIVE_INFINITY): LaunchHouse['deploy'] => {
  let left = times;
  return async (_order, nth) => {
    if (left-- > 0) throw error;
    return { deploymentId: `d-${nth}` };
  };
};

export const openLaunchHouse = (env: Readonly<Record<string, string>> = {}): LaunchHouse => {
  const clock = manualClock();
  const db = openMemoryDatabase(clock);
  const log = silentLog();
  const calls: DeployOrder[] = [];
  const woken: string[] = [];
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'Prueba', ...env });
  const a360: Partial<ControlRoom> = {
    shownAs: 'https://a360.example',
    check: () => house.check(),
    activity: () => house.activity(),
    deploy: async (order) => {
      calls.push(order);
      return house.deploy(order, calls.length);
    },
  };
  const deps = { config, clock, db, log, hub: createHub(log), a360, wake: (name: string) => void woken.push(name) } as unknown as Deps;
  const add = (robotId: string, equipoIds: readonly string[], esOnline: number, programacionId: string | null) => {
    db.sqlite
      .prepare('INSERT OR IGNORE INTO robots (robot_id, robot, kind, es_online) VALUES (?, ?, ?, ?)')
      .run(robotId, `P${robotId}_Robot`, 'a360', esOnline);
    for (const id of equipoIds) {
      db.sqlite
        .prepare('INSERT OR IGNORE INTO equipos (equipo_id, equipo, user_id, licencia) VALUES (?, ?, ?, ?)')
        .run(id, `VM-${id}`, `u${id}`, 'RUNTIME');
      db.sqlite
        .prepare('INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id) VALUES (?, ?, ?, ?)')
        .run(robotId, id, programacionId === null ? 0 : 1, programacionId);
    }
  };
  const house: LaunchHouse = {
    ...{ deps, db, clock, woken, calls },
    deploy: async (_order, nth) => ({ deploymentId: `d-${nth}` }),
    check: async () => undefined,
    activity: async () => [],
    launch: (signal = new AbortController().signal) => runLaunch(deps, signal),
    reconcile: () => runReconcile(deps, new AbortController().signal),
    online: (robotId, ...equipoIds) => add(robotId, equipoIds, 1, null),
    daily: (robotId, ...equipoIds) => {
      db.sqlite
        .prepare("INSERT INTO programaciones (programacion_id, robot_id, hora_inicio) VALUES (?, ?, '10:00')")
        .run(`p${robotId}`, robotId);
      add(robotId, equipoIds, 0, `p${robotId}`);
    },
    rows: (columns = 'equipo_id, estado, deployment_id, ocurrencia_libre') =>
      db.sqlite.prepare(`SELECT ${columns} FROM ejecuciones ORDER BY equipo_id, fecha_inicio, ejecucion_id`).all() as Record<
        string,
        unknown
      >[],
    avisos: () =>
      db.sqlite
        .prepare("SELECT nivel || ' ' || ambito || ' ' || naturaleza || ' ' || clave FROM avisos WHERE estado = 'abierto' ORDER BY clave")
        .pluck()
        .all() as string[],
    suspensiones: () =>
      db.sqlite.prepare('SELECT robot_id, equipo_id, codigo, hasta FROM suspensiones WHERE reanudada_at IS NULL').all() as Record<
        string,
        unknown
      >[],
  };
  return house;
};

/** Runs a cycle to its end, letting the clock go on while it waits. */
export const launchThrough = async (house: LaunchHouse, stepMs = 10_000): Promise<LaunchSummary> => {
  let ended = false;
  const cycle = house.launch().finally(() => {
    ended = true;
  });
  cycle.catch(() => undefined);
  while (!ended) await house.clock.advance(house.clock.sleeping() > 0 ? stepMs : 0);
  return cycle;
};

/** The same, before a simulated Control Room over HTTP and by the real clock. */
export const openHouseBefore = (room: SimulatedControlRoom, env: Readonly<Record<string, string>> = {}): LaunchHouse => {
  const { username, apiKey } = room.script.account;
  const house = openLaunchHouse({
    ...{ AA_URL: room.url, AA_USER: username, AA_API_KEY: apiKey, CALLBACK_TOKEN: 'un secreto largo' },
    ...{ LANZADOR_DEPLOY_REINTENTO_DELAY_SEG: '0', ...env },
  });
  const a360 = openControlRoom(house.deps.config, { clock: systemClock, log: house.deps.log });
  Object.assign(house.deps, { a360, clock: systemClock });
  return house;
};
