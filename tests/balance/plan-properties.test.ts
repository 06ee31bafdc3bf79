import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { BalanceSettings, BalanceSnapshot, RobotLoad } from '#server/balance/model.ts';
import { plan } from '#server/balance/plan.ts';
import { applyInMemory } from '#tests/support/apply-in-memory.ts';
import { equipo, now, remembers, robot, settings, snapshotOf } from './scene.ts';

const rarely = fc.integer({ min: 0, max: 6 }).map((n) => n === 0);
const why = rarely.map((yes) => (yes ? 'en mantenimiento' : null));
const robotId = fc.integer({ min: 1, max: 6 }).map((n) => `r${n}`);
const poolId = fc.constantFrom(null, null, 'A', 'B');
const move = fc.option(
  fc
    .record({ ago: fc.integer({ min: 0, max: 600 }), tickets: fc.integer({ min: 0, max: 60 }) })
    .map(({ ago, tickets }) => ({ at: now - ago * 1000, tickets })),
);

const robots = fc.uniqueArray(
  fc
    .record({
      ...{ robotId, poolId, noApto: why, min: fc.integer({ min: 0, max: 3 }), max: fc.constantFrom(-1, -1, 0, 1, 2, 4) },
      ...{ ratio: fc.constantFrom(null, 1, 5, 10, 0, Number.NaN), prioridad: fc.integer({ min: 1, max: 3 }) },
    })
    .map(robot),
  { selector: (one) => one.robotId, maxLength: 6 },
);

const vetados = fc.array(robotId, { maxLength: 2 }).map((ids) => new Map(ids.map((id) => [id, 'no puede'])));

const machines = fc.uniqueArray(
  fc
    .record({
      ...{
        equipoId: fc.integer({ min: 1, max: 30 }).map(String),
        poolId,
        noApto: why,
        fijo: rarely,
        liberando: fc.boolean(),
        ocupado: fc.boolean(),
      },
      ...{ robotId: fc.option(robotId), ultimoRobotId: fc.option(robotId) },
      vetados: fc.oneof(fc.constant(new Map<string, string>()), vetados),
    })
    .map((one) => equipo({ ...one, liberando: one.liberando && one.robotId !== null })),
  { selector: (one) => one.equipoId, maxLength: 16 },
);

const load = fc.record({
  tickets: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60 })),
  saber: fc.constantFrom<RobotLoad['saber']>('actual', 'actual', 'actual', 'antigua', 'desconocida'),
});

const snapshots: fc.Arbitrary<BalanceSnapshot> = fc
  .record({
    ...{ robots, equipos: machines, tickets: fc.dictionary(robotId, load) },
    memory: fc.uniqueArray(fc.record({ robotId, alza: move, baja: move, incompleto: fc.boolean() }).map(remembers), {
      selector: (one) => one.robotId,
    }),
  })
  .map(snapshotOf);

const rules: fc.Arbitrary<BalanceSettings> = fc
  .record({ aislamiento: fc.boolean(), preemption: fc.boolean() })
  .map((changed) => ({ ...settings, ...changed }));

/** The plan and what it leaves behind; applying it also checks that its counts are true and that no equipo has two owners. */
const holds = (check: (before: BalanceSnapshot, after: BalanceSnapshot, rule: BalanceSettings) => void, numRuns = 400): void =>
  fc.assert(
    fc.property(snapshots, rules, (before, rule) => check(before, applyInMemory(before, plan(before, rule, now)), rule)),
    { numRuns },
  );

const of = (snapshot: BalanceSnapshot, id: string) => snapshot.equipos.filter((one) => one.robotId === id);
const equipoIn = (snapshot: BalanceSnapshot, id: string) => {
  const found = snapshot.equipos.find((one) => one.equipoId === id);
  assert.ok(found);
  return found;
};

const sized = (snapshot: BalanceSnapshot, { ratio, min, max, robotId: id }: BalanceSnapshot['robots'][number]) => {
  const tickets = snapshot.load.get(id)?.tickets ?? 0;
  const each = ratio === null || !(ratio >= 1) ? settings.ratio : ratio;
  const need = tickets === 0 ? 0 : Math.max(min, Math.ceil(tickets / each));
  return { need: max < 0 ? need : Math.min(need, max), basic: tickets === 0 ? 0 : Math.min(min, max < 0 ? min : max) };
};

const cools = ({ memory }: BalanceSnapshot, id: string): boolean => {
  const last = Math.max(memory.get(id)?.alza?.at ?? 0, memory.get(id)?.baja?.at ?? 0);
  return now - last < settings.enfriamientoMs;
};

test('no equipo is given twice, its owner is the only one, and what the history counts is true', () => {
  holds((before, after) => {
    assert.equal(after.equipos.length, before.equipos.length);
  });
});

test('nobody gets above its Max, and who was above keeps only what works or what an outage protects', () => {
  holds((before, after) => {
    for (const { robotId: id, max } of before.robots) {
      const has = of(after, id);
      if (max < 0 || has.length <= max) continue;
      assert.ok(has.length <= of(before, id).length, 'it grew above its Max');
      const saber = before.load.get(id)?.saber ?? 'actual';
      const idle = has.filter((one) => !one.ocupado).length;
      if (saber === 'actual') assert.ok(idle <= max, 'it keeps idle ones above its Max');
    }
  });
});

test('a busy equipo never changes hands: it is drained at most', () => {
  holds((before, after) => {
    for (const was of before.equipos) if (was.ocupado && !was.fijo) assert.equal(equipoIn(after, was.equipoId).robotId, was.robotId);
  });
});

