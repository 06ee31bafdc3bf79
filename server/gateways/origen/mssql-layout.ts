import { type JoinedTable, joinedTables, requiredColumns } from './columns.ts';
import type { Connection, Row } from './mssql-connect.ts';
import { columnsStatement } from './mssql-sql.ts';
import { bracketed, type Column, isTextual, keyType } from './mssql-types.ts';
import type { Place, TableName } from './mssql-url.ts';
import { OrigenError } from './origen.ts';

/** A table as it is there: how statements name it, and its columns by the design's name in lower case. */
export type Table = { readonly sql: string; readonly columns: ReadonlyMap<string, Column> };

/** The table of recursos and those of its joined tables that are present. */
export type Layout = {
  readonly recursos: Table;
  readonly joined: Readonly<Partial<Record<JoinedTable, Table>>>;
  /** One of the required columns. */
  column(name: (typeof requiredColumns)[number]): Column;
};

/**
 * What the base holds, asked once. A joined table may be missing, but not one that ORIGEN_URL names, nor one of those
 * `seen` before: what it told would be missed without a word. Notes what it sees in `seen`.
 * @throws OrigenError `origen_sin_tabla`, `origen_sin_columnas`.
 */
export const readLayout = async (connection: Connection, place: Place, seen: Set<JoinedTable>): Promise<Layout> => {
  const rows = await connection.ask(columnsStatement(Object.values(place.tables)));
  const tables = Map.groupBy(rows, (row) => keyOf({ schema: String(row.esquema), name: String(row.tabla) }));
  const columnsOf = (table: string): Column[] => (tables.get(keyOf(place.tables[table] as TableName)) ?? []).map(columnOf);
  const recursos = tableOf(place.tables.RecursosExp as TableName, columnsOf('RecursosExp'), place.columns);
  const joined = Object.fromEntries(
    joinedTables.flatMap((name) => {
      const columns = columnsOf(name);
      return columns.length === 0 ? [] : [[name, tableOf(place.tables[name] as TableName, columns, {})]];
    }),
  );
  refuseUseless(recursos, place);
  for (const name of joinedTables) {
    if (joined[name]) seen.add(name);
    else if (seen.has(name) || place.named.has(name)) throw missingTable(name, place);
  }
  return { recursos, joined, column: (name) => recursos.columns.get(name.toLowerCase()) as Column };
};

/** The joined tables that are not there, or not for this user. */
export const unseenIn = ({ joined }: Layout, { tables }: Place): string[] =>
  joinedTables.filter((name) => !joined[name]).map((name) => shownTable(tables[name] as TableName));

const shownTable = ({ schema, name }: TableName): string => `${schema}.${name}`;

const missingTable = (table: JoinedTable, { database, tables }: Place): OrigenError =>
  new OrigenError(
    'origen_sin_tabla',
    `La base «${database}» no tiene la tabla ${shownTable(tables[table] as TableName)}, o el usuario no la puede ver: revise tabla.${table}= en ORIGEN_URL, o pida GRANT SELECT (docs/sql-server.md).`,
  );

const keyOf = ({ schema, name }: TableName): string => `${schema}.${name}`.toLowerCase();

const columnOf = (row: Row): Column => ({
  name: String(row.columna),
  type: String(row.tipo).toLowerCase(),
  length: numberOrNull(row.longitud),
  precision: numberOrNull(row.precision),
  scale: numberOrNull(row.escala),
});

const numberOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : Number(value));

/** Columns that go by another name here are found by the one the design gives them. */
const tableOf = ({ schema, name }: TableName, columns: readonly Column[], renamed: Place['columns']): Table => {
  const designed = new Map(Object.entries(renamed).map(([design, own]) => [own.toLowerCase(), design]));
  const known = columns.map((column) => [column.name.toLowerCase(), column] as const);
  const entries = known.flatMap(([own, column]) =>
    designed.has(own) || !Object.hasOwn(renamed, own) ? [[designed.get(own) ?? own, column] as const] : [],
  );
  return { sql: `${bracketed(schema)}.${bracketed(name)}`, columns: new Map(entries) };
};

const refuseUseless = ({ columns }: Table, { tables, database, columns: renamed }: Place): void => {
  const { schema, name } = tables.RecursosExp as TableName;
  if (columns.size === 0)
    throw new OrigenError(
      'origen_sin_tabla',
      `La base «${database}» no tiene la tabla ${schema}.${name}, o el usuario no la puede ver: revise tabla= en ORIGEN_URL y sus permisos.`,
    );
  const missing = requiredColumns.filter((column) => !columns.has(column.toLowerCase()));
  if (missing.length > 0) {
    const names = missing.map((column) => renamed[column.toLowerCase()] ?? column).join(', ');
    throw new OrigenError('origen_sin_columnas', `A la tabla ${schema}.${name} del origen le faltan columnas: ${names}.`);
  }
  const id = columns.get('idrecurso') as Column;
  if (keyType(id) === null && !isTextual(id.type))
    throw new OrigenError(
      'origen_sin_columnas',
      `La columna ${id.name} de ${schema}.${name} es de tipo ${id.type}: no puede ser un idRecurso.`,
    );
};
