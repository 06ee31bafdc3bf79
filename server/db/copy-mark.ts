import Database from 'better-sqlite3';

/**
 * Key in `ajustes` that says that a file is a copy, and of when. A house that starts over such a file was put back in time: it knows
 * nothing of what was filed since, and holds everything for a person (datos/hold-restored.ts). Every copy carries it from its making, so
 * that one put in place by hand is held too.
 */
export const copyMarkKey = '_copia';

/** Instants in UTC; `casa` = whose copy it is (datos/casa.ts); `restauradaAt` once `npm run restaurar` has put it in place. */
export type CopyMark = { readonly archivo: string; readonly copiadaAt: string; readonly casa?: string; readonly restauradaAt?: string };

const upsert = `
  INSERT INTO ajustes (clave, valor, updated_at, updated_by) VALUES (@clave, @valor, @at, 'cerebro')
  ON CONFLICT (clave) DO UPDATE SET valor = @valor, updated_at = @at`;

/** Writes the mark into a file nobody works with, and leaves it as a single file, on disk. */
export const markCopy = (file: string, mark: CopyMark): void => {
  const sqlite = new Database(file, { fileMustExist: true });
  try {
    sqlite.pragma('journal_mode = DELETE');
    sqlite.pragma('synchronous = FULL');
    sqlite.prepare(upsert).run({ clave: copyMarkKey, valor: JSON.stringify(mark), at: mark.restauradaAt ?? mark.copiadaAt });
  } finally {
    sqlite.close();
  }
};

/** The mark of a file nobody works with; null when it has none. */
export const readMark = (file: string): CopyMark | null => {
  const sqlite = new Database(file, { readonly: true, fileMustExist: true });
  try {
    return parseMark(sqlite.prepare('SELECT valor FROM ajustes WHERE clave = ?').pluck().get(copyMarkKey));
  } finally {
    sqlite.close();
  }
};

/** Whatever stands under the key says that the file is a copy, also where it cannot be read. */
export const parseMark = (valor: unknown): CopyMark | null => {
  if (typeof valor !== 'string') return null;
  try {
    const { archivo, copiadaAt, casa, restauradaAt } = JSON.parse(valor) as Record<string, unknown>;
    const rest = { ...(typeof casa === 'string' && { casa }), ...(typeof restauradaAt === 'string' && { restauradaAt }) };
    return { archivo: String(archivo), copiadaAt: typeof copiadaAt === 'string' ? copiadaAt : '', ...rest };
  } catch {
    return { archivo: '', copiadaAt: '' };
  }
};
