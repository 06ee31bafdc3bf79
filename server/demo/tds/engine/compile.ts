import type { Parameter } from '../parameters.ts';
import { isDate, isText, isUnicode, type SqlType, type Value } from '../types.ts';
import type { Condition, Expression, Name } from './ast.ts';
import { type Column, quoted, same, type Table } from './catalog.ts';
import { notUnderstood, SqlServerError } from './complaint.ts';

/** A table in a statement, under the name its columns go by there; `bare` when they stand without it (RETURNING). */
export type Seen = { readonly alias: string; readonly table: Table; readonly bare?: boolean };

/** What a statement may name besides its tables. */
export type Surroundings = {
  readonly parameters: readonly Parameter[];
  /** `@@LOCK_TIMEOUT` and the like. @throws SqlServerError */
  global(name: string): Value;
  /** DB_NAME(), HAS_PERMS_BY_NAME() and the like; undefined for a function it does not know. */
  ask(called: string, args: readonly Value[]): Value | undefined;
};

export type Compiled = { readonly sql: string; readonly type: SqlType };

const int: SqlType = { name: 'int' };
const longText: SqlType = { name: 'nvarchar', length: 4000 };

/** Turns expressions and conditions into SQLite's; the values of its `?` are gathered in the order they are written. */
export const createCompiler = (scope: readonly Seen[], around: Surroundings) => {
  const values: Value[] = [];
  const bind = (value: Value, type: SqlType): Compiled => {
    values.push(value);
    return { sql: '?', type };
  };

  const columnAt = (name: Name): Compiled => {
    const [column, alias] = [name.at(-1) as string, name.at(-2)];
    const found = scope
      .filter((seen) => alias === undefined || same(seen.alias, alias))
      .flatMap((seen) => seen.table.columns.filter((one) => same(one.name, column)).map((one) => ({ seen, one })));
    if (found.length > 1) throw new SqlServerError(209, `Ambiguous column name '${column}'.`);
    const [match] = found;
    if (!match) throw new SqlServerError(207, `Invalid column name '${column}'.`);
    const sql = match.seen.bare ? quoted(match.one.name) : `${quoted(match.seen.alias)}.${quoted(match.one.name)}`;
    return { sql, type: match.one.type };
  };

  const byName = new Map(around.parameters.map((one) => [one.name.toLowerCase(), one]));
  const variable = (name: string): Compiled => {
    if (name.startsWith('@@')) return bind(around.global(name.toUpperCase()), name.toUpperCase() === '@@VERSION' ? longText : int);
    const found = byName.get(name.toLowerCase());
    if (!found) throw new SqlServerError(137, `Must declare the scalar variable "${name}".`, 15);
    return bind(found.value, found.type);
  };

  const expression = (of: Expression): Compiled => {
    switch (of.is) {
      case 'column':
        return columnAt(of.name);
      case 'variable':
        return variable(of.name);
      case 'string':
        return bind(of.text, { name: of.unicode ? 'nvarchar' : 'varchar', length: Math.max(1, of.text.length) });
      case 'number':
        return of.text.includes('.') ? bind(Number(of.text), { name: 'decimal', precision: 18, scale: 4 }) : bind(BigInt(of.text), int);
      case 'null':
        return { sql: 'NULL', type: int };
      case 'minus': {
        const inner = expression(of.what);
        return { sql: `-(${inner.sql})`, type: inner.type };
      }
      case 'operation':
        return operation(of);
      case 'cast':
        return cast(of);
      case 'call':
        return call(of.name, of.args);
      default:
        throw notUnderstood('un asterisco en ese lugar');
    }
  };

  const operation = ({ sign, left, right }: Extract<Expression, { is: 'operation' }>): Compiled => {
    const [a, b] = [expression(left), expression(right)];
    if (isText(a.type) !== isText(b.type)) throw notUnderstood('una operación entre un texto y un número');
    if (!isText(a.type)) return { sql: `(${a.sql} ${sign} ${b.sql})`, type: a.type };
    if (sign !== '+') throw notUnderstood(`«${sign}» entre textos`);
    return { sql: `(${a.sql} || ${b.sql})`, type: longText };
  };

  const cast = ({ what, to, style }: Extract<Expression, { is: 'cast' }>): Compiled => {
    const inner = expression(what);
    if (style !== null && !isText(inner.type)) throw notUnderstood('CONVERT con estilo');
    if (isText(to)) {
      const scale = inner.type.name === 'decimal' ? inner.type.scale : 0;
      return { sql: `tsql_text(${inner.sql}, ${scale}, ${to.length === Number.POSITIVE_INFINITY ? -1 : to.length})`, type: to };
    }
    if (to.name === 'decimal') return { sql: `tsql_decimal(${inner.sql}, ${to.precision}, ${to.scale})`, type: to };
    if (isDate(to) || to.name === 'float' || to.name === 'bit') throw notUnderstood(`la conversión a ${to.name}`);
    return { sql: `tsql_integer(${inner.sql}, '${to.name}')`, type: to };
  };

  const call = (name: string, args: readonly Expression[]): Compiled => {
    if (name === 'COUNT' && args[0]?.is === 'star') return { sql: 'count(*)', type: int };
    const known = simple[name];
    if (known) {
      const inner = args.map(expression);
      if (inner.length !== known.args) throw notUnderstood(`${name} con ${inner.length} argumentos`);
      return { sql: `${known.sql}(${inner.map((one) => one.sql).join(', ')})`, type: (inner[0] as Compiled).type };
    }
    const answer = around.ask(name, args.map(constant));
    if (answer === undefined) throw notUnderstood(`la función ${name}`);
    return bind(answer, typeof answer === 'string' ? longText : int);
  };

  /** A value known before the statement runs. */
  const constant = (of: Expression): Value => {
    if (of.is === 'string') return of.text;
    if (of.is === 'null') return null;
    const found = of.is === 'variable' ? around.parameters.find((one) => same(one.name, of.name)) : undefined;
    if (!found) throw notUnderstood('ese argumento');
    return found.value;
  };

  return { values, expression, columnAt };
};

