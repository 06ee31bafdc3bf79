import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { equipo, equipos, lineOf, linesOf, moved, planOf, remembers, robot, type Scene } from './scene.ts';

const verdictOf = (scene: Scene, id: string, changed = {}) => planOf(scene, changed).verdicts.find(({ robotId }) => robotId === id);
const memoryOf = (scene: Scene, id: string, changed = {}) => planOf(scene, changed).memory.find(({ robotId }) => robotId === id);
const sayingsOf = (scene: Scene, changed = {}) => planOf(scene, changed).actions.map(({ justificacion }) => justificacion);

describe('how many a robot needs', () => {
  const needs = (tickets: number, parts: Partial<Parameters<typeof robot>[0]> = {}, changed = {}) =>
    verdictOf({ robots: [robot({ robotId: 'r1', ...parts })], equipos: [], tickets: { r1: tickets } }, 'r1', changed)?.necesita;

  test('nothing without tickets, else enough for them and at least its Min', () => {
    assert.deepEqual(
      [0, 1, 10, 11, 45].map((tickets) => needs(tickets)),
      [0, 1, 1, 2, 5],
    );
    assert.equal(needs(1, { min: 3 }), 3);
    assert.equal(needs(5, { min: 0 }), 1);
    assert.equal(needs(-4), 0);
  });

  test('within its Max, which wins over its Min; -1 is none', () => {
    assert.deepEqual([needs(45, { max: 2 }), needs(45, { min: 4, max: 2 }), needs(45, { max: 0 }), needs(450, { max: -1 })], [2, 2, 0, 45]);
  });

  test('by the tickets per equipo of the setting where its own say nothing', () => {
    assert.deepEqual(
      [null, 0, -3, 5].map((ratio) => needs(45, { ratio })),
      [5, 5, 5, 9],
    );
    assert.equal(needs(45, {}, { ratio: 15 }), 3);
  });
});

describe('who gets them', () => {
  test('a robot that needs five of six free ones gets them at once, and the next gets the sixth', () => {
    const robots = [robot({ robotId: 'r1', prioridad: 1 }), robot({ robotId: 'r2', prioridad: 2 })];
    assert.deepEqual(linesOf({ robots, equipos: equipos(6), tickets: { r1: 45, r2: 3 } }), [
      'r1 ASIGNAR_DEMANDA_POOL 1 3 4 5 6 (0→5)',
      'r2 ASIGNAR_DEMANDA_POOL 2 (0→1)',
    ]);
  });

  test('the lower number first; then who lacks more; then the lower id, by number', () => {
    const order = (a: object, b: object, tickets: Record<string, number>) =>
      linesOf({ robots: [robot({ robotId: '10', ...a }), robot({ robotId: '9', ...b })], equipos: equipos(1), tickets })[0]?.split(' ')[0];
    assert.equal(order({ prioridad: 5 }, { prioridad: 50 }, { 10: 1, 9: 90 }), '10');
    assert.equal(order({}, {}, { 10: 25, 9: 15 }), '10');
    assert.equal(order({}, {}, { 10: 15, 9: 15 }), '9');
  });

  test('the best one does not take everything: each has its Min first', () => {
    const robots = [robot({ robotId: 'r1', prioridad: 1 }), robot({ robotId: 'r2', prioridad: 2, min: 2 })];
    const [first, second] = linesOf({ robots, equipos: equipos(4), tickets: { r1: 900, r2: 1 } });
    assert.deepEqual([first, second], ['r1 ASIGNAR_DEMANDA_POOL 1 4 (0→2)', 'r2 ASIGNAR_DEMANDA_POOL 2 3 (0→2)']);
  });

  test('those it used last first, then by id, as numbers', () => {
    const machines = [equipo({ equipoId: '10' }), equipo({ equipoId: '9' }), equipo({ equipoId: '30', ultimoRobotId: 'r1' })];
    assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1' })], equipos: machines, tickets: { r1: 30 } }), [
      'r1 ASIGNAR_DEMANDA_POOL 30 9 10 (0→3)',
    ]);
  });

  test('of its own pool only, while pools are isolated', () => {
    const scene: Scene = {
      robots: [robot({ robotId: 'r1', poolId: 'A' })],
      equipos: [equipo({ equipoId: '1', poolId: 'A' }), equipo({ equipoId: '2' }), equipo({ equipoId: '3', poolId: 'B' })],
      tickets: { r1: 30 },
    };
    assert.deepEqual(linesOf(scene), ['r1 ASIGNAR_DEMANDA_POOL 1 (0→1)', 'r1 RECHAZO (1→1)']);
    assert.deepEqual(linesOf(scene, { aislamiento: false }), [
      'r1 ASIGNAR_DEMANDA_POOL 1 (0→1)',
      'r1 ASIGNAR_DESBORDE_GLOBAL 2 (1→2)',
      'r1 RECHAZO (2→2)',
    ]);
  });

  test('one of General that another pool borrowed has no second owner', () => {
    const robots = [robot({ robotId: 'r1', poolId: 'A', prioridad: 1 }), robot({ robotId: 'r2' })];
    const scene = { robots, equipos: [equipo({ equipoId: '1', robotId: 'r1' })], tickets: { r1: 5, r2: 5 } };
    assert.deepEqual(linesOf(scene, { aislamiento: false }), ['r2 RECHAZO (0→0)']);
  });

  test("General's own robots have their Min before others borrow, then the more important one goes first", () => {
    const robots = [robot({ robotId: 'r1', poolId: 'A', prioridad: 1 }), robot({ robotId: 'r2', prioridad: 2 })];
    const scene = { robots, equipos: equipos(3), tickets: { r1: 20, r2: 30 } };
    assert.deepEqual(linesOf(scene, { aislamiento: false }).slice(0, 2), [
      'r2 ASIGNAR_DEMANDA_POOL 1 (0→1)',
      'r1 ASIGNAR_DESBORDE_GLOBAL 2 3 (0→2)',
    ]);
  });

  test('never one that may not be lent, that a person has, or on which something runs', () => {
    const machines = [
      equipo({ equipoId: '1', noApto: 'en mantenimiento' }),
      equipo({ equipoId: '2', fijo: true }),
      equipo({ equipoId: '3', ocupado: true }),
    ];
    assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1' })], equipos: machines, tickets: { r1: 5 } }), ['r1 RECHAZO (0→0)']);
  });
});

