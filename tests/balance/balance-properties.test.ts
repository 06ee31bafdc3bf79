import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { simplePlan } from '#tests/support/simple-planner.ts';
import { type BalanceHouse, openBalanceHouse } from './balance-house.ts';

const robots = ['r1', 'r2', 'r3'];
const equipos = Array.from({ length: 8 }, (_, n) => `e${n}`);

/** Something that happens to the house between two balances, or while one is planned. */
type Happening = { readonly what: string; readonly robot: string; readonly equipo: string; readonly tickets: number };

const happenings: Readonly<Record<string, (house: BalanceHouse, one: Happening) => void>> = {
  tickets: (house, { robot, tickets }) => Object.assign(house.tickets, { [robot]: tickets }),
  reserve: (house, { robot, equipo }) =>
    house.db.sqlite.exec(`INSERT OR IGNORE INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('${robot}', '${equipo}', 1)`),
  letGo: (house, { equipo }) => house.db.sqlite.exec(`DELETE FROM asignaciones WHERE equipo_id = '${equipo}'`),
  work: (house, { robot, equipo }) =>
    house.db.sqlite.exec(
      `INSERT OR IGNORE INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado) VALUES (hex(randomblob(8)), '${robot}', '${equipo}', 'RUNNING')`,
    ),
  rest: (house, { equipo }) => house.db.sqlite.exec(`UPDATE ejecuciones SET estado = 'COMPLETED' WHERE equipo_id = '${equipo}'`),
  off: (house, { robot, tickets }) => house.db.sqlite.exec(`UPDATE robots SET activo = ${tickets % 2} WHERE robot_id = '${robot}'`),
  maintain: (house, { equipo, tickets }) =>
    house.db.sqlite.exec(`UPDATE equipos SET activo_sam = ${tickets % 2} WHERE equipo_id = '${equipo}'`),
  forget: (house, { equipo }) => house.db.sqlite.exec(`DELETE FROM equipos WHERE equipo_id = '${equipo}'`),
};

const happening = fc.record({
  what: fc.constantFrom(...Object.keys(happenings)),
  robot: fc.constantFrom(...robots),
  equipo: fc.constantFrom(...equipos),
  tickets: fc.integer({ min: 0, max: 60 }),
});

const happen = (house: BalanceHouse, some: readonly Happening[]): void => {
  for (const one of some) happenings[one.what]?.(house, one);
};

/** How things stand when the transaction of a balance begins: that is what it must respect. */
type Stand = { readonly lent: string[]; readonly working: string[]; readonly taken: string[]; readonly counts: Record<string, unknown> };

const pairs = (house: BalanceHouse, where: string): string[] =>
  house
    .rows(`SELECT robot_id || ' on ' || equipo_id AS pair FROM asignaciones WHERE ${where} ORDER BY 1`)
    .map(({ pair }) => pair as string);

const lentWhere = 'es_programado = 0 AND reservado = 0';

const standOf = (house: BalanceHouse): Stand => ({
  lent: pairs(house, lentWhere),
  working: pairs(house, `${lentWhere} AND equipo_id IN (SELECT equipo_id FROM ejecuciones WHERE estado = 'RUNNING')`),
  taken: pairs(house, 'reservado = 1').map((pair) => pair.split(' on ')[1] as string),
  counts: Object.fromEntries(
    house
      .rows(`SELECT robot_id, count(*) AS n FROM asignaciones WHERE ${lentWhere} GROUP BY robot_id`)
      .map(({ robot_id, n }) => [robot_id, n]),
  ),
});

/** Balances while those things happen after each of its plans; answers how all stood when it was applied. */
const balanceAmid = async (house: BalanceHouse, during: readonly Happening[][]): Promise<Stand> => {
  const disturbances = [...during];
  house.plan = (...given) => {
    const made = simplePlan(...given);
    happen(house, disturbances.shift() ?? []);
    return made;
  };
  let stand = standOf(house);
  const { write } = house.db;
  const watched: typeof write = (change, options) =>
    write(() => {
      stand = standOf(house);
      return change();
    }, options);
  Object.assign(house.db, { write: watched });
  await house.balance();
  Object.assign(house.db, { write });
  return stand;
};

/** The history of this balance leads from the counts there were to those there are. */
const assertHistoryTrue = (house: BalanceHouse, since: unknown, before: Stand): void => {
  const told = { ...before.counts };
  for (const row of house.rows(`SELECT * FROM historico_balanceo WHERE historico_id > ${since} ORDER BY historico_id`)) {
    assert.equal(row.equipos_antes, told[row.robot_id as string] ?? 0);
    told[row.robot_id as string] = row.equipos_despues;
  }
  assert.deepEqual(Object.fromEntries(Object.entries(told).filter(([, n]) => n !== 0)), standOf(house).counts);
};

test('whatever happens, also while it is planned: the history is true, what works stays, and what is taken is not lent', async () => {
  const some = (maxLength: number) => fc.array(happening, { maxLength });
  const round = fc.record({ before: some(6), during: fc.array(some(3), { maxLength: 4 }) });
  const story = fc.array(round, { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(story, async (rounds) => {
      const house = openBalanceHouse();
      for (const id of robots) house.robot(id);
      for (const id of equipos) house.equipo(id);
      for (const { before, during } of rounds) {
        happen(house, before);
        const since = house.rows('SELECT coalesce(max(historico_id), 0) AS id FROM historico_balanceo')[0]?.id;
        const stand = await balanceAmid(house, during);
        const { lent } = standOf(house);
        assert.deepEqual(
          stand.working.filter((pair) => !lent.includes(pair)),
          [],
        );
        const fresh = lent.filter((pair) => !stand.lent.includes(pair));
        assert.deepEqual(
          fresh.filter((pair) => stand.taken.includes(pair.split(' on ')[1] as string)),
          [],
        );
        assertHistoryTrue(house, since, stand);
      }
      house.db.close();
    }),
    { numRuns: 50 },
  );
});

test('a large balance asks the database as often as a small one', async () => {
  const statements = async (size: number): Promise<number> => {
    const house = openBalanceHouse();
    for (let n = 0; n < size; n++) {
      house.robot(`r${n}`);
      house.equipo(`e${n}`);
      house.asignacion(`r${n}`, `e${n}`);
      house.equipo(`f${n}`);
      house.robot(`s${n}`);
      house.tickets[`s${n}`] = 15;
    }
    let asked = 0;
    const { sql } = house.db;
    const counting: typeof sql = (text) => {
      asked += 1;
      return sql(text);
    };
    Object.assign(house.db, { sql: counting });
    const { asignados, retirados } = await house.balance();
    assert.deepEqual([asignados, retirados], [size, size]);
    return asked;
  };
  assert.equal(await statements(300), await statements(2));
});
