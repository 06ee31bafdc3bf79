import type { Db } from '#server/db/open.ts';
import { openStates, sqlList, unknownHoldMs } from '#server/ejecuciones/estados.ts';
import type { BalanceEquipo, BalanceRobot, BalanceSnapshot, Negativa, RobotLoad, RobotMemory } from './model.ts';
import { type EquipoState, holdsItsUser, type RobotState, type Sharer, whole, whyGivesWay, whyNotEquipo, whyNotRobot } from './rules.ts';

/** Everything a plan looks at, of one instant of the database. Call it inside `db.read` or a transaction. */
export const readBalanceSnapshot = (db: Db, now: Date, load: ReadonlyMap<string, RobotLoad>): BalanceSnapshot => ({
  robots: readRobots(db, now),
  equipos: readEquipos(db, now, true),
  load,
  memory: readMemory(db),
});

type RobotRow = RobotState &
  Readonly<Record<'min' | 'max' | 'ratio' | 'prioridad', unknown>> & {
    readonly robotId: string;
    readonly robot: string;
    readonly poolId: string | null;
  };

/** Robots of A360, and whatever else has equipos lent. */
export const readRobots = (db: Db, now: Date): BalanceRobot[] => {
  const suspended = suspensions(db, now, 'robot');
  return (db.sql(robots).all() as RobotRow[]).map((row) => ({
    robotId: row.robotId,
    robot: row.robot,
    poolId: row.poolId,
    min: whole(row.min, 1),
    max: whole(row.max, -1),
    ratio: whole(row.ratio, null),
    prioridad: whole(row.prioridad, 100),
    noApto: whyNotRobot(row, suspended.get(row.robotId)),
  }));
};

const robotColumns = `r.kind, coalesce(r.robot, c.robot_id) AS robot, p.pool_id AS poolId, r.min_equipos AS min, r.max_equipos AS max,
  r.tickets_por_equipo_adicional AS ratio, r.prioridad_balanceo AS prioridad, r.activo, r.es_online AS esOnline,
  r.presente_en_a360 AS presente, coalesce(p.activo, 1) AS poolActivo`;

/** Two assignments of the same robot are one robot: UNION, not UNION ALL. */
const candidates = `
  SELECT robot_id FROM robots WHERE kind = 'a360'
   UNION SELECT robot_id FROM asignaciones WHERE es_programado = 0 AND reservado = 0`;

const robots = `
  SELECT c.robot_id AS robotId, ${robotColumns} FROM (${candidates}) AS c
    LEFT JOIN robots AS r ON r.robot_id = c.robot_id LEFT JOIN pools AS p ON p.pool_id = r.pool_id`;

type EquipoRow = EquipoState & {
  readonly poolId: string | null;
  readonly ultimoRobotId: string | null;
};

/**
 * Equipos of A360, and whatever else is lent to somebody. Who ran there last is looked up only where `lastRobots` says so. The tables are
 * read one by one, which takes a third less than joining them does.
 */
export const readEquipos = (db: Db, now: Date, lastRobots: boolean): BalanceEquipo[] => {
  const suspended = suspensions(db, now, 'equipo');
  const vetoes = readVetoes(db, now);
  const busy = readBusy(db, now);
  const pools = readPools(db);
  const { lent, fixed } = readAssignments(db);
  const known = db.sql(lastRobots ? equiposWithLast : equipos).all() as EquipoRow[];
  const sharers: Sharer[] = [];
  const states = [...known, ...notListed(known, lent)].map((row) => {
    const { equipoId, userId } = row;
    const [pool, loan] = [pools.get(row.poolId ?? ''), lent.get(equipoId)];
    const given = { fijo: fixed.has(equipoId), poolActivo: pool ?? 1, suspendido: suspended.get(equipoId) };
    const noApto = whyNotEquipo(row, given);
    const [robotId, liberando] = [loan?.robotId ?? null, loan?.liberando === 1];
    if (holdsItsUser(row, given, noApto)) sharers.push({ equipoId, equipo: row.equipo, userId, fijo: given.fijo, robotId, liberando });
    return {
      equipoId,
      poolId: pool === undefined ? null : row.poolId,
      noApto,
      fijo: given.fijo,
      robotId,
      liberando,
      ocupado: busy.equipos.has(equipoId) || (userId !== null && busy.users.has(userId)),
      vetados: vetoes.get(equipoId) ?? noVetoes,
      ultimoRobotId: row.ultimoRobotId,
    };
  });
  const givesWay = whyGivesWay(sharers);
  if (givesWay.size === 0) return states;
  return states.map((state) =>
    givesWay.has(state.equipoId) ? { ...state, noApto: state.noApto ?? givesWay.get(state.equipoId) ?? null } : state,
  );
};

const equiposWith = (last: string) => `
  SELECT equipo_id AS equipoId, equipo, pool_id AS poolId, user_id AS userId, licencia, activo_sam AS activoSam, conectado,
         presente_en_a360 AS presente, user_activo AS userActivo, permite_balanceo_dinamico AS permite, ${last} AS ultimoRobotId
    FROM equipos WHERE equipo_id NOT GLOB 'local-[0-9]*'`;

const equipos = equiposWith('NULL');
const equiposWithLast = equiposWith(
  '(SELECT e.robot_id FROM ejecuciones AS e WHERE e.equipo_id = equipos.equipo_id ORDER BY e.fecha_inicio DESC LIMIT 1)',
);

