import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import sql from 'mssql';
import type { Encryption } from '#server/demo/tds/prelogin.ts';
import { connectTo, type Stand, standUp } from '#tests/support/sql-server.ts';

const rows = [1, 2, 3].map((idRecurso) => ({ idRecurso, Expedient: 'x', Organisme: 'XALOC', TExp: 2, Estado: 0, UsuarioAsignado: null }));
const claimOne = 'UPDATE Recursos.RecursosExp SET TExp = 1 WHERE idRecurso = 1';
const texpOfOne = 'SELECT TExp AS texp FROM Recursos.RecursosExp WHERE idRecurso = 1';

/** The finest a datetime can tell. */
const toTenths = (date: Date): Date => new Date(Math.floor(date.getTime() / 10) * 10);

const failing = async (work: Promise<unknown>): Promise<{ number?: number; code?: string; message: string }> => {
  try {
    await work;
  } catch (error) {
    return error as Error & { number?: number; code?: string };
  }
  assert.fail('it was carried out');
};

for (const encryption of ['off', 'on', 'required'] as const satisfies readonly Encryption[])
  describe(`the simulated SQL Server with encryption ${encryption}`, () => {
    let stand: Stand;
    let pool: sql.ConnectionPool;
    before(async () => {
      stand = await standUp({ RecursosExp: rows }, { encryption });
      pool = await connectTo(stand.server, {
        encrypt: encryption !== 'off',
        ...(encryption !== 'off' && { ca: stand.server.certificate }),
      });
    });
    after(async () => {
      await pool.close();
      await stand.close();
    });
    const ask = async <T>(type: sql.ISqlType, value: T): Promise<T> =>
      (await pool.request().input('x', type, value).query<{ x: T }>('SELECT @x AS x')).recordset[0]?.x as T;

    const kinds: Record<string, [type: () => sql.ISqlType, values: fc.Arbitrary<unknown>]> = {
      NVarChar: [() => sql.NVarChar(200), fc.string({ maxLength: 60, unit: 'grapheme' }).filter((text) => text.length <= 200)],
      'NVarChar(max)': [() => sql.NVarChar(sql.MAX), fc.string({ maxLength: 9000 })],
      VarChar: [() => sql.VarChar(200), fc.string({ maxLength: 200, unit: fc.constantFrom(...'aZ9 ÀÉñç·€–´') })],
      Int: [() => sql.Int(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
      BigInt: [() => sql.BigInt(), fc.bigInt({ min: -(2n ** 53n), max: 2n ** 53n }).map(String)],
      Bit: [() => sql.Bit(), fc.boolean()],
      Decimal: [() => sql.Decimal(18, 2), fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }).map((n) => n / 100)],
      DateTime: [() => sql.DateTime(), fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true }).map(toTenths)],
      DateTime2: [() => sql.DateTime2(3), fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true })],
    };
    for (const [name, [type, values]] of Object.entries(kinds))
      test(`what is sent as ${name} comes back the same, null too`, async () => {
        assert.equal(await ask(type(), null), null);
        await fc.assert(
          fc.asyncProperty(values, async (value) => assert.deepEqual(await ask(type(), value), value)),
          { numRuns: 15 },
        );
      });

    test('a transaction is seen by others when it is committed, and never when it is rolled back', async () => {
      const look = async () => (await pool.request().query<{ texp: number }>(texpOfOne)).recordset[0]?.texp;
      for (const end of ['rollback', 'commit'] as const) {
        const transaction = new sql.Transaction(pool);
        await transaction.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
        const { rowsAffected } = await new sql.Request(transaction).query(claimOne);
        assert.deepEqual([rowsAffected, await look()], [[1], 2]);
        await transaction[end]();
        assert.equal(await look(), end === 'commit' ? 1 : 2);
      }
    });

    test('a request that is cancelled ends at once, and the connection goes on', async () => {
      stand.server.faults.arm('tarda', 1);
      const request = pool.request();
      const running = failing(request.query('SELECT 1 AS x'));
      setTimeout(() => request.cancel(), 30);
      assert.equal((await running).code, 'ECANCEL');
      assert.equal((await pool.request().query('SELECT 1 AS x')).recordset[0].x, 1);
    });

    test('twenty connections at once each get their own answers', async () => {
      const asked = Array.from({ length: 60 }, (_, n) => ask(sql.Int(), n));
      assert.deepEqual(
        await Promise.all(asked),
        asked.map((_, n) => n),
      );
    });
  });

describe('the simulated SQL Server, going wrong', () => {
  let stand: Stand;
  let pool: sql.ConnectionPool;
  before(async () => {
    stand = await standUp({ RecursosExp: rows });
    pool = await connectTo(stand.server);
  });
  after(async () => {
    await pool.close();
    await stand.close();
  });

  test('who does not know the password is told so, and so is who asks for another database', async () => {
    assert.match((await failing(connectTo(stand.server, { password: 'otra' }))).message, /Login failed/);
    assert.match((await failing(connectTo(stand.server, { database: 'Otra' }))).message, /Login failed|Cannot open database/);
  });

  test('a certificate nobody vouches for is refused by the driver', async () => {
    const tls = await standUp({ RecursosExp: rows }, { encryption: 'required' });
    assert.match((await failing(connectTo(tls.server, { encrypt: true, ca: '' }))).message, /certificate/);
    await tls.close();
  });

  test('cut before the commit nothing is changed; cut after it, it is', async () => {
    const look = async () => (await pool.request().query<{ texp: number }>(texpOfOne)).recordset[0]?.texp;
    for (const [fault, texp] of [
      ['corta_antes', 2],
      ['corta_despues', 1],
    ] as const) {
      stand.server.faults.arm(fault, 1);
      await failing(pool.request().query(claimOne));
      assert.equal(await look(), texp);
    }
  });

  const numbers = { interbloqueo: 1205, bloqueo: 1222, sin_permiso: 229 } as const;
  for (const [fault, number] of Object.entries(numbers))
    test(`«${fault}» is error ${number}, once`, async () => {
      stand.server.faults.arm(fault as keyof typeof numbers, 1);
      assert.equal((await failing(pool.request().query(claimOne))).number, number);
      await pool.request().query(claimOne);
    });

  test('NOCOUNT hides the count, a trigger adds its own and refuses OUTPUT without INTO', async () => {
    stand.server.faults.arm('sin_recuento', 1);
    assert.deepEqual((await pool.request().query(claimOne)).rowsAffected, []);
    stand.server.faults.arm('con_disparador', 1);
    assert.equal((await failing(pool.request().query(claimOne.replace('WHERE', 'OUTPUT inserted.TExp WHERE')))).number, 334);
    assert.deepEqual((await pool.request().query(claimOne)).rowsAffected, [1, 1]);
  });

  test('a writer who holds the table keeps others waiting, and LOCK_TIMEOUT ends their wait', async () => {
    const transaction = new sql.Transaction(pool);
    await transaction.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
    await new sql.Request(transaction).query(claimOne);
    assert.equal((await failing(pool.request().batch(`SET LOCK_TIMEOUT 20; ${claimOne}`))).number, 1222);
    await transaction.rollback();
  });

  test('the faults are told and armed over HTTP on the same port', async () => {
    const answer = await fetch(`${stand.server.faultsAt}/fallos`, {
      method: 'POST',
      body: JSON.stringify({ nombre: 'interbloqueo' }),
      headers: { 'content-type': 'application/json' },
    });
    assert.equal(answer.status, 200);
    assert.equal((await failing(pool.request().query(claimOne))).number, 1205);
  });
});
