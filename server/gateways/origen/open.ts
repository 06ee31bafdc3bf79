import { resolve } from 'node:path';
import { openMssqlOrigen } from './mssql.ts';
import { readPlace } from './mssql-url.ts';
import { type Origen, OrigenError } from './origen.ts';
import { readOnly } from './read-only.ts';
import { openSqliteOrigen } from './sqlite.ts';

const projectFolder = resolve(import.meta.dirname, '../../..');

export type OrigenOptions = {
  /** Whether the driver reads the dates of SQL Server, which have no zone, as UTC. */
  readonly useUtc?: boolean;
  /** Whether it must never be written to. */
  readonly readOnly?: boolean;
};

/**
 * The source that ORIGEN_URL names; `sqlite:` paths start at the project folder.
 * @throws OrigenError with a sentence for the operator when it is not there, holds no recursos, or is of an unknown kind.
 */
export const openOrigen = (url: string, { useUtc = true, readOnly: never = false }: OrigenOptions = {}): Origen =>
  never ? readOnly(openWritable(url, useUtc)) : openWritable(url, useUtc);

const openWritable = (url: string, useUtc: boolean): Origen => {
  const [, scheme, rest = ''] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') return openSqliteOrigen(resolve(projectFolder, rest));
  if (scheme === 'mssql') return openMssqlOrigen(readPlace(url, { useUtc }));
  throw new OrigenError('origen_no_disponible', 'ORIGEN_URL debe ser sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base.');
};
