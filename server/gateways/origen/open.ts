import { resolve } from 'node:path';
import { type Origen, OrigenError } from './origen.ts';
import { openSqliteOrigen } from './sqlite.ts';

const projectFolder = resolve(import.meta.dirname, '../../..');

/**
 * The source that ORIGEN_URL names; `sqlite:` paths start at the project folder.
 * @throws OrigenError with a sentence for the operator when it is not there, holds no recursos, or is of an unknown kind.
 */
export const openOrigen = (url: string): Origen => {
  const [, scheme, rest = ''] = /^([a-z]+):(.*)$/s.exec(url) ?? [];
  if (scheme === 'sqlite') return openSqliteOrigen(resolve(projectFolder, rest));
  if (scheme === 'mssql')
    throw new OrigenError(
      'origen_no_disponible',
      'Esta versión de Cerebro todavía no habla con SQL Server: use ORIGEN_URL=sqlite:<archivo>.',
    );
  throw new OrigenError('origen_no_disponible', 'ORIGEN_URL debe ser sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base.');
};