describe('who gives back', () => {
  const three = equipos(3, { robotId: 'r1' });

  test('a robot without tickets, all at once and however recently it moved', () => {
    const memory = [remembers({ robotId: 'r1', alza: moved(10, 30) })];
    for (const tickets of [{ r1: 0 }, {}])
      assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1' })], equipos: three, tickets, memory }), [
        'r1 DESASIGNAR_ROBOT_NO_CANDIDATO 1 2 3 (3→0)',
      ]);
  });

  test('and what it gives back is not its own again in the same plan', () => {
    const scene: Scene = { robots: [robot({ robotId: 'r1', min: 2 })], equipos: three, tickets: { r1: 0 } };
    assert.equal(planOf(scene).actions.length, 1);
  });

  test('a robot that may have none, whatever is known of its tickets', () => {
    for (const saber of ['actual', 'antigua', 'desconocida'] as const)
      assert.deepEqual(
        linesOf({ robots: [robot({ robotId: 'r1', noApto: 'Inactivo.' })], equipos: three, tickets: { r1: { tickets: 0, saber } } }),
        ['r1 DESASIGNAR_ROBOT_NO_CANDIDATO 1 2 3 (3→0)'],
      );
  });

  test('a robot nobody knows any more', () => {
    assert.deepEqual(linesOf({ robots: [], equipos: three }), ['r1 DESASIGNAR_ROBOT_NO_CANDIDATO 1 2 3 (3→0)']);
  });

  test('the equipo that may no longer be lent, and another comes in its place although the robot cools', () => {
    const machines = [equipo({ equipoId: '1', robotId: 'r1', noApto: 'en mantenimiento' }), ...equipos(3, {}, 2)];
    const memory = [remembers({ robotId: 'r1', alza: moved(10, 10) })];
    const scene: Scene = {
      robots: [robot({ robotId: 'r1' })],
      equipos: [...machines, equipo({ equipoId: '9', robotId: 'r1' })],
      tickets: { r1: 12 },
      memory,
    };
    assert.deepEqual(linesOf(scene), ['r1 DESASIGNAR_EQUIPO_NO_APTO 1 (2→1)', 'r1 ASIGNAR_DEMANDA_POOL 2 (1→2)']);
    assert.deepEqual(memoryOf(scene, 'r1'), undefined, 'having back what was lost is no move');
  });

  test('the equipo of another pool, once pools are isolated', () => {
    const scene: Scene = { robots: [robot({ robotId: 'r1', poolId: 'A' })], equipos: equipos(1, { robotId: 'r1' }), tickets: { r1: 5 } };
    assert.equal(linesOf(scene)[0], 'r1 DESASIGNAR_EQUIPO_NO_APTO 1 (1→0)');
    assert.deepEqual(linesOf(scene, { aislamiento: false }), []);
  });

  test('the equipo that a person takes, also while it works', () => {
    const machines = equipos(1, { robotId: 'r1', fijo: true, ocupado: true });
    const lines = linesOf({ robots: [robot({ robotId: 'r1' })], equipos: machines, tickets: { r1: 5 } });
    assert.equal(lines[0], 'r1 DESASIGNAR_EQUIPO_NO_APTO 1 (1→0)');
  });

  test('a robot with more than it needs: idle ones leave, busy ones are drained, and the history tells what is true', () => {
    const machines = [1, 2, 3, 4].map((n) => equipo({ equipoId: `${n}`, robotId: 'r1', ocupado: n > 1 }));
    assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1' })], equipos: machines, tickets: { r1: 20 } }), [
      'r1 DESASIGNAR_EXCEDENTE_POOL 1 (4→3)',
      'r1 DRENAR 4 (3→3)',
    ]);
  });

  test('and another has it in the same plan', () => {
    const robots = [robot({ robotId: 'r1' }), robot({ robotId: 'r2' })];
    assert.deepEqual(linesOf({ robots, equipos: three, tickets: { r1: 15, r2: 1 } }), [
      'r1 DESASIGNAR_EXCEDENTE_POOL 3 (3→2)',
      'r2 ASIGNAR_DEMANDA_POOL 3 (0→1)',
    ]);
  });

  test('what is above its Max goes back although it cools', () => {
    const memory = [remembers({ robotId: 'r1', alza: moved(10, 25) })];
    assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1', max: 1 })], equipos: three, tickets: { r1: 25 }, memory }).slice(0, 1), [
      'r1 DESASIGNAR_EXCEDENTE_POOL 3 2 (3→1)',
    ]);
  });
});

