import { setImmediate } from 'node:timers/promises';
import { applyPlan } from '#server/balance/apply.ts';
import { makeRoom } from '#server/balance/make-room.ts';
import type { BalanceAction, BalancePlan, BalanceSnapshot } from '#server/balance/model.ts';
import { renewed, versionOf } from '#server/balance/recheck.ts';
import { readBalanceSnapshot } from '#server/balance/snapshot.ts';
import { type Db, openDatabase } from '#server/db/open.ts';
import type { Bench, Section } from '../lib/section.ts';

const now = new Date('2026-03-02T09:00:00.000Z');
const goal = { sign: '<', value: 50 } as const;

const numbers = (n: number): string => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${n - 1})`;

/** 1,000 robots, 5,000 equipos of which 2,500 are lent and 1,000 work, and a past of 100,000 runs. */
const fill = (db: Db): void => {
  db.sqlite.exec(`
    INSERT INTO pools (pool_id, nombre) ${numbers(20)} SELECT 'p' || i, 'Pool ' || i FROM n;
    INSERT INTO robots (robot_id, robot, es_online, pool_id) ${numbers(1000)} SELECT 'r' || i, 'P' || i, 1, 'p' || (i % 20) FROM n;
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia, permite_balanceo_dinamico, pool_id)
      ${numbers(5000)} SELECT 'e' || i, 'VM-' || i, 'u' || i, 'DEVELOPMENT, RUNTIME', 1, 'p' || (i % 20) FROM n;
    INSERT INTO asignaciones (robot_id, equipo_id, asignado_por) ${numbers(2500)} SELECT 'r' || (i % 1000), 'e' || i, 'Balanceador' FROM n;
    INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio)
      ${numbers(100_000)} SELECT 'x' || i, 'r' || (i % 1000), 'e' || (i % 5000), 'u' || (i % 5000), 'COMPLETED',
                                 strftime('%Y-%m-%dT%H:%M:%fZ', '${now.toISOString()}', '-' || (1 + i / 5000) || ' hours') FROM n;
    INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, user_id, estado, fecha_inicio)
      ${numbers(1000)} SELECT 'a' || i, 'r' || i, 'e' || i, 'u' || i, 'RUNNING', '${now.toISOString()}' FROM n;
    ANALYZE;`);
};

const action = (accion: BalanceAction['accion'], robotId: string, equipos: readonly string[]): BalanceAction => ({
  ...{ accion, robotId, equipos, poolId: null, tickets: 50, antes: 0, despues: 0 },
  justificacion: 'Tiene 50 tickets y necesita 5 equipos.',
});

/** Every equipo that is lent is taken back, and as many others are lent: 5,000 moves of 1,000 robots when all are lent by turns. */
const turnOver = ({ robots, equipos }: BalanceSnapshot): BalancePlan => {
  const lent = Map.groupBy(equipos, ({ robotId }) => robotId);
  const free = [...(lent.get(null) ?? [])];
  const each = Math.floor(free.length / robots.length);
  return {
    actions: robots.flatMap(({ robotId }) => [
      action(
        'DESASIGNAR_EXCEDENTE_POOL',
        robotId,
        (lent.get(robotId) ?? []).map(({ equipoId }) => equipoId),
      ),
      action(
        'ASIGNAR_DEMANDA_POOL',
        robotId,
        free.splice(0, each + (free.length % 2)).map(({ equipoId }) => equipoId),
      ),
    ]),
    verdicts: robots.map(({ robotId }) => ({
      ...{ robotId, tickets: 50, necesita: 5, tiene: 2, tendra: 2, negativa: null, porque: null, enfriaHasta: null },
    })),
    memory: robots.map(({ robotId }) => {
      const moved = { at: Date.now(), tickets: 50 };
      return { robotId, alza: moved, baja: moved, incompleto: false, negativa: null };
    }),
  };
};

type Times = { read: number; room: number; look: number; apply: number; moves: number; statements: number };

/** One balance. `disturbed` = somebody writes meanwhile, so that everything it touches is looked at again. */
const balance = async (db: Db, disturbed: boolean, counted: { n: number }): Promise<Times> => {
  await setImmediate();
  const first = counted.n;
  const began = performance.now();
  const read = db.read(() => ({ version: versionOf(db), snapshot: readBalanceSnapshot(db, now, new Map()) }));
  const readMs = performance.now() - began;
  const proposal = { ...read, plan: turnOver(read.snapshot) };
  if (disturbed) db.sqlite.exec("UPDATE lanzador SET retenido = retenido; UPDATE robots SET activo = 1 WHERE robot_id = 'r1'");
  await setImmediate();
  const making = performance.now();
  makeRoom(db, proposal.plan);
  const room = performance.now() - making;
  await setImmediate();
  const looking = performance.now();
  const looked = renewed(db, now, proposal);
  const look = performance.now() - looking;
  await setImmediate();
  const applying = performance.now();
  const applied = await db.write(() => applyPlan(db, now, looked, false));
  const apply = performance.now() - applying;
  if (applied === 'moved') throw new Error('nada había cambiado');
  return { read: readMs, room, look, apply, moves: applied.asignados + applied.retirados, statements: counted.n - first };
};

const run = async (bench: Bench): Promise<void> => {
  const db = openDatabase(bench.folder('aplicar'));
  const counted = countStatements(db);
  try {
    fill(db);
    const seen: Times[] = [];
    for (let warm = 0; warm < 4; warm++) await balance(db, warm % 2 === 1, counted);
    const contender = (name: string, disturbed: boolean) => ({
      name,
      run: async () => {
        const times = await balance(db, disturbed, counted);
        if (!disturbed) seen.push(times);
        return disturbed ? times.look : times.apply;
      },
    });
    const { byName, good } = await bench.rounds([contender('aplicar', false), contender('mirar otra vez', true)]);
    const kept = seen.filter((_, round) => good.has(round));
    const line = { section: 'aplicar', unit: 'ms' } as const;
    const size = `1.000 robots × 5.000 equipos, ${seen[0]?.moves ?? 0} cambios de mano`;
    bench.report({ ...line, what: `${size}: leer la foto`, values: kept.map(({ read }) => read), goal });
    bench.report({ ...line, what: 'hacer sitio en el diario de la base', values: kept.map(({ room }) => room), goal });
    bench.report({ ...line, what: 'aplicar el plan (un solo tramo, una transacción)', values: byName.get('aplicar') ?? [], goal });
    const again = byName.get('mirar otra vez') ?? [];
    bench.report({ ...line, what: 'mirar otra vez, si alguien ha escrito entre tanto', values: again, goal });
    bench.report({ section: 'aplicar', unit: '', what: 'instrucciones SQL', values: kept.map(({ statements }) => statements), goal: null });
  } finally {
    db.close();
  }
};

/** Counts what is asked of the database from now on. */
const countStatements = (db: Db): { n: number } => {
  const counted = { n: 0 };
  const { sql } = db;
  Object.assign(db, {
    sql: (text: string) => {
      counted.n++;
      return sql(text);
    },
  });
  return counted;
};

export const aplicarSection: Section = { name: 'aplicar', about: 'lo que tarda un reparto de equipos en leerse y en aplicarse', run };
