import type { BotInput, BotValue } from '#server/gateways/a360/a360.ts';
import { botValue, dateText, isVariable, numberText, Unreadable, type ValueType, valueTypes } from './bot-input.ts';

/** What was read, or the Spanish sentence that says what is wrong with it. */
export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

const ok = <T>(value: T): Read<T> => ({ ok: true, value });
const no = (reason: string): { readonly ok: false; readonly reason: string } => ({ ok: false, reason });

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A JSON object; blank is null: nothing of its own. */
export const readObject = (json: string): Read<Record<string, unknown> | null> => {
  if (json.trim() === '') return ok(null);
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? ok(value) : no('Debe ser un objeto JSON: { … }.');
  } catch {
    return no('No es JSON: revise comillas, comas y llaves.');
  }
};

const truths: Readonly<Record<string, boolean>> = { true: true, si: true, sí: true, '1': true, false: false, no: false, '0': false };

const linesOf = (text: string): string[] => text.split(/\r?\n/).filter((line) => line.trim() !== '');

const json = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/**
 * The value a person typed for a variable of that type. A list is one element per line, a dictionary one `clave=valor` per
 * line, all of them texts; either may be written in A360's own JSON instead. Pure.
 */
export const valueOfText = (type: ValueType, text: string): Read<BotValue> => {
  const trimmed = text.trim();
  // A browser ends the lines of a form with CR LF.
  if (type === 'STRING') return ok({ type, string: text.replaceAll('\r\n', '\n') });
  if (type === 'NUMBER')
    return readable(
      () => ({ type, number: numberText(trimmed) }),
      () => 'Debe ser un número (ejemplo: 3 o -1.5).',
    );
  if (type === 'DATETIME')
    return readable(
      () => ({ type, string: dateText(trimmed) }),
      () => 'Debe ser una fecha como 2026-03-02 o 2026-03-02T09:00:00Z.',
    );
  if (type === 'BOOLEAN') {
    const boolean = truths[trimmed.toLowerCase()];
    return boolean === undefined ? no('Debe ser sí o no.') : ok({ type, boolean });
  }
  if (trimmed.startsWith('['))
    return readable(
      () => botValue({ type, [type.toLowerCase()]: json(trimmed) }),
      (why) => `${why}.`,
    );
  if (type === 'LIST') return ok({ type, list: linesOf(text).map((string) => ({ type: 'STRING', string })) });
  return dictionaryOfLines(linesOf(text));
};

const readable = (read: () => BotValue, told: (why: string) => string): Read<BotValue> => {
  try {
    return ok(read());
  } catch (error) {
    if (error instanceof Unreadable) return no(told(error.message));
    throw error;
  }
};

const dictionaryOfLines = (lines: readonly string[]): Read<BotValue> => {
  if (lines.some((line) => line.indexOf('=') < 1)) return no('Cada línea debe ser clave=valor.');
  const pair = (line: string) => {
    const at = line.indexOf('=');
    return { key: line.slice(0, at).trim(), value: { type: 'STRING', string: line.slice(at + 1) } as const };
  };
  return ok({ type: 'DICTIONARY', dictionary: lines.map(pair) });
};

/** A value as `valueOfText` reads it again. Pure. */
export const textOfValue = (value: BotValue): string => {
  if (value.type === 'NUMBER') return value.number;
  if (value.type === 'BOOLEAN') return value.boolean ? 'sí' : 'no';
  if (value.type === 'LIST') {
    const texts = value.list.map(lineOf);
    return texts.every((text) => text !== null) ? texts.join('\n') : JSON.stringify(value.list);
  }
  if (value.type === 'DICTIONARY') {
    const lines = value.dictionary.map((pair) => [pair.key, lineOf(pair.value)] as const);
    const plain = lines.every(
      ([key, text]) => text !== null && key.trim() === key && key !== '' && !/[=\n\r]/.test(key) && !key.startsWith('['),
    );
    return plain ? lines.map((line) => line.join('=')).join('\n') : JSON.stringify(value.dictionary);
  }
  return value.string;
};

/** A text that fits in a line of a list; null when it does not. */
const lineOf = (value: BotValue): string | null =>
  value.type === 'STRING' && value.string.trim() !== '' && !/^\s*\[|[\r\n]/.test(value.string) ? value.string : null;

/** One row of the editor, as it is typed. */
export type InputRow = { readonly nombre: string; readonly tipo: string; readonly valor: string };

/** The rows of the editor as A360 wants them; null without any. Problems by row, from 0. Pure. */
export const botInputOfRows = (
  rows: readonly InputRow[],
): { readonly input: BotInput | null; readonly problems: ReadonlyMap<number, string> } => {
  const problems = new Map<number, string>();
  const input: Record<string, BotValue> = {};
  rows.forEach((row, n) => {
    const nombre = row.nombre.trim();
    if (nombre === '' && row.valor.trim() === '') return;
    const type = valueTypes.find((one) => one === row.tipo);
    const read = type ? valueOfText(type, row.valor) : no('Elija un tipo.');
    if (!isVariable(nombre)) problems.set(n, 'El nombre debe ser el de una variable de entrada del bot: letras, cifras y «_».');
    else if (Object.hasOwn(input, nombre)) problems.set(n, `«${nombre}» ya está más arriba.`);
    else if (read.ok) input[nombre] = read.value;
    else problems.set(n, read.reason);
  });
  return { input: Object.keys(input).length === 0 ? null : input, problems };
};

/** The rows of the editor for what is stored. Pure. */
export const rowsOfBotInput = (input: BotInput | null): InputRow[] =>
  Object.entries(input ?? {}).map(([nombre, value]) => ({ nombre, tipo: value.type, valor: textOfValue(value) }));
