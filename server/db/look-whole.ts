import { existsSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { CerebroError } from '#server/lib/errors.ts';

/** Rows of these tell a person that a copy is of the right day. */
const mainTables = ['organismo_config', 'tramite_queue', 'reclamaciones', 'ejecuciones', 'events'] as const;

/** What a file holds, once it was found whole. */
export type WholeFile = {
  readonly bytes: number;
  /** Rows of the main tables. */
  readonly rows: Readonly<Record<string, number>>;
  /** Instant (ms) of the last migration applied to it. */
  readonly schema: number;
};

/**
 * Opens the file for reading and looks at all of it: damage, broken references, rows, schema. Takes seconds on a large file, and blocks:
 * never call it on the main thread of a house that works.
 * @throws CerebroError `copia_no_valida` with what is wrong with it.
 */
export const lookWhole = (file: string): WholeFile => {
  if (!existsSync(file)) throw broken(`El archivo ${file} no existe.`);
  const sqlite = openToRead(file);
  try {
    const [verdict] = sqlite.pragma('integrity_check(1)') as { integrity_check: string }[];
    if (verdict?.integrity_check !== 'ok') throw broken(`El archivo ${file} está dañado: ${verdict?.integrity_check}.`);
    // Sessions do not outlive a restoration: one whose user another program removed does no harm.
    const references = (sqlite.pragma('foreign_key_check') as { table: string }[]).filter(({ table }) => table !== 'sesiones');
    if (references.length > 0) throw broken(`El archivo ${file} tiene ${references.length} referencias rotas.`);
    return { bytes: statSync(file).size, rows: countRows(sqlite), schema: schemaOf(sqlite) };
  } catch (error) {
    if (error instanceof CerebroError) throw error;
    throw broken(`El archivo ${file} no es una base de datos de Cerebro, o está dañado.`, error);
  } finally {
    sqlite.close();
  }
};

/** Whether the file is damaged, its indexes too; null = it is whole. Blocks, as `lookWhole` does. */
export const lookForDamage = (file: string): string | null => {
  const sqlite = openToRead(file);
  try {
    const [verdict] = sqlite.pragma('integrity_check(1)') as { integrity_check: string }[];
    return verdict?.integrity_check === 'ok' ? null : String(verdict?.integrity_check);
  } catch (error) {
    // So broken that it cannot even be looked through.
    if (isDamage(error)) return (error as Error).message;
    throw error;
  } finally {
    sqlite.close();
  }
};

const isDamage = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_CORRUPT') || error.code === 'SQLITE_NOTADB');

const broken = (sentence: string, cause?: unknown): CerebroError => new CerebroError('copia_no_valida', sentence, { cause });

const openToRead = (file: string): Database.Database => {
  try {
    return new Database(file, { readonly: true, fileMustExist: true });
  } catch (cause) {
    throw broken(`El archivo ${file} no se puede abrir como base de datos.`, cause);
  }
};

const countRows = (sqlite: Database.Database): Record<string, number> =>
  Object.fromEntries(mainTables.map((table) => [table, sqlite.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number]));

const schemaOf = (sqlite: Database.Database): number =>
  sqlite.prepare('SELECT max(created_at) FROM __drizzle_migrations').pluck().get() as number;
