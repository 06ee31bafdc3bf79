import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import type { Dispatcher } from '#server/ejecuciones/dispatch.ts';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { decideNow } from '#server/lanzador/claim.ts';
import { assign } from '#server/programaciones/asignar.ts';
import { asignarEquipos } from '#server/robots/asignar.ts';
import { cyclesOf } from '#server/scheduler/cycles.ts';
import { wakeBalancing } from '#server/scheduler/drain-wake.ts';
import { openBalanceHouse } from './balance-house.ts';

const who = { usuario: 'ana' };

const withEquipos = (...ids: string[]) => {
  const house = openBalanceHouse();
  house.robot('r1');
  house.robot('r2');
  for (const id of ids) house.equipo(id);
  return house;
};

describe('when no source outside answers', () => {
  test('what is known is done, and then it fails with a sentence', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 1 };
    house.outsideFailed = true;
    const message = 'Ninguna fuente de tickets ha contestado (clouders: No contesta). Se ha repartido con lo que se sabía.';
    await assert.rejects(house.balance(), (error) => error instanceof LoadError && error.message === message);
    assert.deepEqual(house.lent(), ['r1: e1']);
  });
});

test('it has its hours only where there is A360, or somebody who counts tickets', () => {
  const { deps } = openBalanceHouse();
  const periodOf = (some: object) =>
    cyclesOf({ ...deps, ...some }, { pass: async () => 0 } as unknown as Dispatcher)
      .find(({ name }) => name === 'balancear')
      ?.period();
  assert.equal(periodOf({}), null);
  assert.equal(periodOf({ a360: {} }), 120_000);
  assert.equal(periodOf({ carga: [{}] }), 120_000);
});

test('one that is cut short moves nothing', async () => {
  const house = withEquipos('e1');
  house.asignacion('r1', 'e1');
  await assert.rejects(house.balance(AbortSignal.abort()));
  assert.deepEqual(house.lent(), ['r1: e1']);
});

describe('an equipo that works when it is to be taken back', () => {
  const draining = async () => {
    const house = withEquipos('e1');
    house.asignacion('r1', 'e1');
    house.run('x', { equipo_id: 'e1', user_id: 'u-e1' });
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: (e1)']);
    return house;
  };

  test('gets nothing new from the launcher, also once its run has ended', async () => {
    const house = await draining();
    house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'COMPLETED'");
    const { pairs, verdicts } = decideNow(house.deps, house.clock.now());
    assert.deepEqual(pairs, []);
    assert.deepEqual(
      verdicts.map(({ why }) => why),
      [{ code: 'liberando' }],
    );
  });

  test('is taken back by the first balance after its run', async () => {
    const house = await draining();
    house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'COMPLETED'");
    await house.balance();
    assert.deepEqual(house.lent(), []);
    assert.deepEqual(house.history(), ['r1 DRENAR 1→1 ["e1"]', 'r1 DESASIGNAR_EXCEDENTE_POOL 1→0 ["e1"]']);
  });

  test('stays if it is needed again, and works again', async () => {
    const house = await draining();
    house.tickets = { r1: 1 };
    await house.balance();
    assert.deepEqual(house.lent(), ['r1: e1']);
    assert.deepEqual(house.woken, ['lanzar']);
  });

  test('is news for the balancer when its run ends, and no other run is', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const house = await draining();
    const stop = wakeBalancing(house.deps);
    house.deps.hub.changed({ entity: 'ejecucion', id: 'x' });
    t.mock.timers.tick(2000);
    assert.deepEqual(house.woken, []);
    house.db.sqlite.exec("UPDATE ejecuciones SET estado = 'COMPLETED'");
    house.deps.hub.changed({ entity: 'ejecucion', id: 'x' });
    house.deps.hub.changed({ entity: 'ejecucion', id: 'y' });
    t.mock.timers.tick(2000);
    assert.deepEqual(house.woken, ['balancear']);
    stop();
  });
});

