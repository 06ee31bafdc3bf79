import { resolve } from 'node:path';
import { openMssqlOrigen } from './mssql.ts';
import { readPlace } from './mssql-url.ts';
import { type Origen, OrigenError } from './origen.ts';
import { openSqliteOrigen } from './sqlite.ts';

const projectFolder = resolve(import.meta.dirname, '../../..');

/** `useUtc`: whether the driver reads the dates of SQL Server, which have no zone, as UTC. */
export type OrigenOptions = { readonly useUtc: boolean };

/**
 * The source that ORIGEN_URL names; `sqlite:` paths start at the project folder.
 * @throws OrigenError with a sentence for the operator when it is not there, holds no recursos, or is of an unknown kind.
 */
export const openOrigen = (url: string, options: OrigenOptions = { useUtc: true }): Origen => {
  const [, scheme, rest = ''] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') return openSqliteOrigen(resolve(projectFolder, rest));
  if (scheme === 'mssql') return openMssqlOrigen(readPlace(url, options));
  throw new OrigenError('origen_no_disponible', 'ORIGEN_URL debe ser sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base.');
};
