import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { equipo, equipos, linesOf, moved, planOf, remembers, robot, type Scene } from './scene.ts';

const noR1 = { vetados: new Map([['r1', 'A360 no deja a R1 trabajar ahí.']]) };
const r1 = robot({ robotId: 'r1' });
const r2 = robot({ robotId: 'r2' });

describe('an equipo on which a robot is suspended', () => {
  test('is not lent to it, and is to any other', () => {
    const scene: Scene = { robots: [r1, r2], equipos: [equipo({ equipoId: '1', ...noR1 })], tickets: { r1: 50, r2: 5 } };
    assert.deepEqual(linesOf(scene), ['r2 ASIGNAR_DEMANDA_POOL 1 (0→1)', 'r1 RECHAZO (0→0)']);
  });

  test('is passed over by that robot, and is still there for the next one, also when the first used it last', () => {
    const machines = [equipo({ equipoId: '1', ultimoRobotId: 'r1', ...noR1 }), equipo({ equipoId: '2' }), equipo({ equipoId: '3' })];
    assert.deepEqual(linesOf({ robots: [robot({ robotId: 'r1', prioridad: 1 }), r2], equipos: machines, tickets: { r1: 15, r2: 5 } }), [
      'r1 ASIGNAR_DEMANDA_POOL 2 3 (0→2)',
      'r2 ASIGNAR_DEMANDA_POOL 1 (0→1)',
    ]);
  });

  test('leaves it if it has it, whoever is to blame is told, and another comes in its place although it cools', () => {
    const scene: Scene = {
      robots: [r1],
      equipos: [equipo({ equipoId: '1', robotId: 'r1', ...noR1 }), equipo({ equipoId: '2', robotId: 'r1' }), equipo({ equipoId: '3' })],
      tickets: { r1: 15 },
      memory: [remembers({ robotId: 'r1', alza: moved(10, 15) })],
    };
    assert.deepEqual(linesOf(scene), ['r1 DESASIGNAR_EQUIPO_NO_APTO 1 (2→1)', 'r1 ASIGNAR_DEMANDA_POOL 3 (1→2)']);
    assert.equal(
      planOf(scene).actions[0]?.justificacion,
      'Ya no se puede prestar 1 (este robot está suspendido en él: A360 no deja a R1 trabajar ahí).',
    );
  });

  test('is drained while it works, is not kept when it is needed again, and leaves once it does not', () => {
    const machine = equipo({ equipoId: '1', robotId: 'r1', ocupado: true, ...noR1 });
    const scene = (parts: object): Scene => ({ robots: [r1], equipos: [{ ...machine, ...parts }], tickets: { r1: 5 } });
    assert.equal(linesOf(scene({}))[0], 'r1 DRENAR 1 (1→1)');
    assert.deepEqual(linesOf(scene({ liberando: true })), ['r1 RECHAZO (1→1)']);
    assert.equal(linesOf(scene({ liberando: true, ocupado: false }))[0], 'r1 DESASIGNAR_EQUIPO_NO_APTO 1 (1→0)');
  });

  test('leaves it too while nothing is known of its tickets', () => {
    const scene: Scene = {
      robots: [r1],
      equipos: [equipo({ equipoId: '1', robotId: 'r1', ...noR1 })],
      tickets: { r1: { tickets: 0, saber: 'desconocida' } },
    };
    assert.equal(linesOf(scene)[0], 'r1 DESASIGNAR_EQUIPO_NO_APTO 1 (1→0)');
  });

  test('is not taken for it from a less important robot: another gives, and has that one itself', () => {
    const scene: Scene = {
      robots: [robot({ robotId: 'r1', prioridad: 1 }), robot({ robotId: 'r5', prioridad: 5 }), robot({ robotId: 'r9', prioridad: 9 })],
      equipos: [...equipos(2, { robotId: 'r5' }), ...equipos(2, { robotId: 'r9', ...noR1 }, 10)],
      tickets: { r1: 30, r5: 20, r9: 20 },
    };
    assert.deepEqual(
      linesOf(scene, { preemption: true }).filter((line) => !line.includes('RECHAZO')),
      [
        'r5 DESALOJO_POR_PRIORIDAD_ESTRICTA 1 (2→1)',
        'r9 DESALOJO_POR_PRIORIDAD_ESTRICTA 10 (2→1)',
        'r1 ASIGNAR_DEMANDA_POOL 1 (0→1)',
        'r5 ASIGNAR_DEMANDA_POOL 10 (1→2)',
      ],
    );
  });

  test('and is there for the next winner, whom nothing keeps from it', () => {
    const scene: Scene = {
      robots: [robot({ robotId: 'r1', prioridad: 1 }), robot({ robotId: 'r2', prioridad: 2 }), robot({ robotId: 'r9', prioridad: 9 })],
      equipos: equipos(2, { robotId: 'r9', ...noR1 }),
      tickets: { r1: 30, r2: 5, r9: 20 },
    };
    assert.deepEqual(
      linesOf(scene, { preemption: true }).filter((line) => !line.includes('RECHAZO')),
      ['r9 DESALOJO_POR_PRIORIDAD_ESTRICTA 1 (2→1)', 'r2 ASIGNAR_DEMANDA_POOL 1 (0→1)'],
    );
  });
});

test('what this very plan gave to one robot goes to a more important one that can have no other', () => {
  const scene: Scene = {
    robots: [robot({ robotId: 'r1', prioridad: 1, min: 0 }), robot({ robotId: 'r2', prioridad: 2 })],
    equipos: [equipo({ equipoId: '1', ...noR1 }), equipo({ equipoId: '2', ultimoRobotId: 'r2' })],
    tickets: { r1: 1, r2: 11 },
  };
  assert.deepEqual(linesOf(scene, { preemption: true }), [
    'r1 ASIGNAR_DEMANDA_POOL 2 (0→1)',
    'r2 ASIGNAR_DEMANDA_POOL 1 (0→1)',
    'r2 RECHAZO (1→1)',
  ]);
});
