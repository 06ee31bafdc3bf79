import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { RobotLoad, RobotMemory } from '#server/balance/model.ts';
import { plan } from '#server/balance/plan.ts';
import { applyInMemory } from '#tests/support/apply-in-memory.ts';
import { equipo, equipos, linesOf, moved, now, planOf, remembers, robot, type Scene, settings, snapshotOf } from './scene.ts';

const has = (count: number, tickets: number | RobotLoad, memory: Partial<RobotMemory> = {}, free = 6): Scene => ({
  robots: [robot({ robotId: 'r1' })],
  equipos: [...equipos(count, { robotId: 'r1' }), ...equipos(free, {}, 100)],
  tickets: { r1: tickets },
  memory: [remembers({ robotId: 'r1', ...memory })],
});
/** How many it has afterwards, and what it is refused. */
const after = (scene: Scene): readonly unknown[] => {
  const { verdicts } = planOf(scene);
  return [verdicts[0]?.tendra, verdicts[0]?.negativa];
};
const learns = (scene: Scene) => planOf(scene).memory[0];

describe('a robot that moved less than five minutes ago', () => {
  const after100s = moved(100, 30);

  test('gets no more for a few more tickets, but does from 30 % more than at its last move', () => {
    assert.deepEqual(after(has(3, 38, { alza: after100s })), [3, 'enfriamiento_alza']);
    assert.deepEqual(after(has(3, 39, { alza: after100s })), [4, null]);
  });

  test('gives none back for a few tickets fewer, but does from 40 % fewer', () => {
    assert.deepEqual(after(has(3, 19, { baja: after100s })), [3, 'enfriamiento_baja']);
    assert.deepEqual(after(has(3, 18, { baja: after100s })), [2, null]);
  });

  test('cools in the other direction too, with the same exceptions', () => {
    assert.deepEqual(after(has(3, 19, { alza: after100s })), [3, 'enfriamiento_baja']);
    assert.deepEqual(after(has(3, 2, { alza: after100s })), [1, null]);
    assert.deepEqual(after(has(3, 38, { baja: after100s })), [3, 'enfriamiento_alza']);
    assert.deepEqual(after(has(3, 90, { baja: after100s })), [9, null]);
  });

  test('is judged by the last of its moves', () => {
    assert.deepEqual(after(has(3, 39, { alza: moved(200, 30), baja: moved(100, 35) })), [3, 'enfriamiento_alza']);
    assert.deepEqual(after(has(3, 39, { alza: moved(100, 30), baja: moved(200, 35) })), [4, null]);
  });

  test('is free again after exactly five minutes, and was never bound by a move of the future', () => {
    assert.deepEqual(after(has(3, 38, { alza: moved(300, 30) })), [4, null]);
    assert.deepEqual(after(has(3, 38, { alza: moved(299, 30) })), [3, 'enfriamiento_alza']);
    assert.deepEqual(after(has(3, 38, { alza: moved(-60, 30) })), [4, null]);
  });

  test('gets its first equipos all the same', () => {
    assert.deepEqual(after(has(0, 31, { baja: after100s })), [4, null]);
  });

  test('is completed as soon as there are more, when it got too few for lack of them', () => {
    assert.deepEqual(after(has(3, 45, { alza: moved(100, 45), incompleto: true })), [5, null]);
    assert.deepEqual(after(has(3, 45, { alza: moved(100, 45) })), [3, 'enfriamiento_alza']);
  });

  test('takes nothing from the free ones when it is refused: the next robot has them', () => {
    const scene = has(3, 38, { alza: after100s }, 1);
    const second = { ...scene, robots: [...scene.robots, robot({ robotId: 'r2' })], tickets: { ...scene.tickets, r2: 5 } };
    assert.deepEqual(linesOf(second), ['r2 ASIGNAR_DEMANDA_POOL 100 (0→1)', 'r1 RECHAZO (3→3)']);
  });
});