describe('what a person orders wins', () => {
  test('a reserved machine is no longer lent, and what was being taken back works again', async () => {
    const house = withEquipos('e1', 'e2');
    house.asignacion('r1', 'e1');
    house.asignacion('r2', 'e2', { liberando: 1 });
    await asignarEquipos(house.deps, 'r2', ['e1', 'e2'], who);
    assert.deepEqual(house.lent(), []);
    const kept = { robot_id: 'r2', reservado: 1, liberando: 0 };
    assert.deepEqual(house.rows('SELECT robot_id, reservado, liberando FROM asignaciones'), [kept, kept]);
  });

  test('a machine that a programación takes is no longer lent', async () => {
    const house = withEquipos('e1');
    house.asignacion('r1', 'e1');
    await house.db.write(() =>
      assign(house.db, '2026-03-02T09:00:00.000Z', { programacionId: 'p1', robotId: 'r2', equipoIds: ['e1'] }, who),
    );
    assert.deepEqual(house.lent(), []);
  });

  test('one that another program reserves is taken back by the next balance', async () => {
    const house = withEquipos('e1');
    house.tickets = { r1: 1 };
    await house.balance();
    house.asignacion('r2', 'e1', { reservado: 1 });
    await house.balance();
    assert.deepEqual(house.lent(), []);
  });
});

describe('a robot with tickets and no equipo', () => {
  const quarter = 15 * 60_000;
  const open = (house: ReturnType<typeof openBalanceHouse>) =>
    house.rows("SELECT clave, nivel, ambito, naturaleza, veces FROM avisos WHERE estado = 'abierto'");

  test('is told once after a quarter of an hour, until it has one', async () => {
    const house = withEquipos();
    house.tickets = { r1: 5 };
    await house.balance();
    await house.clock.advance(quarter - 1000);
    await house.balance();
    assert.deepEqual(open(house), []);
    for (let n = 0; n < 2; n++) {
      await house.clock.advance(1000);
      await house.balance();
      assert.deepEqual(open(house), [{ clave: 'sin_equipos:r1', nivel: 'ALTO', ambito: 'ROBOT', naturaleza: 'UMBRAL', veces: 1 }]);
    }
    house.equipo('e1');
    await house.balance();
    assert.deepEqual(open(house), []);
  });

  test('is not told while it has one kept for it, nor once its tickets are gone', async () => {
    const house = withEquipos('e1');
    house.asignacion('r1', 'e1', { reservado: 1 });
    house.tickets = { r1: 5, r2: 5 };
    await house.balance();
    house.tickets = { r1: 5 };
    await house.clock.advance(quarter / 2);
    await house.balance();
    house.tickets = { r1: 5, r2: 5 };
    await house.clock.advance(quarter / 2);
    await house.balance();
    assert.deepEqual(open(house), []);
  });

  test('waits on while nobody can say how many tickets it has', async () => {
    const house = withEquipos();
    house.tickets = { r1: 5 };
    await house.balance();
    const { plan } = house;
    const balanceBlind = async () => {
      house.plan = (...given) => {
        const made = plan(...given);
        return { ...made, verdicts: made.verdicts.map((one) => ({ ...one, tickets: null })) };
      };
      await house.balance();
      house.plan = plan;
    };
    await house.clock.advance(quarter);
    await balanceBlind();
    assert.deepEqual(open(house), []);
    await house.balance();
    assert.equal(open(house).length, 1);
    await balanceBlind();
    assert.equal(open(house).length, 1);
  });

  test('has been waiting since before a restart', async () => {
    const house = withEquipos();
    house.tickets = { r1: 5 };
    await house.balance();
    const copy = openBalanceHouse();
    copy.robot('r1');
    for (const table of ['historico_balanceo', 'balance_robots'])
      for (const row of house.rows(`SELECT * FROM ${table}`)) {
        const names = Object.keys(row);
        copy.db.sqlite.prepare(`INSERT INTO ${table} (${names}) VALUES (${names.map((name) => `@${name}`)})`).run(row);
      }
    copy.tickets = { r1: 5 };
    await copy.clock.advance(quarter);
    await copy.balance();
    assert.equal(open(copy).length, 1);
  });
});
