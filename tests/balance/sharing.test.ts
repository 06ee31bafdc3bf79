import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { plan } from '#server/balance/plan.ts';
import { readBalanceSnapshot } from '#server/balance/snapshot.ts';
import { openBalanceHouse } from './balance-house.ts';

/** Equipos of one user of A360, and why each may not be lent. */
const houseOf = (...ids: string[]) => {
  const house = openBalanceHouse();
  house.plan = plan;
  house.robot('r1');
  house.robot('r2');
  for (const id of ids) house.equipo(id, { user_id: 'u' });
  const why = () =>
    Object.fromEntries(
      house.db
        .read(() => readBalanceSnapshot(house.db, house.clock.now(), new Map()))
        .equipos.map(({ equipoId, noApto }) => [equipoId, noApto]),
    );
  return { house, why };
};

const lent = (name: string) => `Comparte usuario de A360 con «${name}», que es el que se presta.`;

describe('equipos with the same user of A360 are one place', () => {
  test('the lowest id may be lent, by number, and the others say why they may not', () => {
    const { why } = houseOf('10', '9', '11');
    assert.deepEqual(why(), { '9': null, '10': lent('VM-9'), '11': lent('VM-9') });
  });

  test('and only so many robots get something', async () => {
    const { house } = houseOf('e1', 'e2');
    house.tickets = { r1: 90, r2: 90 };
    assert.equal((await house.balance()).asignados, 1);
    assert.deepEqual(house.lent(), ['r1: e1']);
    assert.equal((await house.balance()).asignados, 0);
  });

  test('the one that is lent stays, whatever its id', () => {
    const { house, why } = houseOf('e1', 'e2', 'e3');
    house.asignacion('r1', 'e2', { liberando: 1 });
    house.asignacion('r2', 'e3');
    assert.deepEqual(why(), { e1: lent('VM-e3'), e2: lent('VM-e3'), e3: null });
  });

  test('while a person or a programación has one of them, the others are not lent', async () => {
    const { house, why } = houseOf('e1', 'e2');
    house.asignacion('r2', 'e2', { reservado: 1 });
    house.asignacion('r1', 'e1');
    house.tickets = { r1: 5 };
    assert.equal(why().e1, 'Comparte usuario de A360 con «VM-e2», que tiene una programación o está reservado.');
    await house.balance();
    assert.deepEqual(house.lent(), []);
  });

  test('one on which nothing can run stands in nobody’s way, reserved or not', () => {
    for (const columns of ['activo_sam = 0', 'conectado = 0', 'presente_en_a360 = 0', "licencia = 'DEVELOPMENT'"]) {
      const { house, why } = houseOf('e1', 'e2');
      house.db.sqlite.exec(`UPDATE equipos SET ${columns} WHERE equipo_id = 'e1'`);
      assert.equal(why().e2, null, columns);
      house.asignacion('r2', 'e1', { reservado: 1 });
      assert.equal(why().e2, null, columns);
    }
  });

  test('without a user they share nothing', () => {
    const { house, why } = houseOf('e1', 'e2');
    house.db.sqlite.exec('UPDATE equipos SET user_id = NULL');
    assert.deepEqual(new Set(Object.values(why())), new Set(['El equipo no tiene usuario de A360.']));
  });

  test('somebody who reserves the other one while it is planned is heard', async () => {
    const { house } = houseOf('e1', 'e2');
    house.tickets = { r1: 5 };
    let times = 0;
    house.plan = (...given) => {
      const made = plan(...given);
      if (times++ === 0) house.asignacion('r2', 'e2', { reservado: 1 });
      return made;
    };
    await house.balance();
    assert.deepEqual([times, house.lent()], [2, []]);
  });
});

describe('a robot that is suspended on one equipo', () => {
  const suspend = (house: ReturnType<typeof openBalanceHouse>, columns = "NULL, 'No va ahí.'") =>
    house.db.sqlite.exec(`INSERT INTO suspensiones (robot_id, equipo_id, codigo, hasta, motivo) VALUES ('r1', 'e1', 'x', ${columns})`);

  test('is not lent it, and gives it back', async () => {
    const { house } = houseOf('e1');
    house.equipo('e2');
    house.asignacion('r1', 'e1');
    house.tickets = { r1: 5 };
    suspend(house);
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: e2']);
    assert.deepEqual(house.rows('SELECT justificacion FROM historico_balanceo LIMIT 1'), [
      { justificacion: 'Ya no se puede prestar e1 (este robot está suspendido en él: no va ahí).' },
    ]);
  });

  test('until that ends, or somebody ends it', async () => {
    const { house } = houseOf('e1');
    house.tickets = { r1: 5 };
    suspend(house, "'2026-03-02T08:59:59.000Z', 'No va ahí.'");
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: e1']);
    house.db.sqlite.exec('UPDATE suspensiones SET hasta = NULL');
    await house.balance();
    assert.deepEqual(house.lent(), []);
    house.db.sqlite.exec("UPDATE suspensiones SET reanudada_at = '2026-03-02T09:00:00.000Z'");
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: e1']);
  });

  test('while it is planned is heard', async () => {
    const { house } = houseOf('e1');
    house.tickets = { r1: 5, r2: 1 };
    let times = 0;
    house.plan = (...given) => {
      const made = plan(...given);
      if (times++ === 0) suspend(house);
      return made;
    };
    await house.balance();
    assert.deepEqual([times, house.lent()], [2, ['r2: e1']]);
  });
});