test('one of a person or a programación is never lent, and is given back at once', () => {
  holds((_, after) => {
    for (const one of after.equipos) if (one.fijo) assert.equal(one.robotId, null);
  });
});

test('nothing is lent to whom it may not, nor out of its pool', () => {
  holds((before, after, { aislamiento }) => {
    for (const one of after.equipos) {
      if (one.robotId === null || one.liberando) continue;
      const owner = before.robots.find((each) => each.robotId === one.robotId);
      assert.deepEqual([one.noApto, owner?.noApto, one.vetados.has(one.robotId)], [null, null, false]);
      assert.ok(one.poolId === owner?.poolId || (!aislamiento && one.poolId === null));
    }
  });
});

test('Min is served by priority: nobody of the pool gets one that a more important robot could use while it lacks its Min', () => {
  holds((before, after) => {
    const gained = (id: string, short: BalanceSnapshot['robots'][number]) =>
      after.equipos.filter(
        (one) =>
          one.robotId === id &&
          one.poolId === short.poolId &&
          !one.vetados.has(short.robotId) &&
          equipoIn(before, one.equipoId).robotId !== id,
      ).length;
    for (const short of before.robots) {
      const [has, { basic }] = [of(after, short.robotId), sized(before, short)];
      const saber = before.load.get(short.robotId)?.saber ?? 'actual';
      const stuck =
        short.noApto !== null || saber === 'desconocida' || (short.max >= 0 && has.length >= short.max) || cools(before, short.robotId);
      if (stuck || has.filter((one) => !one.liberando).length >= basic) continue;
      for (const other of before.robots)
        if (other.prioridad > short.prioridad) assert.equal(gained(other.robotId, short), 0, `${other.robotId} before ${short.robotId}`);
    }
  }, 2000);
});

test('a second plan over what the first one left moves nothing, refuses nothing anew and has nothing new to remember', () => {
  holds((_, after, rule) => {
    const again = plan(after, rule, now);
    assert.deepEqual(again.actions, []);
    assert.deepEqual(again.memory, []);
  }, 3000);
});

test('the order of what it is given is all the same', () => {
  fc.assert(
    fc.property(snapshots, rules, fc.array(fc.nat(), { maxLength: 20 }), (snapshot, rule, turns) => {
      const shuffle = <T>(list: readonly T[]): T[] => {
        const left = [...list];
        return list.map((_, index) => left.splice((turns[index] ?? 7) % left.length, 1)[0] as T);
      };
      const shuffled: BalanceSnapshot = {
        ...{ robots: shuffle(snapshot.robots), equipos: shuffle(snapshot.equipos) },
        ...{ load: new Map(shuffle([...snapshot.load])), memory: new Map(shuffle([...snapshot.memory])) },
      };
      assert.deepEqual(plan(shuffled, rule, now), plan(snapshot, rule, now));
    }),
    { numRuns: 400 },
  );
});

test('a provider that fails takes nothing from the robots it feeds, but what may not be lent at all or was going back already', () => {
  holds((before, after, { aislamiento }) => {
    for (const { robotId: id, poolId: pool, noApto } of before.robots) {
      if (noApto !== null || (before.load.get(id)?.saber ?? 'actual') === 'actual') continue;
      for (const one of of(before, id)) {
        const mayKeep =
          one.noApto === null &&
          !one.fijo &&
          !one.liberando &&
          !one.vetados.has(id) &&
          (one.poolId === pool || (!aislamiento && one.poolId === null));
        if (mayKeep) assert.deepEqual(equipoIn(after, one.equipoId), one);
      }
    }
  });
});

test('while nothing is known of its tickets a robot gets nothing', () => {
  holds((before, after) => {
    for (const { robotId: id } of before.robots)
      if (before.load.get(id)?.saber === 'desconocida') assert.ok(of(after, id).length <= of(before, id).length);
  });
});

test('whoever is evicted keeps its Min, and loses only to a more important robot', () => {
  holds((before, after, rule) => {
    for (const { accion, robotId: id, equipos: ids } of plan(before, rule, now).actions) {
      if (accion !== 'DESALOJO_POR_PRIORIDAD_ESTRICTA') continue;
      const victim = before.robots.find((one) => one.robotId === id);
      assert.ok(victim && rule.preemption);
      assert.ok(of(after, id).filter((one) => !one.liberando).length >= sized(before, victim).basic);
      for (const one of ids) {
        const winner = before.robots.find((each) => each.robotId === equipoIn(after, one).robotId);
        assert.ok(winner && winner.prioridad < victim.prioridad);
      }
    }
  });
});

test('a broken robot never stops the others', () => {
  const odd = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -5, 0, 0.5, 1e12);
  const broken = fc.record({ min: odd, max: odd, ratio: odd, prioridad: odd, tickets: odd });
  fc.assert(
    fc.property(broken, rules, ({ tickets, ...figures }, rule) => {
      const scene = snapshotOf({
        robots: [robot({ robotId: 'roto', poolId: 'A', ...figures }), robot({ robotId: 'sano', poolId: 'B' })],
        equipos: [
          ...[1, 2, 3].map((n) => equipo({ equipoId: `${n}`, poolId: 'A' })),
          ...[4, 5].map((n) => equipo({ equipoId: `${n}`, poolId: 'B' })),
        ],
        tickets: { roto: tickets, sano: 15 },
      });
      const after = applyInMemory(scene, plan(scene, rule, now));
      assert.deepEqual(
        of(after, 'sano').map((one) => one.equipoId),
        ['4', '5'],
      );
      assert.deepEqual(plan(after, rule, now).actions, []);
    }),
  );
});
