import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { openBalanceHouse } from './balance-house.ts';

const withEquipos = (...ids: string[]) => {
  const house = openBalanceHouse();
  house.robot('r1');
  house.robot('r2');
  for (const id of ids) house.equipo(id);
  return house;
};

describe('a balance', () => {
  test('lends what the plan gives, as the balancer, and tells the launcher', async () => {
    const house = withEquipos('e1', 'e2', 'e3');
    house.tickets = { r1: 20, r2: 3 };
    assert.deepEqual(await house.balance(), { asignados: 3, retirados: 0, drenando: 0, retenidos: 0, dejados: 0, rechazos: 0 });
    assert.deepEqual(house.lent(), ['r1: e1 e2', 'r2: e3']);
    assert.deepEqual(house.rows('SELECT DISTINCT asignado_por, fecha_asignacion FROM asignaciones'), [
      { asignado_por: 'Balanceador', fecha_asignacion: '2026-03-02T09:00:00.000Z' },
    ]);
    assert.deepEqual(house.woken, ['lanzar']);
  });

  test('changes nothing, writes nothing and wakes nobody when nothing has changed', async () => {
    const house = withEquipos('e1', 'e2');
    house.tickets = { r1: 40 };
    await house.balance();
    const before = house.rows('SELECT total_changes() AS n');
    await house.balance();
    assert.deepEqual(house.rows('SELECT total_changes() AS n'), before);
    assert.deepEqual(house.woken, ['lanzar']);
  });

  test('writes the history with the counts of the table, whatever the plan says', async () => {
    const house = withEquipos('e1', 'e2', 'e3');
    house.tickets = { r1: 30 };
    await house.balance();
    house.tickets = { r1: 10, r2: 10 };
    await house.balance();
    assert.deepEqual(house.history(), [
      'r1 ASIGNAR_DEMANDA_POOL 0→3 ["e1","e2","e3"]',
      'r1 DESASIGNAR_EXCEDENTE_POOL 3→1 ["e2","e3"]',
      'r2 RECHAZO 0→0 []',
    ]);
    await house.balance();
    assert.equal(house.history().at(-1), 'r2 ASIGNAR_DEMANDA_POOL 0→1 ["e2"]');
    assert.deepEqual(house.rows("SELECT DISTINCT tickets_pendientes, justificacion FROM historico_balanceo WHERE robot_id = 'r2'"), [
      { tickets_pendientes: 10, justificacion: 'No hay más equipos.' },
      { tickets_pendientes: 10, justificacion: 'Porque sí.' },
    ]);
  });

  test('tells the story of each robot', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 10 };
    await house.balance();
    house.tickets = {};
    await house.balance();
    assert.deepEqual(house.rows("SELECT entity_id, kind FROM events WHERE entity = 'robot' ORDER BY event_id"), [
      { entity_id: 'r1', kind: 'got_equipos' },
      { entity_id: 'r1', kind: 'gave_equipos' },
    ]);
  });

  test('tells a refusal once, and again when it comes back', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 30 };
    await house.balance();
    await house.balance();
    assert.equal(house.history().filter((row) => row.includes('RECHAZO')).length, 1);
    house.tickets = { r1: 10 };
    await house.balance();
    house.tickets = { r1: 30 };
    await house.balance();
    assert.equal(house.history().filter((row) => row.includes('RECHAZO')).length, 2);
  });

  test('that fails in the middle leaves nothing', async () => {
    const house = withEquipos('e1', 'e2');
    house.tickets = { r1: 20 };
    house.db.sqlite.exec(`CREATE TRIGGER no BEFORE INSERT ON balance_robots BEGIN SELECT RAISE(ABORT, 'sin sitio'); END`);
    await assert.rejects(house.balance(), /sin sitio/);
    assert.deepEqual([house.lent(), house.history(), house.rows('SELECT * FROM events')], [[], [], []]);
  });

  test('keeps what a restart must know', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 30 };
    await house.balance();
    let memory: unknown;
    house.plan = ({ memory: known }) => {
      memory = known.get('r1');
      return { actions: [], verdicts: [], memory: [] };
    };
    await house.balance();
    const alza = { at: Date.parse('2026-03-02T09:00:00.000Z'), tickets: 30 };
    assert.deepEqual(memory, { robotId: 'r1', alza, baja: null, incompleto: true, negativa: 'sin_equipos' });
    assert.deepEqual(house.rows("SELECT tickets, necesita FROM balance_robots WHERE robot_id = 'r1'"), [{ tickets: 30, necesita: 3 }]);
  });
});

