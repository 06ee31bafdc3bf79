import { raise, resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { RobotVerdict } from './model.ts';
import type { Proposal } from './recheck.ts';

/** So long with tickets and no equipo, and a person is told. */
const patienceMs = 15 * 60_000;

/** Since when (ms) each robot has had tickets and no equipo, by database. */
const memories = new WeakMap<Db, Map<string, number>>();

const claveOf = (robotId: string): string => `sin_equipos:${robotId}`;

/** Opens an aviso for each robot that has had tickets and no equipo of any kind for too long, and closes those of the others. */
export const watchStarving = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>, proposal: Proposal): Promise<void> => {
  const now = clock.now();
  const starving = starvingOf(db, proposal);
  const since = sinceWhen(db, now.getTime(), starving, proposal);
  const late = starving.filter(({ robotId }) => now.getTime() - (since.get(robotId) ?? now.getTime()) >= patienceMs);
  const open = new Set(
    db
      .sql(openClaves)
      .all()
      .map((row) => row.clave as string),
  );
  const news = late.filter(({ robotId }) => !open.has(claveOf(robotId)));
  const stillOpen = new Set([...starving, ...unknownOf(proposal)].map(({ robotId }) => claveOf(robotId)));
  const over = [...open].filter((clave) => !stillOpen.has(clave));
  if (news.length + over.length === 0) return;
  const names = new Map(proposal.snapshot.robots.map(({ robotId, robot }) => [robotId, robot]));
  await db.write(() => {
    for (const verdict of news) raiseFor(db, now.toISOString(), verdict, names.get(verdict.robotId) ?? verdict.robotId);
    for (const clave of over) resolve(db, now.toISOString(), clave);
  });
};

const openClaves = `SELECT clave FROM avisos WHERE estado = 'abierto' AND clave GLOB 'sin_equipos:*'`;

/** Those that could work and have nowhere: one a person has switched off or suspended waits for that person. */
const starvingOf = (db: Db, { plan, snapshot }: Proposal): RobotVerdict[] => {
  const apt = new Set(snapshot.robots.filter(({ noApto }) => noApto === null).map(({ robotId }) => robotId));
  const wanting = plan.verdicts.filter(({ robotId, tickets, tendra }) => (tickets ?? 0) > 0 && tendra === 0 && apt.has(robotId));
  if (wanting.length === 0) return [];
  const without = new Set(
    db
      .sql(withoutEquipos)
      .all(JSON.stringify(wanting.map(({ robotId }) => robotId)))
      .map((row) => row.id),
  );
  return wanting.filter(({ robotId }) => without.has(robotId));
};

/** Nobody could say how many tickets they have: what was so stays so. */
const unknownOf = ({ plan }: Proposal): RobotVerdict[] => plan.verdicts.filter(({ tickets, tendra }) => tickets === null && tendra === 0);

const withoutEquipos = `
  SELECT value AS id FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM asignaciones AS a WHERE a.robot_id = value)`;

const sinceWhen = (db: Db, now: number, starving: readonly RobotVerdict[], proposal: Proposal): ReadonlyMap<string, number> => {
  const known = memories.get(db) ?? new Map<string, number>();
  // After a restart: one that was refused at the last balance already has been waiting since that refusal was written.
  const unknown = starving.filter(
    ({ robotId }) => !known.has(robotId) && (proposal.snapshot.memory.get(robotId)?.negativa ?? null) !== null,
  );
  const told = unknown.length === 0 ? new Map<string, number>() : refusedSince(db, unknown);
  const since = new Map(starving.map(({ robotId }) => [robotId, known.get(robotId) ?? told.get(robotId) ?? now]));
  const doubtful = unknownOf(proposal).flatMap(({ robotId }) =>
    known.has(robotId) ? [[robotId, known.get(robotId) as number] as const] : [],
  );
  memories.set(db, new Map([...doubtful, ...since]));
  return since;
};

const refusedSince = (db: Db, robots: readonly RobotVerdict[]): ReadonlyMap<string, number> =>
  new Map(
    db
      .sql(lastRefusals)
      .all(JSON.stringify(robots.map(({ robotId }) => robotId)))
      .map((row) => [row.robotId as string, Date.parse(row.fecha as string)]),
  );

const lastRefusals = `
  SELECT r.value AS robotId, h.fecha_balanceo AS fecha
    FROM json_each(?) AS r
    JOIN historico_balanceo AS h
      ON h.historico_id = (SELECT max(historico_id) FROM historico_balanceo WHERE robot_id = r.value)
   WHERE h.accion_tomada = 'RECHAZO' AND h.equipos_despues = 0`;

const raiseFor = (db: Db, at: string, { robotId, tickets, porque }: RobotVerdict, robot: string): void =>
  raise(db, at, {
    ...{ clave: claveOf(robotId), nivel: 'ALTO', ambito: 'ROBOT', naturaleza: 'UMBRAL' },
    titulo: `${robot} tiene tickets y ningún equipo`,
    detalle: `Lleva más de ${patienceMs / 60_000} minutos así; ahora tiene ${tickets} tickets. ${porque ?? ''}`.trim(),
    acciones: ['Abra Balance: dice por qué no recibe ninguno.', 'Active un equipo más, o revise el Mín, el Máx y el pool del robot.'],
  });
