import { randomBytes } from 'node:crypto';
import sql from 'mssql';
import { joinedTables } from '#server/gateways/origen/columns.ts';
import { readPlace } from '#server/gateways/origen/mssql-url.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
import { type Origen, OrigenError } from '#server/gateways/origen/origen.ts';
import { sourceColumns } from '#tests/support/source.ts';
import type { Harness, Row, Stage, Tables } from './origen-stage.ts';

/** What SQL Server 2016 and later and Babelfish understand alike (XVIA.md 1.7). */
const typeIn = (declared: string): string => (declared === 'TEXT' ? 'nvarchar(max)' : declared);

const connect = async (url: string): Promise<sql.ConnectionPool> => {
  const { host, port, user, password, database, encrypt, trustCertificate, instance } = readPlace(url);
  const options = { encrypt, trustServerCertificate: trustCertificate, ...(instance === null ? {} : { instanceName: instance }) };
  const pool = new sql.ConnectionPool({ server: host, port, user, password, database, options, requestTimeout: 60_000 });
  pool.on('error', () => undefined);
  return pool.connect();
};

/** Rows per INSERT, so that no statement has more than 2,100 parameters. */
const rowsPerInsert = (columns: number): number => Math.min(200, Math.floor(2000 / columns));

const fill = async (pool: sql.ConnectionPool, schema: string, table: string, rows: readonly Row[]): Promise<void> => {
  const columns = sourceColumns(table, rows);
  const declared = columns.map(({ name, type }) => `[${name}] ${typeIn(type)}${name === 'idRecurso' ? ' NOT NULL PRIMARY KEY' : ' NULL'}`);
  await pool.request().batch(`CREATE TABLE [${schema}].[${table}] (${declared.join(', ')})`);
  const size = rowsPerInsert(columns.length);
  for (let at = 0; at < rows.length; at += size) {
    const request = pool.request();
    const tuples = rows.slice(at, at + size).map((row, r) => {
      const marks = columns.map(({ name, type }, c) => {
        const value = row[name] ?? null;
        request.input(`v${r}_${c}`, sql.NVarChar(sql.MAX), value === null ? null : String(value));
        // Without a style a server in Spanish reads the day where the month stands.
        return type === 'datetime' ? `CONVERT(datetime, @v${r}_${c}, 120)` : `@v${r}_${c}`;
      });
      return `(${marks.join(', ')})`;
    });
    await request.query(
      `INSERT INTO [${schema}].[${table}] (${columns.map(({ name }) => `[${name}]`).join(', ')}) VALUES ${tuples.join(', ')}`,
    );
  }
};

/** A schema of its own for each test, made and dropped; nothing else of the base is touched. */
const stageIn = async (url: string, tables: Tables, patienceMs?: number): Promise<Stage> => {
  const pool = await connect(url);
  const schema = `cerebro_prueba_${randomBytes(4).toString('hex')}`;
  await pool.request().batch(`CREATE SCHEMA [${schema}]`);
  for (const [table, rows] of Object.entries(tables)) await fill(pool, schema, table, rows);
  const names = [`tabla=${schema}.RecursosExp`, ...joinedTables.map((table) => `tabla.${table}=${schema}.${table}`)];
  const patience = patienceMs === undefined ? [] : [`lockTimeout=${patienceMs}`];
  const address = `${url}${url.includes('?') ? '&' : '?'}${[...names, ...patience].join('&')}`;
  const opened: Origen[] = [];
  const open = (at = address): Origen => {
    const origen = openOrigen(at);
    opened.push(origen);
    return origen;
  };
  const table = `[${schema}].[RecursosExp]`;
  const byId = (id: string) => pool.request().input('id', sql.VarChar(40), id);
  const where = 'WHERE idRecurso = CAST(@id AS decimal(18, 0))';
  return {
    origen: open(),
    another: async () => open(),
    look: async (id) => (await byId(id).query(`SELECT TExp, Estado, UsuarioAsignado FROM ${table} ${where}`)).recordset[0],
    change: async (id, cells) => {
      const request = byId(id);
      const set = Object.entries(cells).map(([name, value], at) => {
        request.input(`c${at}`, sql.NVarChar(sql.MAX), value === null ? null : String(value));
        return `[${name}] = @c${at}`;
      });
      await request.query(`UPDATE ${table} SET ${set.join(', ')} ${where}`);
    },
    refuseChanges: async () => {
      const body = "BEGIN RAISERROR('the period is closed', 16, 1); ROLLBACK TRANSACTION; END";
      await pool.request().batch(`CREATE TRIGGER [${schema}].[refuse] ON ${table} AFTER UPDATE AS ${body}`);
    },
    hold: async () => {
      const transaction = new sql.Transaction(pool);
      await transaction.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
      await new sql.Request(transaction).query(`UPDATE ${table} SET TExp = TExp`);
      return () => transaction.rollback();
    },
    losingAnswers: async () => {
      const inner = open();
      const claim: Origen['claim'] = async (...order) => {
        await inner.claim(...order);
        throw new OrigenError('origen_no_responde', 'La respuesta del origen se ha perdido.', { ambiguous: true });
      };
      return { ...inner, claim };
    },
    unreachable: async () => open(address.replace(/(@[^/?]*?)(:\d+)?\//, '$1:1/')),
    close: async () => {
      for (const origen of opened) await origen.close();
      for (const name of Object.keys(tables)) await pool.request().batch(`DROP TABLE [${schema}].[${name}]`);
      await pool.request().batch(`DROP SCHEMA [${schema}]`);
      await pool.close();
    },
  };
};

export const realHarness = (url: string): Harness => ({
  name: 'the SQL Server of TEST_MSSQL_URL',
  idSpellings: [90001],
  looseIds: [],
  stage: (tables, options) => stageIn(url, tables, options?.patienceMs),
});