describe('what is remembered', () => {
  test('one move with its tickets, however many equipos moved', () => {
    assert.deepEqual(learns(has(0, 45)), remembers({ robotId: 'r1', alza: { at: now, tickets: 45 } }));
    assert.deepEqual(learns(has(5, 12)), remembers({ robotId: 'r1', baja: { at: now, tickets: 12 } }));
  });

  test('that it got too few for lack of equipos', () => {
    assert.deepEqual(
      learns(has(0, 45, {}, 2)),
      remembers({ robotId: 'r1', alza: moved(0, 45), incompleto: true, negativa: 'sin_equipos' }),
    );
  });

  test('and the page is told until when it cools', () => {
    const until = (scene: Scene) => planOf(scene).verdicts[0]?.enfriaHasta;
    assert.equal(until(has(0, 45)), now + 300_000);
    assert.equal(until(has(3, 30, { alza: moved(100, 30) })), now + 200_000);
    assert.equal(until(has(3, 30, { alza: moved(300, 30) })), null);
  });

  test('no move when all goes back for lack of tickets', () => {
    assert.equal(learns(has(3, 0)), undefined);
  });
});

describe('while a source of tickets does not answer', () => {
  const of = (tickets: number, saber: RobotLoad['saber']): RobotLoad => ({ tickets, saber });

  test('its robots keep what they have', () => {
    assert.deepEqual(after(has(3, of(0, 'desconocida'))), [3, 'carga_desconocida']);
    assert.deepEqual(after(has(3, of(5, 'antigua'))), [3, 'carga_antigua']);
    assert.deepEqual(after(has(3, of(0, 'antigua'))), [3, 'carga_antigua']);
  });

  test('they may grow with its last answer, not without any', () => {
    assert.deepEqual(after(has(3, of(45, 'antigua'))), [5, null]);
    assert.deepEqual(after(has(3, of(45, 'desconocida'))), [3, 'carga_desconocida']);
  });

  test('a count that is no number is not known', () => {
    assert.deepEqual(after(has(3, Number.NaN)), [3, 'carga_desconocida']);
  });

  test('what was remembered of them stays', () => {
    assert.equal(learns(has(3, of(0, 'desconocida'), { incompleto: true, alza: moved(10, 45) }))?.incompleto, true);
  });
});

