/**
 * What a robot of A360 is given: the one reader of `robots.parametros`, for whoever launches, whoever edits and whoever looks. Pure.
 */
import type { BotInput, BotValue } from '#server/gateways/a360/a360.ts';

/** The types of a variable of a bot, as A360 names them. */
export const valueTypes = ['STRING', 'NUMBER', 'BOOLEAN', 'LIST', 'DICTIONARY', 'DATETIME'] as const;
export type ValueType = (typeof valueTypes)[number];

export type ReadBotInput = {
  /** What can be read of it. */
  readonly input: BotInput;
  /** Spanish, one for each thing that cannot: for who edits it, and for the log. */
  readonly problems: readonly string[];
};

/** null = there are none of its own. */
export type ReadVariables = { readonly input: BotInput | null; readonly problems: readonly string[] };

const deepest = 20;
type Fields = Readonly<Record<string, unknown>>;

/** A value that cannot be read, and why: the end of a Spanish sentence. */
export class Unreadable extends Error {}

/** What is launched with: its own variables, or else the usual `in_NumRepeticion` (SAM.md 3.2). @param repeticiones what that is */
export const readBotInput = (parametros: string | null, repeticiones: number): ReadBotInput => {
  const { input, problems } = readVariables(parametros);
  return { input: input ?? { in_NumRepeticion: { type: 'NUMBER', number: String(repeticiones) } }, problems };
};

/**
 * `robots.parametros` (a JSON object) as A360 wants it: each variable in A360's own shape
 * (`{"in_X": {"type": "NUMBER", "number": "3"}}`) or as a plain value (`{"in_X": 3}`), as other programs write it.
 */
export const readVariables = (parametros: string | null): ReadVariables => {
  if (parametros === null || parametros.trim() === '') return { input: null, problems: [] };
  const given = parse(parametros);
  if (given === undefined) return { input: null, problems: ['Los parámetros no son JSON: revise comillas, comas y llaves.'] };
  if (!isObject(given)) return { input: null, problems: ['Los parámetros deben ser un objeto JSON: { … }.'] };
  const problems: string[] = [];
  const read = Object.entries(given).flatMap(([name, value]): [string, BotValue][] => {
    try {
      if (!isVariable(name)) throw new Unreadable('no puede ser el nombre de una variable');
      return [[name, botValue(value)]];
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      problems.push(`«${name}»: ${error.message}.`);
      return [];
    }
  });
  return { input: Object.fromEntries(read), problems };
};

export const isVariable = (name: string): boolean => /^[\p{L}_$][\p{L}\p{N}_$-]{0,99}$/u.test(name);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

/** One value, in A360's shape or plain. @throws Unreadable */
export const botValue = (value: unknown, depth = 0): BotValue => {
  if (depth > deepest) throw new Unreadable(`hay más de ${deepest} niveles unos dentro de otros`);
  if (typeof value === 'string') return { type: 'STRING', string: value };
  if (typeof value === 'number') return { type: 'NUMBER', number: numberText(value) };
  if (typeof value === 'boolean') return { type: 'BOOLEAN', boolean: value };
  if (Array.isArray(value)) return { type: 'LIST', list: value.map((one) => botValue(one, depth + 1)) };
  if (!isObject(value)) throw new Unreadable('no tiene valor');
  return isTyped(value) ? typed(value, depth) : dictionaryOf(value, depth);
};

/** In capitals it can only be meant for A360: a type nobody knows is told rather than taken for a word of a dictionary. */
const isTyped = (value: Fields): value is Fields & { readonly type: string } =>
  typeof value.type === 'string' && /^[A-Z_]+$/.test(value.type);

const typed = (value: Fields & { readonly type: string }, depth: number): BotValue => {
  const type = valueTypes.find((known) => known === value.type);
  if (type === undefined) throw new Unreadable(`«${value.type}» no es un tipo de A360 (${valueTypes.join(', ')})`);
  return readers[type](value, depth);
};

const readers: Readonly<Record<ValueType, (value: Fields, depth: number) => BotValue>> = {
  STRING: ({ string }) => ({ type: 'STRING', string: textIn(string, 'string') }),
  NUMBER: ({ number }) => ({ type: 'NUMBER', number: numberText(number) }),
  BOOLEAN: ({ boolean }) => ({ type: 'BOOLEAN', boolean: booleanIn(boolean) }),
  LIST: ({ list }, depth) => {
    if (!Array.isArray(list)) throw new Unreadable('en «list» debe haber una lista');
    return { type: 'LIST', list: list.map((one) => botValue(one, depth + 1)) };
  },
  DICTIONARY: ({ dictionary }, depth) => {
    if (isObject(dictionary)) return dictionaryOf(dictionary, depth);
    if (!Array.isArray(dictionary)) throw new Unreadable('en «dictionary» debe haber una lista de «key» y «value»');
    return { type: 'DICTIONARY', dictionary: dictionary.map((entry) => entryOf(entry, depth)) };
  },
  DATETIME: (value) => ({ type: 'DATETIME', string: dateText(value.string ?? value.datetime ?? value.dateTime) }),
};

const dictionaryOf = (value: Fields, depth: number): BotValue => ({
  type: 'DICTIONARY',
  dictionary: Object.entries(value).map(([key, one]) => ({ key, value: botValue(one, depth + 1) })),
});

const entryOf = (entry: unknown, depth: number): { readonly key: string; readonly value: BotValue } => {
  if (!isObject(entry) || typeof entry.key !== 'string') throw new Unreadable('a una entrada del diccionario le falta «key»');
  return { key: entry.key, value: botValue(entry.value, depth + 1) };
};

const textIn = (value: unknown, under: string): string => {
  if (typeof value === 'string') return value;
  throw new Unreadable(`en «${under}» debe haber un texto`);
};

const booleanIn = (value: unknown): boolean => {
  if (typeof value === 'boolean') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new Unreadable('en «boolean» debe haber true o false');
};

const dateTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** @throws Unreadable */
export const dateText = (value: unknown): string => {
  const text = textIn(value, 'string').trim();
  if (dateTime.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new Unreadable(`«${text}» no es una fecha como 2026-03-02 o 2026-03-02T09:00:00Z`);
};

/** Written in full: A360 knows no exponents, and a number JSON could not hold whole is not the one that was meant. @throws Unreadable */
export const numberText = (value: unknown): string => {
  const text = String(value).trim();
  const whole = typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value);
  if ((typeof value === 'number' || typeof value === 'string') && whole && /^-?\d+(\.\d+)?$/.test(text)) return text;
  throw new Unreadable(
    typeof value === 'number' ? `${text} no cabe como número: escríbalo como texto` : 'en «number» debe haber un número',
  );
};