/** Lent, and in no catalogue: slots of this machine, and equipos that are gone. */
const notListed = (known: readonly EquipoRow[], lent: ReadonlyMap<string, unknown>): EquipoRow[] => {
  const listed = new Set(known.map(({ equipoId }) => equipoId));
  return [...lent.keys()].filter((equipoId) => !listed.has(equipoId)).map((equipoId) => ({ equipoId, ...unlisted }));
};

const unlisted = {
  ...{ equipo: null, poolId: null, userId: null, licencia: null, ultimoRobotId: null },
  ...{ activoSam: 1, conectado: 1, presente: 1, userActivo: 1, permite: 1 },
};

/** Whether each pool works. */
const readPools = (db: Db): ReadonlyMap<string, number> =>
  new Map(
    db
      .sql('SELECT pool_id AS id, activo FROM pools')
      .all()
      .map((row) => [row.id as string, row.activo as number]),
  );

type AssignmentRow = { readonly equipoId: string; readonly robotId: string; readonly liberando: number; readonly dinamico: number };

/** What the balancer has lent, and what a person or a programación has. */
const readAssignments = (db: Db) => {
  const rows = db.sql(assignments).all() as AssignmentRow[];
  return {
    lent: new Map(rows.flatMap((row) => (row.dinamico === 1 ? [[row.equipoId, row] as const] : []))),
    fixed: new Set(rows.flatMap(({ equipoId, dinamico }) => (dinamico === 1 ? [] : [equipoId]))),
  };
};

const assignments = `
  SELECT equipo_id AS equipoId, robot_id AS robotId, liberando, es_programado = 0 AND reservado = 0 AS dinamico FROM asignaciones`;

type Vetoes = BalanceEquipo['vetados'];

const noVetoes: Vetoes = new Map();

/** Robots that are suspended on one equipo only, by equipo. */
const readVetoes = (db: Db, now: Date): ReadonlyMap<string, Vetoes> => {
  const rows = db.sql(suspendedPairs).all(now.toISOString()) as { equipoId: string; robotId: string; motivo: string }[];
  return new Map(
    [...Map.groupBy(rows, ({ equipoId }) => equipoId)].map(([equipoId, some]) => [
      equipoId,
      new Map(some.map(({ robotId, motivo }) => [robotId, motivo])),
    ]),
  );
};

/** Why each one is not launched at all, by its id. */
const suspensions = (db: Db, now: Date, what: 'robot' | 'equipo'): ReadonlyMap<string, string> =>
  new Map(
    db
      .sql(what === 'robot' ? suspendedRobots : suspendedEquipos)
      .all(now.toISOString())
      .map((row) => [row.id as string, row.motivo as string]),
  );

const suspendedWhere = 'reanudada_at IS NULL AND (hasta IS NULL OR hasta > ?)';
const suspendedRobots = `SELECT robot_id AS id, motivo FROM suspensiones WHERE equipo_id IS NULL AND ${suspendedWhere}`;
const suspendedEquipos = `SELECT equipo_id AS id, motivo FROM suspensiones WHERE robot_id IS NULL AND ${suspendedWhere}`;
const suspendedPairs = `
  SELECT robot_id AS robotId, equipo_id AS equipoId, motivo FROM suspensiones
   WHERE robot_id IS NOT NULL AND equipo_id IS NOT NULL AND ${suspendedWhere}`;

type Busy = { readonly equipos: ReadonlySet<string>; readonly users: ReadonlySet<string> };

/** Deploys go to a user's default device: whoever shares the user of a run is busy too, the one it ran as and the one of today. */
const readBusy = (db: Db, now: Date): Busy => {
  const unknownSince = new Date(now.getTime() - unknownHoldMs).toISOString();
  const rows = db.sql(busy).all({ unknownSince }) as { equipoId: string | null; userId: string | null; userNow: string | null }[];
  return {
    equipos: new Set(rows.flatMap(({ equipoId }) => equipoId ?? [])),
    users: new Set(rows.flatMap(({ userId, userNow }) => [userId ?? [], userNow ?? []].flat())),
  };
};

/** All the open states by their index: of UNKNOWN alone SQLite would read the whole table. */
const busy = `
  SELECT e.equipo_id AS equipoId, e.user_id AS userId, q.user_id AS userNow
    FROM ejecuciones AS e LEFT JOIN equipos AS q ON q.equipo_id = e.equipo_id
   WHERE e.estado IN ${sqlList(openStates)} AND (e.estado <> 'UNKNOWN' OR coalesce(e.ultimo_unknown_at, e.fecha_inicio) > @unknownSince)`;

type MemoryRow = Readonly<Record<'robotId' | 'alzaAt' | 'alzaTickets' | 'bajaAt' | 'bajaTickets' | 'incompleto' | 'negativa', unknown>>;

const readMemory = (db: Db): ReadonlyMap<string, RobotMemory> =>
  new Map((db.sql(memory).all() as MemoryRow[]).map((row) => [row.robotId as string, memoryOf(row)]));

const memoryOf = (row: MemoryRow): RobotMemory => ({
  robotId: row.robotId as string,
  alza: moveOf(row.alzaAt, row.alzaTickets),
  baja: moveOf(row.bajaAt, row.bajaTickets),
  incompleto: row.incompleto === 1,
  negativa: row.negativa as Negativa | null,
});

const moveOf = (at: unknown, tickets: unknown): RobotMemory['alza'] => {
  const ms = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? null : { at: ms, tickets: whole(tickets, 0) };
};

const memory = `
  SELECT robot_id AS robotId, ultima_alza_at AS alzaAt, ultima_alza_tickets AS alzaTickets, ultima_baja_at AS bajaAt,
         ultima_baja_tickets AS bajaTickets, incompleto, negativa
    FROM balance_robots`;
