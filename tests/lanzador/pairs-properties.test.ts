import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { decide } from '#server/lanzador/pairs.ts';
import { asignacion, at, closed, due, equipo, robot, type Scene, suspension } from './scene.ts';

const bit = fc.constantFrom(1, 1, 1, 0);
const id = (letter: string, most: number) => fc.integer({ min: 1, max: most }).map((n) => `${letter}${n}`);
const distinct = <T>(arbitrary: fc.Arbitrary<T>, key: (one: T) => string, maxLength: number) =>
  fc.uniqueArray(arbitrary, { selector: key, maxLength });

const robots = distinct(
  fc.record({ robotId: id('r', 6), activo: bit, esOnline: bit, prioridad: fc.integer({ min: 1, max: 3 }), presente: bit }).map(robot),
  (one) => one.robotId,
  6,
);
const equipos = distinct(
  fc
    .record({ equipoId: id('e', 8), userId: fc.option(id('u', 5)), activoSam: bit, conectado: bit, presente: bit, userActivo: bit })
    .map(equipo),
  (one) => one.equipoId,
  8,
);
const moments = fc.oneof(
  fc.constant(closed),
  fc.record({ cyclic: fc.boolean(), start: fc.constantFrom('2026-03-02T08:00:00.000Z', '2026-03-02T08:30:00.000Z') }).map(due),
);
const programaciones = distinct(
  fc.record({ programacionId: id('p', 5), robotId: id('r', 6), activo: bit, moment: moments }),
  (one) => one.programacionId,
  5,
);
const asignaciones = fc
  .array(fc.record({ robotId: id('r', 7), equipoId: id('e', 9), esProgramado: bit, programacionId: fc.option(id('p', 6)) }), {
    maxLength: 25,
  })
  .map((list) => list.map((one, index) => asignacion({ ...one, asignacionId: index + 1 })));
const suspensiones = distinct(
  fc.record({ robotId: fc.option(id('r', 6)), equipoId: fc.option(id('e', 8)) }).map(suspension),
  (one) => `${one.robotId} ${one.equipoId}`,
  3,
);
const busy = fc.array(fc.record({ robotId: id('r', 6), equipoId: id('e', 8), userId: id('u', 5) }), { maxLength: 3 });

const scenes: fc.Arbitrary<Scene> = fc
  .record({ robots, equipos, programaciones, asignaciones, suspensiones, busy })
  .map((parts) => ({ ...parts, held: [], ends: [], tickets: [] }));

const shuffled = (snapshot: Scene, turn: number): Scene =>
  Object.fromEntries(
    Object.entries(snapshot as unknown as Readonly<Record<string, readonly unknown[]>>).map(([name, rows]) => [
      name,
      [...rows.slice(turn % (rows.length || 1)), ...rows.slice(0, turn % (rows.length || 1))].reverse(),
    ]),
  ) as unknown as Scene;

test('no equipo and no user is ever given twice', () => {
  fc.assert(
    fc.property(scenes, (snapshot) => {
      const { pairs } = decide(snapshot, at());
      assert.equal(new Set(pairs.map((pair) => pair.equipoId)).size, pairs.length);
      assert.equal(new Set(pairs.map((pair) => pair.userId)).size, pairs.length);
    }),
  );
});

test('nothing suspended, busy or switched off ever starts', () => {
  fc.assert(
    fc.property(scenes, (snapshot) => {
      for (const { robotId, equipoId, userId } of decide(snapshot, at()).pairs) {
        assert.equal(snapshot.robots.find((one) => one.robotId === robotId)?.activo, 1);
        const on = snapshot.equipos.find((one) => one.equipoId === equipoId);
        assert.deepEqual([on?.activoSam, on?.conectado, on?.presente, on?.userActivo, on?.userId], [1, 1, 1, 1, userId]);
        assert.ok(!snapshot.busy.some((one) => one.equipoId === equipoId || one.userId === userId));
        const suspends = (one: Scene['suspensiones'][number]) =>
          (one.robotId ?? robotId) === robotId && (one.equipoId ?? equipoId) === equipoId && (one.robotId ?? one.equipoId) !== null;
        assert.ok(!snapshot.suspensiones.some(suspends));
      }
    }),
  );
});

test('the order of the rows is all the same, and so is asking again', () => {
  fc.assert(
    fc.property(scenes, fc.nat(20), (snapshot, turn) => {
      const before = decide(snapshot, at()).pairs.map(({ asignacionId, ...pair }) => pair);
      const after = decide(shuffled(snapshot, turn), at()).pairs.map(({ asignacionId, ...pair }) => pair);
      assert.deepEqual(after, before);
    }),
  );
});

test('every assignment is answered: it starts, or it says why not; and none that could start is left without a winner', () => {
  fc.assert(
    fc.property(scenes, (snapshot) => {
      const { pairs, verdicts } = decide(snapshot, at());
      assert.equal(verdicts.length, snapshot.asignaciones.length);
      assert.equal(verdicts.filter(({ why }) => why === null).length, pairs.length);
      const taken = new Set(pairs.map((pair) => pair.equipoId));
      for (const { asignacion, why } of verdicts) if (why?.code === 'gana_otro') assert.ok(taken.has(asignacion.equipoId));
    }),
  );
});

/** Only that it stays linear: nested scans of these sizes take seconds. */
test('five hundred robots, five thousand equipos and two thousand programaciones are decided quickly', () => {
  const many = <T>(n: number, make: (index: number) => T) => Array.from({ length: n }, (_, index) => make(index));
  const snapshot: Scene = {
    robots: many(500, (n) => robot({ robotId: `r${n}`, prioridad: n % 10 })),
    equipos: many(5000, (n) => equipo({ equipoId: `e${n}` })),
    programaciones: many(2000, (n) => ({ programacionId: `p${n}`, robotId: `r${n % 500}`, activo: 1, moment: due() })),
    asignaciones: many(10_000, (n) =>
      asignacion({
        ...{ asignacionId: n, robotId: `r${n % 500}`, equipoId: `e${n % 5000}` },
        ...(n < 6000 ? { esProgramado: 1, programacionId: `p${n % 2000}` } : {}),
      }),
    ),
    suspensiones: [],
    busy: [],
    held: [],
    ends: [],
    tickets: [],
  };
  decide(snapshot, at());
  const began = performance.now();
  assert.equal(decide(snapshot, at()).pairs.length, 5000);
  const took = performance.now() - began;
  assert.ok(took < 500, `${Math.round(took)} ms`);
});
