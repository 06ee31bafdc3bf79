import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { hasValidLicence } from '#server/equipos/rules.ts';
import { decide } from '#server/lanzador/pairs.ts';
import { pauseAt } from '#server/lanzador/rules.ts';
import { asignacion, at, closed, due, equipo, now, robot, scene, startsOf, suspension, whyOf } from './scene.ts';

describe('a pair starts', () => {
  test('when its robot is online and the equipo is lent or kept for it', () => {
    assert.deepEqual(startsOf(scene({})), ['r1 on e1']);
  });

  test('when its programación is due, with the theoretical start', () => {
    const [pair] = decide(scene({ programada: due() }), at()).pairs;
    assert.deepEqual([pair?.programacionId, pair?.fechaTeorica, pair?.userId], ['p1', '2026-03-02T08:30:00.000Z', 'u-e1']);
  });

  test('when its cyclic window is open, with the instant of the decision', () => {
    const [pair] = decide(scene({ programada: due({ cyclic: true }) }), at()).pairs;
    assert.equal(pair?.fechaTeorica, now.toISOString());
  });

  test('although the same programación has run today on another equipo', () => {
    const held = [{ programacionId: 'p1', equipoId: 'e2', fechaTeorica: '2026-03-02T08:30:00.000Z' }];
    assert.deepEqual(startsOf({ ...scene({ programada: due() }), held }), ['r1 on e1']);
  });

  test('when the run before ended longer ago than its interval', () => {
    const ends = [{ robotId: 'r1', equipoId: 'e1', fechaFin: '2026-03-02T08:50:00.000Z' }];
    assert.deepEqual(startsOf({ ...scene({ programada: due({ cyclic: true, intervalMs: 10 * 60_000 }) }), ends }), ['r1 on e1']);
  });

  test('when its suspension is over', () => {
    const suspensiones = [suspension({ robotId: 'r1', hasta: '2026-03-02T08:59:59.000Z' })];
    assert.deepEqual(startsOf({ ...scene({}), suspensiones }), ['r1 on e1']);
  });

  test('when its equipo has one of the two licences among others', () => {
    assert.deepEqual(startsOf(scene({ equipo: { licencia: 'DEVELOPMENT, RUNTIME' } })), ['r1 on e1']);
  });
});

describe('a pair does not start', () => {
  const cases: readonly (readonly [string, Parameters<typeof scene>[0], string])[] = [
    ['because its robot is off', { robot: { activo: 0 } }, 'robot_inactivo'],
    ['because its robot is gone from A360', { robot: { presente: 0 } }, 'robot_ausente'],
    ['because its robot only runs by programación and this is not one', { robot: { esOnline: 0 } }, 'robot_no_online'],
    ['because its equipo is in maintenance', { equipo: { activoSam: 0 } }, 'equipo_mantenimiento'],
    ['because its equipo is gone from A360', { equipo: { presente: 0 } }, 'equipo_ausente'],
    ['because its equipo is not connected', { equipo: { conectado: 0 } }, 'equipo_desconectado'],
    ['because its equipo has lost its user', { equipo: { userId: null } }, 'sin_usuario'],
    ['because its user is disabled', { equipo: { userActivo: 0 } }, 'usuario_desactivado'],
    ['because its user has no licence to run', { equipo: { licencia: 'DEVELOPMENT' } }, 'sin_licencia'],
    ['because it is out of its window', { programada: closed }, 'fuera_de_hora'],
    ['because its programación cannot be read', { programada: { kind: 'invalid', problem: 'Falta la hora.' } }, 'programacion_no_valida'],
    ['because its programación is switched off', { programada: due(), programacion: { activo: 0 } }, 'programacion_inactiva'],
    ['because its programación is of another robot', { programada: due(), programacion: { robotId: 'r9' } }, 'programacion_ajena'],
  ];
  for (const [name, parts, code] of cases) test(name, () => assert.equal(whyOf(scene(parts))?.code, code));

  test('because its hour was before the database was put back in time: it may have been launched then', () => {
    const programada = scene({ programada: due() });
    assert.equal(whyOf({ ...programada, restoredAt: '2026-03-02T08:45:00.000Z' })?.code, 'antes_de_restaurar');
    assert.equal(whyOf({ ...programada, restoredAt: '2026-03-02T08:29:59.000Z' }), null);
    const cyclic = scene({ programada: due({ cyclic: true, intervalMs: 30 * 60_000 }) });
    assert.deepEqual(whyOf({ ...cyclic, restoredAt: '2026-03-02T08:45:00.000Z' }), {
      code: 'intervalo',
      hasta: '2026-03-02T09:15:00.000Z',
    });
  });

  test('because its programación is not there', () => {
    assert.equal(whyOf({ ...scene({ programada: due() }), programaciones: [] })?.code, 'sin_programacion');
  });

  test('because nobody knows its robot or its equipo', () => {
    assert.equal(whyOf({ ...scene({}), robots: [] })?.code, 'robot_desconocido');
    assert.equal(whyOf({ ...scene({}), equipos: [] })?.code, 'equipo_desconocido');
  });

  for (const [what, of] of [
    ['robot', { robotId: 'r1' }],
    ['equipo', { equipoId: 'e1' }],
    ['pareja', { robotId: 'r1', equipoId: 'e1' }],
  ] as const)
    test(`because its ${what} is suspended, and says until when`, () => {
      const suspensiones = [suspension({ ...of, hasta: '2026-03-02T10:00:00.000Z' })];
      const expected = { code: 'suspendido', de: what, motivo: 'No tiene equipos.', hasta: '2026-03-02T10:00:00.000Z' };
      assert.deepEqual(whyOf({ ...scene({}), suspensiones }), expected);
    });

  test('because its equipo is busy with any robot', () => {
    const busy = [{ robotId: 'r7', equipoId: 'e1', userId: 'u-e1' }];
    assert.deepEqual(whyOf({ ...scene({}), busy }), { code: 'equipo_ocupado', robotId: 'r7' });
  });

  test('because its user works on another equipo', () => {
    const busy = [{ robotId: 'r7', equipoId: 'e2', userId: 'u-e1' }];
    assert.deepEqual(whyOf({ ...scene({}), busy }), { code: 'usuario_ocupado', robotId: 'r7' });
  });

  test('because the occurrence has its execution', () => {
    const held = [{ programacionId: 'p1', equipoId: 'e1', fechaTeorica: '2026-03-02T08:30:00.000Z' }];
    assert.equal(whyOf({ ...scene({ programada: due() }), held })?.code, 'ocurrencia_hecha');
  });

  test('because its interval has not passed, in elapsed minutes', () => {
    const ends = [
      { robotId: 'r1', equipoId: 'e1', fechaFin: '2026-03-02T08:50:00.001Z' },
      { robotId: 'r1', equipoId: 'e1', fechaFin: '2026-03-02T07:00:00.000Z' },
    ];
    const cyclic = scene({ programada: due({ cyclic: true, intervalMs: 10 * 60_000 }) });
    assert.deepEqual(whyOf({ ...cyclic, ends }), { code: 'intervalo', hasta: '2026-03-02T09:00:00.001Z' });
  });
});

