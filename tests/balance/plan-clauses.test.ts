import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { RobotLoad, RobotMemory } from '#server/balance/model.ts';
import { plan } from '#server/balance/plan.ts';
import { applyInMemory } from '#tests/support/apply-in-memory.ts';
import { equipo, equipos, linesOf, moved, now, planOf, remembers, robot, type Scene, settings, snapshotOf } from './scene.ts';

const minute = 60_000;
const has = (count: number, tickets: number | RobotLoad, memory: Partial<RobotMemory> = {}, parts = {}): Scene => ({
  robots: [robot({ robotId: 'r1', ...parts })],
  equipos: [...equipos(count, { robotId: 'r1' }), ...equipos(20, {}, 100)],
  tickets: { r1: tickets },
  memory: [remembers({ robotId: 'r1', ...memory })],
});
const after = (scene: Scene): readonly unknown[] => {
  const [verdict] = planOf(scene).verdicts;
  return [verdict?.tendra, verdict?.negativa];
};

/** How many it has after each of those counts of tickets, one every two minutes. */
const story = (scene: Scene, counts: readonly number[], changed: Partial<typeof settings> = {}): number[] => {
  let snapshot = snapshotOf(scene);
  return counts.map((tickets, turn) => {
    const seen = { ...snapshot, load: new Map([['r1', { tickets, saber: 'actual' as const }]]) };
    snapshot = applyInMemory(seen, plan(seen, { ...settings, ...changed }, now + 2 * turn * minute));
    return snapshot.equipos.filter(({ robotId }) => robotId === 'r1').length;
  });
};

describe('cooling refers to the tickets of the last move', () => {
  test('and not to those of the plans in between, however they creep up', () => {
    assert.deepEqual(story(has(0, 0), [30, 35, 38, 38]), [3, 3, 3, 4]);
    assert.deepEqual(story(has(0, 0), [100, 110, 129, 130]), [10, 10, 10, 13]);
  });

  test('so a move that an exception allowed sets the measure anew', () => {
    assert.deepEqual(story(has(0, 0), [30, 39, 45, 51]), [3, 4, 4, 6]);
    assert.deepEqual(story(has(0, 0), [100, 60, 50, 36]), [10, 6, 6, 4]);
  });

  test('exactly 30 % more grows and exactly 40 % fewer shrinks, of any count', () => {
    for (const tickets of [1, 3, 7, 10, 90, 333, 1e6 + 1, 1e15 + 3]) {
      const memory = { alza: moved(10, tickets) };
      const [grows, shrinks] = [Math.ceil((tickets * 13) / 10), Math.floor((tickets * 6) / 10)];
      const ratio = { ratio: 1, max: 30 };
      assert.equal(after(has(1, grows, memory, ratio))[1] === 'enfriamiento_alza', false, `${tickets}`);
      if (grows > 2) assert.equal(after(has(1, grows - 1, memory, ratio))[1], 'enfriamiento_alza', `${tickets}`);
      if (shrinks > 0 && shrinks < 30) assert.equal(after(has(30, shrinks, memory, ratio))[0], shrinks, `${tickets}`);
      if (shrinks < 28) assert.equal(after(has(30, shrinks + 1, memory, ratio))[1], 'enfriamiento_baja', `${tickets}`);
    }
  });
});

describe('a robot that got fewer than it needed only for lack of equipos', () => {
  test('is completed at any time, while it cools', () => {
    const scene = { ...has(0, 0), equipos: equipos(2) };
    const first = plan(snapshotOf({ ...scene, tickets: { r1: 45 } }), settings, now);
    assert.equal(first.memory[0]?.incompleto, true);
    assert.deepEqual(after(has(2, 45, { alza: moved(10, 45), incompleto: true })), [5, null]);
  });

  test('gives none back while it cools, although it was incomplete, but for 40 % fewer', () => {
    assert.deepEqual(after(has(4, 30, { alza: moved(10, 60), incompleto: true })), [3, null]);
    assert.deepEqual(after(has(4, 29, { alza: moved(10, 40), incompleto: true })), [4, 'enfriamiento_baja']);
  });

  test('is complete once it has had all it needed: then it cools like the others', () => {
    const memory = { alza: moved(10, 60), incompleto: true };
    const scene = snapshotOf(has(4, 40, memory));
    const next = applyInMemory(scene, plan(scene, settings, now));
    assert.equal(next.memory.get('r1')?.incompleto, false);
  });

  test('a robot that lost equipos to a more important one has them back at any time', () => {
    const robots = [robot({ robotId: 'r1', prioridad: 9 }), robot({ robotId: 'r2', prioridad: 1 })];
    const memory = [remembers({ robotId: 'r1', alza: moved(10, 30) })];
    const scene = snapshotOf({ robots, equipos: equipos(3, { robotId: 'r1' }), tickets: { r1: 30, r2: 20 }, memory });
    const evicted = applyInMemory(scene, plan(scene, { ...settings, preemption: true }, now));
    assert.deepEqual(
      evicted.equipos.map(({ robotId }) => robotId),
      ['r2', 'r2', 'r1'],
    );
    assert.equal(evicted.memory.get('r1')?.baja, null, 'it is no move of its own');
    const freed = { ...evicted, load: new Map([['r1', { tickets: 30, saber: 'actual' as const }]]) };
    const back = applyInMemory(freed, plan(freed, { ...settings, preemption: true }, now + 2 * minute));
    assert.deepEqual(
      back.equipos.map(({ robotId }) => robotId),
      ['r1', 'r1', 'r1'],
    );
  });
});