describe('what changes while the plan is made', () => {
  /** Does it once, between the plan and its application. */
  const meanwhile = (house: ReturnType<typeof openBalanceHouse>, times: number, change: (nth: number) => void): (() => number) => {
    const { plan } = house;
    let plans = 0;
    house.plan = (...given) => {
      const made = plan(...given);
      plans += 1;
      if (plans <= times) change(plans);
      return made;
    };
    return () => plans;
  };

  test('a machine that a person reserves is not lent: the plan is made again', async () => {
    const house = withEquipos('e1', 'e2');
    house.tickets = { r1: 10 };
    const plans = meanwhile(house, 1, () => house.asignacion('r2', 'e1', { reservado: 1 }));
    await house.balance();
    assert.equal(plans(), 2);
    assert.deepEqual(house.lent(), ['r1: e2']);
  });

  test('one that begins to work is drained instead of taken', async () => {
    const house = withEquipos('e1');
    house.asignacion('r1', 'e1');
    meanwhile(house, 1, () => house.run('x', { equipo_id: 'e1' }));
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: (e1)']);
    assert.deepEqual(house.history(), ['r1 DRENAR 1→1 ["e1"]']);
  });

  test('a robot that is switched off gets nothing', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 10 };
    meanwhile(house, 1, () => house.db.sqlite.exec("UPDATE robots SET activo = 0 WHERE robot_id = 'r1'"));
    await house.balance();
    assert.deepEqual(house.lent(), []);
  });

  test('anything else does not make the plan again', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 10 };
    const plans = meanwhile(house, 1, () => house.equipo('e9'));
    await house.balance();
    assert.equal(plans(), 1);
    assert.deepEqual(house.lent(), ['r1: e1']);
  });

  test('if it never stops changing, the rest is done and the history tells what was', async () => {
    const house = withEquipos('e1', 'e2', 'e3', 'e4', 'e5', 'e6');
    house.tickets = { r1: 20 };
    const plans = meanwhile(house, 3, (nth) => house.asignacion('r2', `e${nth}`, { reservado: 1 }));
    await house.balance();
    assert.equal(plans(), 3);
    assert.deepEqual(house.lent(), ['r1: e4']);
    assert.deepEqual(house.history(), ['r1 ASIGNAR_DEMANDA_POOL 0→1 ["e4"]']);
    assert.deepEqual(house.rows('SELECT justificacion FROM historico_balanceo'), [
      { justificacion: 'Porque sí. Otro ha cambiado mientras tanto y se deja como está.' },
    ]);
    assert.deepEqual(house.rows("SELECT incompleto FROM balance_robots WHERE robot_id = 'r1'"), [{ incompleto: 1 }]);
  });

  test('a robot of which nothing could be done does not cool', async () => {
    const house = withEquipos('e1', 'e2', 'e3');
    house.tickets = { r1: 10 };
    meanwhile(house, 3, (nth) => house.asignacion('r2', `e${nth}`, { reservado: 1 }));
    await house.balance();
    assert.deepEqual([house.lent(), house.history()], [[], []]);
    assert.deepEqual(house.rows("SELECT ultima_alza_at FROM balance_robots WHERE robot_id = 'r1'"), [{ ultima_alza_at: null }]);
  });
});
