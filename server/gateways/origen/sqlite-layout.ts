import { type JoinedTable, joinedTables, requiredColumns } from './columns.ts';
import { OrigenError } from './origen.ts';
import type { Connection } from './sqlite-file.ts';

/** A table as it is in this file: its columns as they are really spelled, by their lower-case name. */
export type TableLayout = ReadonlyMap<string, string>;

/** The table of recursos and those of its joined tables that are present (XVIA.md 1.1, 1.2). */
export type Layout = { readonly recursos: TableLayout; readonly joined: Readonly<Record<JoinedTable, TableLayout>> };

/** Columns that are not facts for the payload, or stand elsewhere in the row. */
export const judgedColumns: ReadonlySet<string> = new Set(requiredColumns.map((name) => name.toLowerCase()));

const known = new WeakMap<Connection, { version: unknown; layout: Layout }>();

/**
 * What the file holds now; read again when its schema changed (a column may appear while we run).
 * @throws OrigenError `origen_sin_tabla`, `origen_sin_columnas`.
 */
export const layoutOf = (connection: Connection): Layout => {
  const version = connection.sqlite.pragma('schema_version', { simple: true });
  const last = known.get(connection);
  if (last && last.version === version) return last.layout;
  const layout = readLayout(connection);
  known.set(connection, { version, layout });
  return layout;
};

const readLayout = (connection: Connection): Layout => {
  const recursos = columnsOf(connection, 'RecursosExp');
  if (recursos.size === 0) throw new OrigenError('origen_sin_tabla', 'El archivo del origen no tiene la tabla RecursosExp.');
  const missing = requiredColumns.filter((name) => !recursos.has(name.toLowerCase()));
  if (missing.length > 0)
    throw new OrigenError('origen_sin_columnas', `A la tabla RecursosExp del origen le faltan columnas: ${missing.join(', ')}.`);
  if (!hasRowid(connection))
    throw new OrigenError('origen_sin_rowid', 'RecursosExp debe ser una tabla corriente de SQLite: no una vista ni WITHOUT ROWID.');
  const joined = Object.fromEntries(joinedTables.map((name) => [name, columnsOf(connection, name)])) as Layout['joined'];
  return { recursos, joined };
};

/** The joined tables that are not there. */
export const unseenIn = ({ joined }: Layout): string[] => joinedTables.filter((name) => joined[name].size === 0);

const columnsOf = (connection: Connection, table: string): TableLayout => {
  const columns = connection.sqlite.pragma(`table_info(${quoted(table)})`) as { name: string }[];
  return new Map(columns.map(({ name }) => [name.toLowerCase(), name]));
};

const hasRowid = ({ sqlite }: Connection): boolean =>
  sqlite.prepare("SELECT 1 FROM pragma_table_list('RecursosExp') WHERE schema = 'main' AND type = 'table' AND wr = 0").get() !== undefined;

/** A name as an SQL identifier. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
