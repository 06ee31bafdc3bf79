import type { SqlType, Value } from '../types.ts';
import type { Item, Name, Select, Update } from './ast.ts';
import { type Catalog, type Column, columnsView, quoted, same, type Table } from './catalog.ts';
import { allColumns, type Compiled, compileCondition, createCompiler, type Seen, type Surroundings } from './compile.ts';
import { notUnderstood, SqlServerError } from './complaint.ts';

/** Where the tables of a statement are found: the file's, and the table variables of the batch. */
export type Places = { readonly catalog: Catalog; readonly variables: ReadonlyMap<string, Table>; readonly around: Surroundings };

/** A statement as SQLite runs it, and the columns of its rows as a client sees them. */
export type Ready = { readonly sql: string; readonly values: readonly Value[]; readonly columns: readonly Column[] };

const tableAt = (name: Name, { catalog, variables }: Places): Table => {
  const [first = ''] = name;
  if (first.startsWith('@')) {
    const found = variables.get(first.toLowerCase());
    if (!found) throw new SqlServerError(1087, `Must declare the table variable "${first}".`, 15);
    return found;
  }
  const isView = same(name.at(-1) as string, 'COLUMNS') && same(name.at(-2) ?? '', 'INFORMATION_SCHEMA');
  return isView ? columnsView : catalog.find(name);
};

export const compileSelect = (select: Select, places: Places): Ready => {
  const sources = [...(select.from ? [select.from] : []), ...select.joins.map((join) => join.source)];
  const scope = sources.map(({ name, alias }): Seen => ({ alias: alias ?? (name.at(-1) as string), table: tableAt(name, places) }));
  const compiler = createCompiler(scope, places.around);
  const items = select.items.flatMap((item) => itemsOf(item, scope, compiler.expression));
  const parts = [`SELECT ${items.map(({ sql }, at) => `${sql} AS c${at}`).join(', ')}`];
  for (const [at, seen] of scope.entries()) {
    const join = select.joins[at - 1];
    const source = `${quoted(seen.table.sqlite)} AS ${quoted(seen.alias)}`;
    parts.push(join ? `${join.kind.toUpperCase()} JOIN ${source} ON ${compileCondition(compiler, join.on)}` : `FROM ${source}`);
  }
  if (select.where) parts.push(`WHERE ${compileCondition(compiler, select.where)}`);
  const order = select.order.map(({ what, descending }) => `${orderBy(compiler.expression(what))}${descending ? ' DESC' : ''}`);
  if (order.length > 0) parts.push(`ORDER BY ${order.join(', ')}`);
  if (select.top) parts.push(`LIMIT ${compiler.expression(select.top).sql}`);
  return { sql: parts.join(' '), values: compiler.values, columns: items.map(({ name, type }) => ({ name, type })) };
};

const orderBy = ({ sql, type }: Compiled): string => ('length' in type ? `tsql_key(${sql})` : sql);

type Chosen = { readonly sql: string; readonly name: string; readonly type: SqlType };

const itemsOf = (item: Item, scope: readonly Seen[], expression: (of: Item['what']) => Compiled): Chosen[] => {
  if (item.what.is === 'star')
    return allColumns(scope).map(({ seen, column }) => ({
      sql: seen.bare ? quoted(column.name) : `${quoted(seen.alias)}.${quoted(column.name)}`,
      ...column,
    }));
  const own = item.what.is === 'column' ? (item.what.name.at(-1) as string) : '';
  return [{ ...expression(item.what), name: item.alias ?? own }];
};

/** An UPDATE; its OUTPUT rows come back whether it sends them to the client or into a table variable. */
export type ReadyUpdate = Ready & {
  readonly into: { readonly table: Table; readonly columns: readonly string[] } | null;
  readonly told: boolean;
};

export const compileUpdate = (update: Update, places: Places): ReadyUpdate => {
  const table = tableAt(update.table, places);
  const seen: Seen = { alias: table.sqlite, table };
  const compiler = createCompiler([seen], places.around);
  const set = update.set.map(({ column, to }) => `${quoted(columnOf(table, column))} = ${compiler.expression(to).sql}`);
  const where = update.where ? ` WHERE ${compileCondition(compiler, update.where)}` : '';
  const returning = createCompiler([{ alias: 'inserted', table, bare: true }], places.around);
  const scope: Seen[] = [{ alias: 'inserted', table, bare: true }];
  const items = (update.output?.items ?? []).flatMap((item) => itemsOf(item, scope, returning.expression));
  const output = items.length > 0 ? items.map(({ sql }) => sql).join(', ') : '1';
  return {
    sql: `UPDATE ${quoted(table.sqlite)} SET ${set.join(', ')}${where} RETURNING ${output}`,
    values: [...compiler.values, ...returning.values],
    columns: items.map(({ name, type }) => ({ name, type })),
    into: update.output?.into ? intoOf(update.output.into, places) : null,
    told: update.output !== null && update.output.into === null,
  };
};

const columnOf = (table: Table, column: string): string => {
  const found = table.columns.find((one) => same(one.name, column));
  if (!found) throw new SqlServerError(207, `Invalid column name '${column}'.`);
  return found.name;
};

const intoOf = (into: { table: string; columns: readonly string[] }, places: Places) => {
  const table = tableAt([into.table], places);
  if (!into.table.startsWith('@')) throw notUnderstood('OUTPUT INTO una tabla que no sea una variable');
  return {
    table,
    columns: into.columns.length > 0 ? into.columns.map((one) => columnOf(table, one)) : table.columns.map(({ name }) => name),
  };
};
