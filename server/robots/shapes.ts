import type { BotInput, BotValue } from '#server/gateways/a360/a360.ts';

/** The types of a variable of a bot, as A360 names them. */
export const valueTypes = ['STRING', 'NUMBER', 'BOOLEAN', 'LIST', 'DICTIONARY', 'DATETIME'] as const;
export type ValueType = (typeof valueTypes)[number];

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

export const isVariable = (name: string): boolean => /^[\p{L}_$][\p{L}\p{N}_$-]{0,99}$/u.test(name);

/** The whole input of a bot in A360's own shape: `{"in_X": {"type": "NUMBER", "number": "3"}}`. Pure. */
export const readTypedInput = (json: string): Read<BotInput | null> => {
  const read = readObject(json);
  if (!read.ok || read.value === null) return read as Read<null>;
  const entries: [string, BotValue][] = [];
  for (const [name, raw] of Object.entries(read.value)) {
    if (!isVariable(name)) return no(`«${name}» no puede ser el nombre de una variable.`);
    const value = readValue(raw);
    if (!value.ok) return no(`${name}: ${value.reason}`);
    entries.push([name, value.value]);
  }
  return ok(Object.fromEntries(entries));
};

const readValue = (raw: unknown): Read<BotValue> => {
  if (!isRecord(raw)) return no('debe ser un objeto como {"type": "STRING", "string": "…"}.');
  const type = valueTypes.find((one) => one === raw.type);
  if (!type) return no(`su type debe ser uno de ${valueTypes.join(', ')}.`);
  if (type === 'LIST') return readList(raw.list);
  if (type === 'DICTIONARY') return readDictionary(raw.dictionary);
  if (type === 'BOOLEAN')
    return typeof raw.boolean === 'boolean' ? ok({ type, boolean: raw.boolean }) : no('boolean debe ser true o false.');
  const key = type === 'NUMBER' ? 'number' : 'string';
  const text = raw[key];
  if (typeof text !== 'string') return no(`falta «${key}», entre comillas.`);
  return valueOfText(type, text);
};

const readList = (list: unknown): Read<BotValue> => {
  if (!Array.isArray(list)) return no('list debe ser una lista.');
  const read = list.map(readValue);
  const wrong = read.find((one) => !one.ok);
  return wrong ?? ok({ type: 'LIST', list: read.flatMap((one) => (one.ok ? [one.value] : [])) });
};

const readDictionary = (pairs: unknown): Read<BotValue> => {
  if (!Array.isArray(pairs)) return no('dictionary debe ser una lista de {"key": "…", "value": …}.');
  const dictionary: { key: string; value: BotValue }[] = [];
  for (const pair of pairs) {
    if (!isRecord(pair) || typeof pair.key !== 'string') return no('cada par del diccionario necesita «key» y «value».');
    const value = readValue(pair.value);
    if (!value.ok) return value;
    dictionary.push({ key: pair.key, value: value.value });
  }
  return ok({ type: 'DICTIONARY', dictionary });
};

const truths: Readonly<Record<string, boolean>> = { true: true, si: true, sí: true, '1': true, false: false, no: false, '0': false };

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.test(text) && !Number.isNaN(Date.parse(text));

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
    return /^-?\d+(\.\d+)?$/.test(trimmed) ? ok({ type, number: trimmed }) : no('Debe ser un número (ejemplo: 3 o -1.5).');
  if (type === 'DATETIME')
    return isDateTime(trimmed) ? ok({ type, string: trimmed }) : no('Debe ser una fecha como 2026-03-02 o 2026-03-02T09:00:00Z.');
  if (type === 'BOOLEAN') {
    const boolean = truths[trimmed.toLowerCase()];
    return boolean === undefined ? no('Debe ser sí o no.') : ok({ type, boolean });
  }
  if (trimmed.startsWith('[')) return type === 'LIST' ? readList(json(trimmed)) : readDictionary(json(trimmed));
  if (type === 'LIST') return ok({ type, list: linesOf(text).map((string) => ({ type: 'STRING', string })) });
  return dictionaryOfLines(linesOf(text));
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