describe('these never cool', () => {
  test('a first equipo, also right after all went back', () => {
    assert.deepEqual(story(has(0, 0), [1, 0, 1, 0, 1]), [1, 0, 1, 0, 1]);
    assert.deepEqual(after(has(0, 12, { alza: moved(10, 11), baja: moved(5, 11) })), [2, null]);
  });

  test('a release for no tickets, from any move a moment ago', () => {
    assert.deepEqual(after(has(5, 0, { alza: moved(1, 50) })), [0, null]);
  });

  test('a release of what the robot or the equipo may no longer have', () => {
    assert.deepEqual(after(has(5, 50, { alza: moved(1, 50) }, { noApto: 'Está desactivado.' })), [0, 'no_apto']);
    const scene = { ...has(0, 5, { alza: moved(1, 5) }), equipos: [equipo({ equipoId: '1', robotId: 'r1', noApto: 'Roto.' })] };
    assert.equal(linesOf(scene)[0], 'r1 DESASIGNAR_EQUIPO_NO_APTO 1 (1→0)');
  });

  test('an eviction of a robot that cools', () => {
    const robots = [robot({ robotId: 'r1', prioridad: 9 }), robot({ robotId: 'r2', prioridad: 1 })];
    const memory = [remembers({ robotId: 'r1', alza: moved(1, 30) })];
    const lines = linesOf({ robots, equipos: equipos(3, { robotId: 'r1' }), tickets: { r1: 30, r2: 5 }, memory }, { preemption: true });
    assert.deepEqual(lines.slice(0, 2), ['r1 DESALOJO_POR_PRIORIDAD_ESTRICTA 1 (3→2)', 'r2 ASIGNAR_DEMANDA_POOL 1 (0→1)']);
  });
});

describe('what an operator changes while a robot cools', () => {
  const memory = { alza: moved(10, 30) };

  test('a higher Min waits for the end of its cooling', () => {
    assert.deepEqual(after(has(3, 30, memory, { min: 6 })), [3, 'enfriamiento_alza']);
    assert.deepEqual(after(has(3, 30, { alza: moved(300, 30) }, { min: 6 })), [6, null]);
  });

  test('a lower Max is held at once', () => {
    assert.deepEqual(after(has(3, 30, memory, { max: 1 })), [1, 'tope']);
    assert.deepEqual(after(has(3, 30, memory, { max: 0 })), [0, 'tope']);
  });

  test('a lower Max waits for a source that does not answer: nobody knows what it may give back', () => {
    assert.deepEqual(after(has(3, { tickets: 30, saber: 'antigua' }, memory, { max: 1 })), [3, 'carga_antigua']);
    assert.deepEqual(after(has(3, { tickets: 0, saber: 'desconocida' }, memory, { max: 1 })), [3, 'carga_desconocida']);
  });
});

describe('two passes', () => {
  const scene = (machines: Scene['equipos'], tickets: Record<string, number>): Scene => ({
    robots: [
      robot({ robotId: 'a1', poolId: 'A', prioridad: 1, min: 2 }),
      robot({ robotId: 'a2', poolId: 'A', prioridad: 2, min: 2 }),
      robot({ robotId: 'g3', prioridad: 3, min: 2 }),
    ],
    ...{ equipos: machines, tickets },
  });
  const given = (one: Scene, changed = {}) => Object.fromEntries(planOf(one, changed).verdicts.map((each) => [each.robotId, each.tendra]));
  const free = [...equipos(3, { poolId: 'A' }), ...equipos(4, {}, 50)];

  test('the first gives every robot its Min inside its own pool only, by priority', () => {
    assert.deepEqual(given(scene(free, { a1: 1, a2: 1, g3: 1 })), { a1: 2, a2: 1, g3: 2 });
  });

  test('the second goes once over all, own pool first, then General if pools are not isolated', () => {
    assert.deepEqual(given(scene(free, { a1: 1, a2: 1, g3: 1 }), { aislamiento: false }), { a1: 2, a2: 2, g3: 2 });
    assert.deepEqual(given(scene(free, { a1: 90, a2: 90, g3: 90 }), { aislamiento: false }), { a1: 4, a2: 1, g3: 2 });
  });

  test('a robot without equipos in its pool has its Min from General only after those of General have theirs', () => {
    const onlyGeneral = equipos(3);
    assert.deepEqual(given(scene(onlyGeneral, { a1: 90, g3: 90 }), { aislamiento: false }), { a1: 1, a2: 0, g3: 2 });
  });
});

test('the example of the manual is true', () => {
  const robots = [
    robot({ robotId: 'altas', prioridad: 10 }),
    robot({ robotId: 'bajas', prioridad: 20, min: 2 }),
    robot({ robotId: 'avisos', prioridad: 30, max: 2 }),
  ];
  let snapshot = snapshotOf({ robots, equipos: equipos(6) });
  const after2Minutes = [
    { altas: 45, bajas: 4, avisos: 60 },
    { altas: 45, bajas: 0, avisos: 60 },
    { altas: 52, bajas: 0, avisos: 60 },
    { altas: 27, bajas: 0, avisos: 60 },
  ].map((tickets, turn) => {
    const load = new Map(Object.entries(tickets).map(([id, n]) => [id, { tickets: n, saber: 'actual' as const }]));
    const seen = { ...snapshot, load };
    snapshot = applyInMemory(seen, plan(seen, settings, now + 2 * turn * minute));
    return Object.keys(tickets).map((id) => snapshot.equipos.filter(({ robotId }) => robotId === id).length);
  });
  assert.deepEqual(after2Minutes, [
    [3, 2, 1],
    [5, 0, 1],
    [5, 0, 1],
    [3, 0, 2],
  ]);
});