export type Compiler = ReturnType<typeof createCompiler>;

const simple: Readonly<Record<string, { readonly sql: string; readonly args: number }>> = {
  LTRIM: { sql: 'ltrim', args: 1 },
  RTRIM: { sql: 'rtrim', args: 1 },
  UPPER: { sql: 'tsql_upper', args: 1 },
  LOWER: { sql: 'tsql_lower', args: 1 },
  ISNULL: { sql: 'ifnull', args: 2 },
  MAX: { sql: 'max', args: 1 },
  MIN: { sql: 'min', args: 1 },
};

/** A condition as SQLite judges it: texts by their key, texts beside numbers as numbers. */
export const compileCondition = (compiler: Compiler, of: Condition): string => {
  const { expression } = compiler;
  switch (of.is) {
    case 'and':
    case 'or':
      return `(${compileCondition(compiler, of.left)} ${of.is.toUpperCase()} ${compileCondition(compiler, of.right)})`;
    case 'not':
      return `(NOT ${compileCondition(compiler, of.what)})`;
    case 'null?':
      return `(${expression(of.what).sql} IS ${of.not ? 'NOT ' : ''}NULL)`;
    case 'comparison': {
      const [left, right] = alike([expression(of.left), expression(of.right)]) as [string, string];
      return `(${left} ${of.sign} ${right})`;
    }
    case 'in': {
      const [what, ...among] = alike([of.what, ...of.among].map(expression));
      return `(${what} ${of.not ? 'NOT ' : ''}IN (${among.join(', ')}))`;
    }
    default:
      return compileLike(compiler, of);
  }
};

const compileLike = ({ expression }: Compiler, of: Extract<Condition, { is: 'like' }>): string => {
  const [what, pattern] = [expression(of.what), expression(of.pattern)];
  const sign = of.escape === null ? 'NULL' : expression(of.escape).sql;
  const unicode = isUnicode(what.type) || isUnicode(pattern.type) ? 1 : 0;
  return `(${of.not ? 'NOT ' : ''}tsql_like(${what.sql}, ${pattern.sql}, ${sign}, ${unicode}))`;
};

const alike = (sides: readonly Compiled[]): string[] => {
  const texts = sides.filter(({ type, sql }) => isText(type) && sql !== 'NULL').length;
  if (texts === 0) return sides.map(({ sql }) => sql);
  const number = sides.some(({ type, sql }) => !isText(type) && !isDate(type) && sql !== 'NULL');
  return sides.map(({ sql, type }) => (number && isText(type) ? `tsql_number(${sql})` : isText(type) ? `tsql_key(${sql})` : sql));
};

/** Every column of the tables a statement sees, in their order. */
export const allColumns = (scope: readonly Seen[]): { seen: Seen; column: Column }[] =>
  scope.flatMap((seen) => seen.table.columns.map((column) => ({ seen, column })));
