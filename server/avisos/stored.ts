import type { Format } from '#server/lib/format.ts';
import type { Canal } from './rules.ts';

/** JSON a column holds; other programs may have written there: what does not read is nothing. */
const parsed = (json: unknown): unknown => {
  try {
    return JSON.parse(String(json));
  } catch {
    return null;
  }
};

/** `datos` of an aviso. */
export const parsedObject = (json: unknown): Readonly<Record<string, string>> => {
  const value = parsed(json);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)]));
};

/** One of `datos` as a person reads it: instants stand there as they are stored. */
export const shownFact = (value: string, format: Format): string =>
  /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? format.instant(value).text : value;

/** `acciones` of an aviso. */
export const parsedList = (json: unknown): readonly string[] => {
  const value = parsed(json);
  return Array.isArray(value) ? value.map(String) : [];
};

/** What is to be sent, as its row stands. */
export type Envio = {
  readonly envioId: number;
  readonly avisoId: number | null;
  readonly canal: Canal;
  readonly asunto: string;
  readonly texto: string;
  readonly html: string | null;
  readonly cuerpo: string | null;
  readonly intentos: number;
  readonly creadoAt: string;
};

/** Who is still to get a mail that the rest have got; null = nobody has it yet. */
export const missingOf = (cuerpo: string | null): readonly string[] | null => {
  const { faltan } = parsedObject(cuerpo);
  return faltan === undefined ? null : parsedList(faltan);
};
