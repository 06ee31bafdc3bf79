import type Database from 'better-sqlite3';
import type { SqlType } from '../types.ts';
import type { Name } from './ast.ts';
import { SqlServerError } from './complaint.ts';
import { createReader } from './reader.ts';

export type Column = { readonly name: string; readonly type: SqlType };
/** A table as statements see it; `sqlite` is the name it is stored under. */
export type Table = { readonly schema: string; readonly name: string; readonly sqlite: string; readonly columns: readonly Column[] };

const max = Number.POSITIVE_INFINITY;

/** Columns that are dates at the real source (XVIA.md 1.1, 1.2) and texts in the sample's file. */
const dates = new Set(['falta', 'fusuariocompletado', 'dtadenuncia', 'fpresentacion', 'dia']);

/** The type of a column: what its declaration says, else what the real source has under that name. */
const typeOf = (column: string, declared: string): SqlType => {
  const word = declared.trim().toUpperCase();
  if (word === 'INTEGER') return { name: 'int' };
  if (word !== '' && word !== 'TEXT') return createReader(declared).type();
  if (dates.has(column.toLowerCase())) return { name: 'datetime' };
  if (word === '' && column.toLowerCase() === 'idrecurso') return { name: 'decimal', precision: 18, scale: 2 };
  return { name: 'nvarchar', length: max };
};

/** RecursosExp stands in its own schema, everything joined to it in dbo. */
const schemaOf = (table: string): string => (table.toLowerCase() === 'recursosexp' ? 'Recursos' : 'dbo');

/** Every table of the file, read again when its schema changes. */
export const createCatalog = (db: Database.Database) => {
  let known: { version: unknown; tables: readonly Table[] } | null = null;
  const read = (): readonly Table[] => {
    const names = db.prepare("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite%'").pluck();
    return (names.all() as string[]).map((name) => {
      const columns = db.pragma(`table_info(${quoted(name)})`) as { name: string; type: string }[];
      const typed = columns.map((column) => ({ name: column.name, type: typeOf(column.name, column.type) }));
      return { schema: schemaOf(name), name, sqlite: name, columns: typed };
    });
  };
  const tables = (): readonly Table[] => {
    const version = db.pragma('schema_version', { simple: true });
    if (known === null || known.version !== version) known = { version, tables: read() };
    return known.tables;
  };
  return {
    tables,
    /** @throws SqlServerError 208 */
    find(name: Name): Table {
      const [table, schema = 'dbo'] = [name.at(-1) as string, name.at(-2)];
      const found = tables().find((one) => same(one.name, table) && same(one.schema, schema));
      if (!found) throw new SqlServerError(208, `Invalid object name '${name.join('.')}'.`);
      return found;
    },
  };
};

export type Catalog = ReturnType<typeof createCatalog>;

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A name as SQLite takes it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const text = (length: number): SqlType => ({ name: 'nvarchar', length });
const int: SqlType = { name: 'int' };

/** INFORMATION_SCHEMA.COLUMNS, as far as anybody asks it here. */
export const columnsView: Table = {
  schema: 'INFORMATION_SCHEMA',
  name: 'COLUMNS',
  sqlite: 'tsql_columns',
  columns: [
    { name: 'TABLE_SCHEMA', type: text(128) },
    { name: 'TABLE_NAME', type: text(128) },
    { name: 'COLUMN_NAME', type: text(128) },
    { name: 'DATA_TYPE', type: text(128) },
    { name: 'CHARACTER_MAXIMUM_LENGTH', type: int },
    { name: 'NUMERIC_PRECISION', type: { name: 'tinyint' } },
    { name: 'NUMERIC_SCALE', type: int },
  ],
};

const precisions = { tinyint: 3, smallint: 5, int: 10, bigint: 19 } as const;

/** The rows of that view. */
export const columnRows = (tables: readonly Table[]): unknown[][] =>
  tables.flatMap(({ schema, name, columns }) =>
    columns.map((column) => [schema, name, column.name, column.type.name, ...sizes(column.type)]),
  );

const sizes = (type: SqlType): (number | null)[] => {
  if ('length' in type) return [type.length === max ? -1 : type.length, null, null];
  if (type.name === 'decimal') return [null, type.precision, type.scale];
  return [null, precisions[type.name as keyof typeof precisions] ?? null, type.name in precisions ? 0 : null];
};