describe('of several on one equipo', () => {
  const both = (one: object, other: object, rest: Partial<ReturnType<typeof scene>> = {}) => ({
    ...scene({ programada: due() }),
    robots: [robot({ robotId: 'r1', ...one }), robot({ robotId: 'r2', ...other })],
    ...rest,
  });

  test('the programmed one goes before the online one, whatever their priority', () => {
    const asignaciones = [
      asignacion({ asignacionId: 1, robotId: 'r2' }),
      asignacion({ asignacionId: 2, esProgramado: 1, programacionId: 'p1' }),
    ];
    const snapshot = both({ prioridad: 100 }, { prioridad: 1 }, { asignaciones });
    assert.deepEqual(startsOf(snapshot), ['r1 on e1']);
    assert.deepEqual(decide(snapshot, at()).verdicts[0]?.why, { code: 'gana_otro', robotId: 'r1' });
  });

  test('the lower priority goes first', () => {
    const asignaciones = [asignacion({ asignacionId: 1 }), asignacion({ asignacionId: 2, robotId: 'r2' })];
    assert.deepEqual(startsOf(both({ prioridad: 50 }, { prioridad: 20 }, { asignaciones })), ['r2 on e1']);
  });

  test('the earlier hour goes first', () => {
    const programaciones = [due(), { ...due({ start: '2026-03-02T08:00:00.000Z' }), programacionId: 'p2', robotId: 'r2' }].map(
      (moment) => ({
        ...{ programacionId: 'p1', robotId: 'r1', activo: 1, moment },
        ...('programacionId' in moment ? { programacionId: moment.programacionId, robotId: moment.robotId } : {}),
      }),
    );
    const asignaciones = [
      asignacion({ asignacionId: 1, esProgramado: 1, programacionId: 'p1' }),
      asignacion({ asignacionId: 2, robotId: 'r2', esProgramado: 1, programacionId: 'p2' }),
    ];
    assert.deepEqual(startsOf(both({}, {}, { asignaciones, programaciones })), ['r2 on e1']);
  });

  test('equipos that share a user are one: the second is told which one has it', () => {
    const equipos = [equipo({ userId: 'u' }), equipo({ equipoId: 'e2', userId: 'u' })];
    const asignaciones = [asignacion({ asignacionId: 1 }), asignacion({ asignacionId: 2, equipoId: 'e2' })];
    const { pairs, verdicts } = decide({ ...scene({}), equipos, asignaciones }, at());
    assert.equal(pairs.length, 1);
    assert.deepEqual(verdicts[1]?.why, { code: 'usuario_de_otro', equipoId: 'e1' });
  });
});

describe('the pause', () => {
  for (const [at, from, to, until] of [
    ['2026-03-02T22:59', '23:00', '05:00', null],
    ['2026-03-02T23:00', '23:00', '05:00', '2026-03-03T04:00:00.000Z'],
    ['2026-03-03T00:00', '23:00', '05:00', '2026-03-03T04:00:00.000Z'],
    ['2026-03-03T04:59', '23:00', '05:00', '2026-03-03T04:00:00.000Z'],
    ['2026-03-03T05:00', '23:00', '05:00', null],
    ['2026-03-02T12:00', '12:00', '13:00', '2026-03-02T12:00:00.000Z'],
    ['2026-03-02T13:00', '12:00', '13:00', null],
    ['2026-03-02T12:00', '12:00', '12:00', null],
  ] as const)
    test(`from ${from} to ${to} ${until ? 'holds' : 'does not hold'} at ${at.slice(11)} of Madrid`, () =>
      assert.equal(pauseAt(new Date(`${at}:00+01:00`), 'Europe/Madrid', from, to)?.toISOString() ?? null, until));

  test('is an hour shorter in the night in which the clocks go forward', () => {
    assert.equal(pauseAt(new Date('2026-03-29T00:30:00Z'), 'Europe/Madrid', '23:00', '05:00')?.toISOString(), '2026-03-29T03:00:00.000Z');
  });
});

test('a licence is one of the two, among others, whatever its case', () => {
  assert.deepEqual([null, '', 'RUNTIMES', 'attendedruntime', 'DEVELOPMENT, RUNTIME'].map(hasValidLicence), [
    false,
    false,
    false,
    true,
    true,
  ]);
});