describe('an equipo that is being taken back', () => {
  const draining = (parts: object) => equipo({ equipoId: '1', robotId: 'r1', liberando: true, ...parts });
  const scene = (parts: object, tickets: number): Scene => ({
    robots: [robot({ robotId: 'r1' })],
    equipos: [draining(parts), equipo({ equipoId: '2', robotId: 'r1' })],
    tickets: { r1: tickets },
  });

  test('stays while it works, and leaves once it does not', () => {
    assert.deepEqual(linesOf(scene({ ocupado: true }, 5)), []);
    assert.deepEqual(linesOf(scene({ ocupado: false }, 5)), ['r1 DESASIGNAR_EXCEDENTE_POOL 1 (2→1)']);
  });

  test('is kept when its robot needs it again, before it gets any other', () => {
    assert.deepEqual(linesOf({ ...scene({ ocupado: true }, 25), equipos: [draining({ ocupado: true }), ...equipos(3, {}, 5)] }), [
      'r1 CANCELAR_DRENAJE 1 (1→1)',
      'r1 ASIGNAR_DEMANDA_POOL 5 6 (1→3)',
    ]);
  });

  test('counts towards the Max', () => {
    const full: Scene = {
      robots: [robot({ robotId: 'r1', max: 2 })],
      equipos: [draining({ ocupado: true, noApto: 'sin licencia' }), equipo({ equipoId: '2', robotId: 'r1' }), equipo({ equipoId: '3' })],
      tickets: { r1: 20 },
    };
    assert.deepEqual(linesOf(full), ['r1 RECHAZO (2→2)']);
    assert.match(sayingsOf(full)[0] ?? '', /y tiene 1, más 1 equipo en retirada: con/);
  });
});

test('every sentence names its figures', () => {
  const robots = [robot({ robotId: 'r1' })];
  assert.deepEqual(sayingsOf({ robots, equipos: [...equipos(3, { robotId: 'r1' }), ...equipos(2, {}, 8)], tickets: { r1: 45 } }), [
    'Tiene 45 tickets a 10 por equipo: necesita 5 y tenía 3.',
  ]);
  assert.deepEqual(sayingsOf({ robots, equipos: equipos(3, { robotId: 'r1' }), tickets: {} }), ['No tiene tickets: devuelve 3 equipos.']);
  assert.deepEqual(
    planOf({ robots: [robot({ robotId: 'r1', min: 2 })], equipos: equipos(1), tickets: { r1: 1 } }).actions.map((one) => [
      lineOf(one),
      one.justificacion,
    ]),
    [
      [
        'r1 ASIGNAR_DEMANDA_POOL 1 (0→1)',
        'Tiene 1 ticket a 10 por equipo; su mínimo es 2: necesita 2 y tenía 0. Se queda con 1: no hay más libres.',
      ],
      [
        'r1 RECHAZO (1→1)',
        'Tiene 1 ticket a 10 por equipo; su mínimo es 2: necesita 2 y tiene 1: no hay más equipos libres que pueda usar.',
      ],
    ],
  );
});
