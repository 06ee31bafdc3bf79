import { join } from 'node:path';
import sql from 'mssql';
import { type SqlServer, type SqlServerOptions, startSqlServer } from '#server/demo/tds/server.ts';
import { scratchFolder, type Tables, writeTyped } from './source.ts';

/** A simulated SQL Server over tables written for one test. */
export type Stand = { readonly server: SqlServer; readonly file: string; close(): Promise<void> };

export const standUp = async (
  tables: Tables,
  options: Partial<SqlServerOptions> = {},
  types: Readonly<Record<string, string>> = {},
): Promise<Stand> => {
  const folder = scratchFolder();
  const file = join(folder.path, 'origen.db');
  writeTyped(file, tables, types);
  const server = await startSqlServer({ file, port: 0, ...options });
  return {
    server,
    file,
    close: async () => {
      await server.close();
      folder.drop();
    },
  };
};

export type PoolOptions = {
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly encrypt?: boolean;
  readonly ca?: string;
};

/** The real driver, talking to it. */
export const connectTo = async ({ port }: SqlServer, options: PoolOptions = {}): Promise<sql.ConnectionPool> => {
  const { user = 'cerebro', password = 'c3r3bro', database = 'Gestion', encrypt = false, ca } = options;
  const pool = new sql.ConnectionPool({
    ...{ server: 'localhost', port, user, password, database, requestTimeout: 5000, validateConnection: 'socket' as unknown as boolean },
    options: { encrypt, trustServerCertificate: ca === undefined, ...(ca && { cryptoCredentialsDetails: { ca } }) },
  });
  pool.on('error', () => undefined);
  return pool.connect();
};
