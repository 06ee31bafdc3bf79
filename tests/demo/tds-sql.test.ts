import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type sql from 'mssql';
import { connectTo, type Stand, standUp } from '#tests/support/sql-server.ts';

describe('the T-SQL of the simulated SQL Server', () => {
  let stand: Stand;
  let pool: sql.ConnectionPool;
  before(async () => {
    const row = (idRecurso: number, Organisme: string | null, over = {}) => ({
      idRecurso,
      Expedient: `e${idRecurso}`,
      Organisme,
      TExp: 2,
      Estado: 0,
      UsuarioAsignado: null,
      ...over,
    });
    stand = await standUp(
      {
        RecursosExp: [
          row(1, 'XALOC, GIRONA', { numclient: 10 }),
          row(2, 'xaloc  ', { numclient: 11 }),
          row(3, 'La Bisbal d´Empordà'),
          row(4, '100% MADRID', { TExp: 3 }),
          row(5, null, { Estado: 1 }),
        ],
        clientes: [{ numerocliente: 10, Nombre: 'Aina' }],
      },
      {},
      { Nombre: 'char(8)', Corto: 'varchar(20)' },
    );
    pool = await connectTo(stand.server);
  });
  after(async () => {
    await pool.close();
    await stand.close();
  });
  const table = 'Recursos.RecursosExp';
  const ids = async (where: string): Promise<number[]> =>
    (
      await pool.request().query<{ id: number }>(`SELECT r.idRecurso AS id FROM ${table} AS r WHERE ${where} ORDER BY r.idRecurso`)
    ).recordset.map(({ id }) => id);

  const found: [where: string, ids: number[]][] = [
    ["r.Organisme = N'XALOC'", [2]],
    ["r.Organisme = N'xaloc, girona   '", [1]],
    ["r.Organisme LIKE N'XALOC'", []],
    ["r.Organisme LIKE N'xaloc%'", [1, 2]],
    ["UPPER(r.Organisme) LIKE N'%EMPORD_'", [3]],
    ["r.Organisme LIKE N'%emporda'", []],
    ["r.Organisme LIKE N'1[0-9]0[%]%'", [4]],
    ["r.Organisme LIKE N'100!%%' ESCAPE N'!'", [4]],
    ["r.Organisme LIKE N'[^x1]%'", [3]],
    ["NOT (r.Organisme LIKE N'%XALOC%')", [3, 4]],
    ['r.Organisme IS NULL', [5]],
    ['r.Organisme IS NOT NULL AND r.TExp IN (3, 4)', [4]],
    ['(r.Estado = 1 OR r.TExp = 3) AND r.idRecurso > 4', [5]],
    ["r.idRecurso = N'4'", [4]],
    ["r.idRecurso IN (CAST('1' AS decimal(18,0)), CAST(N'3' AS decimal(18,0)))", [1, 3]],
    ["ISNULL(r.Organisme, N'') = N''", [5]],
    ["LTRIM(RTRIM(r.Organisme)) LIKE N'%XALOC'", [2]],
  ];
  for (const [where, expected] of found)
    test(`WHERE ${where} finds ${expected.join(', ') || 'nothing'}`, async () => assert.deepEqual(await ids(where), expected));

  test('numbers arrive as decimals, chars padded, and a joined row that is missing as nulls', async () => {
    const { recordset } = await pool.request().query(
      `SELECT TOP (2) CAST(r.idRecurso AS varchar(40)) AS id, c.Nombre AS nombre, 'x' + N'y' AS junto
       FROM ${table} AS r WITH (READPAST, UPDLOCK) LEFT JOIN dbo.clientes AS c ON c.numerocliente = r.numclient ORDER BY r.idRecurso`,
    );
    assert.deepEqual(
      [...recordset],
      [
        { id: '1', nombre: 'Aina    ', junto: 'xy' },
        { id: '2', nombre: null, junto: 'xy' },
      ],
    );
    assert.equal(recordset.columns.id?.nullable, true);
  });

  test('OUTPUT into a table variable tells which rows an UPDATE changed', async () => {
    const { recordset, rowsAffected } = await pool.request().query(
      `DECLARE @hechos TABLE (id decimal(18,0) NOT NULL, texp int);
       UPDATE ${table} SET TExp = TExp + 5, UsuarioAsignado = N'Yo' OUTPUT inserted.idRecurso, inserted.TExp INTO @hechos (id, texp) WHERE idRecurso IN (4, 5, 6);
       SELECT h.id AS id, h.texp AS texp FROM @hechos AS h ORDER BY h.id`,
    );
    assert.deepEqual(
      [...recordset],
      [
        { id: 4, texp: 8 },
        { id: 5, texp: 7 },
      ],
    );
    assert.equal(rowsAffected[0], 2);
  });

  test('INFORMATION_SCHEMA tells the columns and their types', async () => {
    const { recordset } = await pool
      .request()
      .query(
        "SELECT c.COLUMN_NAME AS name, c.DATA_TYPE AS type, c.NUMERIC_PRECISION AS p, c.NUMERIC_SCALE AS s FROM INFORMATION_SCHEMA.COLUMNS AS c WHERE c.TABLE_SCHEMA = N'recursos' AND c.TABLE_NAME = N'RECURSOSEXP' AND c.COLUMN_NAME LIKE N'id%'",
      );
    assert.deepEqual([...recordset], [{ name: 'idRecurso', type: 'decimal', p: 18, s: 0 }]);
  });

  const refused: [text: string, number: number][] = [
    ['SELEC 1', 102],
    ['DELETE FROM Recursos.RecursosExp', 102],
    ['MERGE Recursos.RecursosExp AS t', 102],
    [`SELECT * FROM ${table} WITH (TABLOCKX)`, 102],
    [`UPDATE ${table} SET TExp = 1 OUTPUT deleted.TExp WHERE 1 = 0`, 207],
    ["WAITFOR DELAY '00:00:01'", 102],
    ['SELECT nada FROM Recursos.RecursosExp', 207],
    ['SELECT 1 AS x FROM Recursos.Otra', 208],
    ['SELECT @x AS x', 137],
    ["SELECT CAST('12x' AS decimal(18,0)) AS x", 8114],
    ["SELECT CAST('1234567890123456789' AS decimal(18,0)) AS x", 8115],
    ['EXEC sp_who', 102],
  ];
  for (const [text, number] of refused)
    test(`«${text}» is refused with ${number}`, () => assert.rejects(pool.request().query(text), { number }));

  test('a batch with something it does not understand does nothing of it', async () => {
    await assert.rejects(pool.request().query(`UPDATE ${table} SET TExp = 77; TRUNCATE TABLE ${table}`), { number: 102 });
    assert.deepEqual(await ids('r.TExp = 77'), []);
  });
});
