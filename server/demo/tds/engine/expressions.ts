import type { Condition, Expression } from './ast.ts';
import type { Reader } from './reader.ts';

/** Words that end an expression instead of naming a column. */
const reserved = new Set(
  'SELECT FROM WHERE AND OR NOT IN LIKE IS NULL ORDER BY GROUP HAVING JOIN INNER LEFT RIGHT ON AS TOP SET UPDATE OUTPUT INTO ESCAPE ASC DESC WITH UNION CASE BETWEEN EXISTS'.split(
    ' ',
  ),
);

export const readExpression = (reader: Reader): Expression => readSum(reader);

const readSum = (reader: Reader): Expression => {
  let left = readPrimary(reader);
  for (;;) {
    const sign = ['+', '-', '*'].find((one) => reader.isSymbol(one));
    if (sign === undefined) return left;
    reader.needSymbol(sign);
    left = { is: 'operation', sign, left, right: readPrimary(reader) };
  }
};

const readPrimary = (reader: Reader): Expression => {
  const token = reader.peek();
  if (reader.skipSymbol('-')) return { is: 'minus', what: readPrimary(reader) };
  if (reader.isSymbol('(')) return reader.between(() => readExpression(reader));
  if (reader.skip('NULL')) return { is: 'null' };
  switch (token?.kind) {
    case 'number':
      return { is: 'number', text: reader.next().text };
    case 'variable':
      return { is: 'variable', name: reader.next().text };
    case 'string':
      reader.next();
      return { is: 'string', text: token.text, unicode: token.unicode };
    case 'word':
    case 'quoted':
      if (token.kind === 'word' && reserved.has(token.text.toUpperCase())) return reader.complain();
      return readNamed(reader);
    default:
      return reader.complain();
  }
};

/** A column, or a call of a function. */
const readNamed = (reader: Reader): Expression => {
  const name = reader.name();
  if (!reader.isSymbol('(') || name.length > 1) return { is: 'column', name };
  const called = (name[0] as string).toUpperCase();
  return reader.between(() => {
    if (called === 'CAST') return readCast(reader);
    if (called === 'CONVERT') return readConvert(reader);
    if (reader.skipSymbol('*')) return { is: 'call', name: called, args: [{ is: 'star' }] };
    return { is: 'call', name: called, args: reader.isSymbol(')') ? [] : reader.list(() => readExpression(reader)) };
  });
};

const readCast = (reader: Reader): Expression => {
  const what = readExpression(reader);
  reader.need('AS');
  return { is: 'cast', what, to: reader.type(), style: null };
};

const readConvert = (reader: Reader): Expression => {
  const to = reader.type();
  reader.needSymbol(',');
  const what = readExpression(reader);
  return { is: 'cast', what, to, style: reader.skipSymbol(',') ? readExpression(reader) : null };
};

export const readCondition = (reader: Reader): Condition => {
  let left = readAll(reader);
  while (reader.skip('OR')) left = { is: 'or', left, right: readAll(reader) };
  return left;
};

const readAll = (reader: Reader): Condition => {
  let left = readOne(reader);
  while (reader.skip('AND')) left = { is: 'and', left, right: readOne(reader) };
  return left;
};

const readOne = (reader: Reader): Condition => {
  if (reader.skip('NOT')) return { is: 'not', what: readOne(reader) };
  const inner = reader.isSymbol('(') ? reader.attempt(() => reader.between(() => readCondition(reader))) : null;
  return inner ?? readPredicate(reader);
};

const comparisons = ['=', '<>', '!=', '<=', '>=', '<', '>'];

const readPredicate = (reader: Reader): Condition => {
  const what = readExpression(reader);
  if (reader.skip('IS')) {
    const not = reader.skip('NOT');
    reader.need('NULL');
    return { is: 'null?', what, not };
  }
  const not = reader.skip('NOT');
  if (reader.skip('IN')) return { is: 'in', what, not, among: reader.between(() => reader.list(() => readExpression(reader))) };
  if (reader.skip('LIKE')) {
    const pattern = readExpression(reader);
    return { is: 'like', what, not, pattern, escape: reader.skip('ESCAPE') ? readExpression(reader) : null };
  }
  const sign = not ? undefined : comparisons.find((one) => reader.isSymbol(one));
  if (sign === undefined) return reader.complain();
  reader.needSymbol(sign);
  return { is: 'comparison', sign, left: what, right: readExpression(reader) };
};
