import { join } from 'node:path';
import { openSqliteOrigen } from '#server/gateways/origen/sqlite.ts';
import { openPageHouse, type PageHouse } from './house.ts';
import { type Row, scratchFolder, writeSource } from './source.ts';

/** A recurso of Xaloc that nobody has, but for what `more` says. */
export const free = (idRecurso: number, Expedient: string, more: Row = {}): Row => ({
  ...{ idRecurso, Expedient, Organisme: 'XALOC, GIRONA', TExp: 2, Estado: 0 },
  ...more,
});

/** The panel over an embedded source with those recursos. */
export const openSourceHouse = (recursos: readonly Row[]): PageHouse => {
  const scratch = scratchFolder();
  const file = join(scratch.path, 'origen.db');
  writeSource(file, { RecursosExp: recursos });
  const house = openPageHouse({ origen: openSqliteOrigen(file) });
  const close = async () => {
    await house.deps.origen.close();
    await house.close();
    scratch.drop();
  };
  return { ...house, close };
};