describe('a more important robot that lacks equipos', () => {
  const scene = (parts: Partial<Scene> = {}): Scene => ({
    robots: [robot({ robotId: 'r1', prioridad: 1 }), robot({ robotId: 'r5', prioridad: 5 }), robot({ robotId: 'r9', prioridad: 9 })],
    equipos: [...equipos(3, { robotId: 'r5' }), ...equipos(3, { robotId: 'r9' }, 10)],
    tickets: { r1: 30, r5: 30, r9: 30 },
    ...parts,
  });
  const evict = (parts: Partial<Scene> = {}, changed = {}) =>
    linesOf(scene(parts), { preemption: true, ...changed }).filter((line) => !line.includes('RECHAZO'));

  test('takes idle ones from the least important, which keeps its Min', () => {
    assert.deepEqual(evict(), [
      'r5 DESALOJO_POR_PRIORIDAD_ESTRICTA 1 (3→2)',
      'r9 DESALOJO_POR_PRIORIDAD_ESTRICTA 10 11 (3→1)',
      'r1 ASIGNAR_DEMANDA_POOL 10 11 1 (0→3)',
    ]);
  });

  test('only if the setting says so', () => {
    assert.deepEqual(evict({}, { preemption: false }), []);
  });

  test('takes free ones first', () => {
    const [first, second] = [scene().equipos, equipos(3, {}, 50)];
    assert.deepEqual(evict({ equipos: [...first, ...second] }), ['r1 ASIGNAR_DEMANDA_POOL 50 51 52 (0→3)']);
  });

  test('never takes one that works', () => {
    const busy = [...equipos(3, { robotId: 'r5', ocupado: true }), ...equipos(3, { robotId: 'r9', ocupado: true }, 10)];
    assert.deepEqual(evict({ equipos: busy }), []);
  });

  test('nor one of another pool, or of an equal', () => {
    const far = [robot({ robotId: 'r1', poolId: 'A', prioridad: 1 }), robot({ robotId: 'r5' }), robot({ robotId: 'r9' })];
    assert.deepEqual(evict({ robots: far }), []);
    assert.deepEqual(evict({ robots: [robot({ robotId: 'r1' }), robot({ robotId: 'r5' }), robot({ robotId: 'r9' })] }), []);
  });

  test('nor from a robot whose tickets are not known', () => {
    const unknown = { tickets: 30, saber: 'desconocida' } as const;
    assert.deepEqual(evict({ tickets: { r1: 30, r5: unknown, r9: unknown } }), []);
  });

  test('nothing while it cools itself, nor above its Max', () => {
    const machines = [...scene().equipos, equipo({ equipoId: '80', robotId: 'r1' })];
    assert.deepEqual(evict({ equipos: machines, memory: [remembers({ robotId: 'r1', alza: moved(10, 29) })] }), []);
    const capped = [robot({ robotId: 'r1', prioridad: 1, max: 1 }), ...scene().robots.slice(1)];
    assert.deepEqual(evict({ robots: capped, equipos: machines }), []);
  });

  test('and says so to the one that loses and to the one that gains', () => {
    const [loses, , gains] = planOf(scene(), { preemption: true }).actions.map(({ justificacion }) => justificacion);
    assert.equal(loses, 'Los necesita R1 (prioridad 1): se queda con 2, y su mínimo es 1.');
    assert.equal(gains, 'Tiene 30 tickets a 10 por equipo: necesita 3 y tenía 0. 3 de robots menos importantes.');
  });
});

describe('a refusal', () => {
  test('is told once per change, not in every cycle', () => {
    const first = snapshotOf(has(0, 45, {}, 2));
    const second = applyInMemory(first, plan(first, settings, now));
    assert.deepEqual(plan(second, settings, now + 120_000).actions, []);
    const cooler = { ...second, equipos: [...second.equipos, ...equipos(9, {}, 200)] };
    assert.deepEqual(
      plan(cooler, settings, now + 120_000).actions.map(({ accion }) => accion),
      ['ASIGNAR_DEMANDA_POOL'],
    );
  });

  test('is forgotten when it is over, and told again when it comes back', () => {
    assert.equal(learns(has(5, 45, { negativa: 'sin_equipos' }))?.negativa, null);
    assert.deepEqual(linesOf(has(2, 45, { negativa: null }, 0)), ['r1 RECHAZO (2→2)']);
  });

  test('says why, with its figures and until when', () => {
    const porque = (scene: Scene) => planOf(scene).verdicts[0]?.porque;
    assert.equal(
      porque(has(3, 38, { alza: moved(100, 30) })),
      'Tiene 38 tickets a 10 por equipo: necesita 4 y tiene 3, pero cambió hace poco, con 30 tickets: no recibe más hasta dentro de 4 min o hasta que llegue a 39 tickets.',
    );
    assert.equal(
      porque({ ...has(2, 45), robots: [robot({ robotId: 'r1', max: 2 })] }),
      'Tiene 45 tickets a 10 por equipo, que piden 5, pero su máximo es 2 y tiene 2.',
    );
    assert.equal(
      porque({ ...has(0, 45), robots: [robot({ robotId: 'r1', noApto: 'Su pool está inactivo.' })] }),
      'Tiene 45 tickets, pero no puede tener equipos prestados: su pool está inactivo.',
    );
    assert.equal(
      porque(has(3, { tickets: 0, saber: 'desconocida' })),
      'No se sabe cuántos tickets tiene, porque una fuente no responde o los cuenta con un nombre que es de varios robots: ni gana ni pierde equipos (tiene 3).',
    );
  });
});
