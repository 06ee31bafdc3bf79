import type { Condition, Item, Join, Name, Select, Source, Statement, Update } from './ast.ts';
import { notUnderstood } from './complaint.ts';
import { readCondition, readExpression } from './expressions.ts';
import { createReader, type Reader } from './reader.ts';

const kept = new Map<string, readonly Statement[]>();

/**
 * Reads a whole batch before anything of it is done; texts that come again are read once, as a server keeps its plans.
 * @throws SqlServerError 102 for whatever this server does not understand.
 */
export const parse = (text: string): readonly Statement[] => {
  const known = kept.get(text);
  if (known) return known;
  const statements = readBatch(text);
  if (kept.size > 200) kept.clear();
  kept.set(text, statements);
  return statements;
};

const readBatch = (text: string): Statement[] => {
  const reader = createReader(text);
  const statements: Statement[] = [];
  while (!reader.done()) {
    if (reader.skipSymbol(';')) continue;
    statements.push(readStatement(reader));
  }
  return statements;
};

const readStatement = (reader: Reader): Statement => {
  if (reader.skip('SELECT')) return readSelect(reader);
  if (reader.skip('UPDATE')) return readUpdate(reader);
  if (reader.skip('DECLARE')) return readDeclare(reader);
  if (reader.skip('SET')) return readSet(reader);
  for (const [word, is] of [
    ['BEGIN', 'begin'],
    ['COMMIT', 'commit'],
    ['ROLLBACK', 'rollback'],
  ] as const)
    if (reader.skip(word, 'TRANSACTION') || reader.skip(word, 'TRAN')) return { is };
  throw notUnderstood(`la instrucción que empieza por «${reader.peek()?.text ?? ''}»`);
};

const readSelect = (reader: Reader): Select => {
  const top = reader.skip('TOP') ? readTop(reader) : null;
  const items = reader.list(() => readItem(reader));
  const from = reader.skip('FROM') ? readSource(reader) : null;
  const joins: Join[] = [];
  for (let join = readJoin(reader); join !== null; join = readJoin(reader)) joins.push(join);
  const where = readWhere(reader);
  const order = reader.skip('ORDER', 'BY') ? reader.list(() => readOrder(reader)) : [];
  return { is: 'select', top, items, from, joins, where, order };
};

const readTop = (reader: Reader) => {
  const top = reader.isSymbol('(') ? reader.between(() => readExpression(reader)) : readCount(reader);
  if (reader.isWord('PERCENT') || reader.isWord('WITH')) reader.complain();
  return top;
};

/** `TOP 5 x` and not `TOP 5 * x`. */
const readCount = (reader: Reader) => {
  const token = reader.next();
  return token.kind === 'number' ? ({ is: 'number', text: token.text } as const) : reader.complain();
};

const readItem = (reader: Reader): Item => {
  if (reader.skipSymbol('*')) return { what: { is: 'star' }, alias: null };
  const what = readExpression(reader);
  return { what, alias: reader.skip('AS') ? reader.identifier() : null };
};

const readSource = (reader: Reader): Source => {
  const name = reader.peek()?.kind === 'variable' ? [reader.variable()] : reader.name();
  const alias = reader.skip('AS') ? reader.identifier() : null;
  const given: string[] = [];
  if (reader.skip('WITH')) reader.between(() => reader.list(() => given.push(readHint(reader))));
  return { name, alias, passes: given.includes('READPAST') };
};

const hints = ['READPAST', 'UPDLOCK', 'NOLOCK', 'ROWLOCK'];

/** Hints are optimisations at most: nothing that is right may rest on them. */
const readHint = (reader: Reader): string => hints.find((hint) => reader.skip(hint)) ?? reader.complain();

const readJoin = (reader: Reader): Join | null => {
  const kind = reader.skip('INNER', 'JOIN') || reader.skip('JOIN') ? 'inner' : reader.skip('LEFT', 'JOIN') ? 'left' : null;
  if (kind === null && !reader.skip('LEFT', 'OUTER', 'JOIN')) return null;
  const source = readSource(reader);
  reader.need('ON');
  return { kind: kind ?? 'left', source, on: readCondition(reader) };
};

const readWhere = (reader: Reader): Condition | null => (reader.skip('WHERE') ? readCondition(reader) : null);

const readOrder = (reader: Reader) => {
  const what = readExpression(reader);
  const descending = reader.skip('DESC');
  if (!descending) reader.skip('ASC');
  return { what, descending };
};

const readUpdate = (reader: Reader): Update => {
  const table: Name = reader.name();
  if (reader.skip('WITH')) reader.between(() => reader.list(() => readHint(reader)));
  reader.need('SET');
  const set = reader.list(() => {
    const column = reader.identifier();
    reader.needSymbol('=');
    return { column, to: readExpression(reader) };
  });
  const output = reader.skip('OUTPUT') ? readOutput(reader) : null;
  return { is: 'update', table, set, output, where: readWhere(reader) };
};

const readOutput = (reader: Reader): Update['output'] => {
  const items = reader.list(() => readItem(reader));
  if (!reader.skip('INTO')) return { items, into: null };
  const table = reader.variable();
  const columns = reader.isSymbol('(') ? reader.between(() => reader.list(() => reader.identifier())) : [];
  return { items, into: { table, columns } };
};

const readDeclare = (reader: Reader): Statement => {
  const table = reader.variable();
  reader.need('TABLE');
  const column = () => {
    const one = { name: reader.identifier(), type: reader.type() };
    if (!reader.skip('NOT', 'NULL')) reader.skip('NULL');
    return one;
  };
  return { is: 'declare', table, columns: reader.between(() => reader.list(column)) };
};

/** Settings a driver makes at the start and that change nothing here. */
const ignored =
  /^(ANSI_(NULLS|NULL_DFLT_ON|PADDING|WARNINGS)|ARITHABORT|CONCAT_NULL_YIELDS_NULL|CURSOR_CLOSE_ON_COMMIT|DATEFIRST|DATEFORMAT|IMPLICIT_TRANSACTIONS|LANGUAGE|NUMERIC_ROUNDABORT|QUOTED_IDENTIFIER|TEXTSIZE|XACT_ABORT)$/;

const readSet = (reader: Reader): Statement => {
  if (reader.skip('TRANSACTION', 'ISOLATION', 'LEVEL')) {
    const value = `${reader.identifier()} ${reader.identifier()}`.toUpperCase();
    if (value !== 'READ COMMITTED') throw notUnderstood(`el aislamiento ${value}`);
    return { is: 'set', option: 'ISOLATION', value };
  }
  const option = reader.identifier().toUpperCase();
  const sign = reader.skipSymbol('-') ? '-' : '';
  const value = sign + reader.next().text.toUpperCase();
  if (option !== 'LOCK_TIMEOUT' && option !== 'NOCOUNT' && !ignored.test(option)) throw notUnderstood(`SET ${option}`);
  return { is: 'set', option, value };
};
