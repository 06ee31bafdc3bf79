import { normalise } from '#server/errores/rules.ts';
import { redactText } from '#server/lib/secrets.ts';

/** Texts of a line of the log that name the machinery, never a person or a paper. */
const plain = ['room', 'ciclo', 'cycle', 'peticion', 'reqId', 'referencia', 'ejecucion', 'ejecucionId', 'fin', 'code', 'llamada'] as const;
const others = ['proveedor', 'robot', 'puesto', 'slot', 'fase', 'estado', 'origen', 'signal', 'version', 'instalador', 'siteId'] as const;
const told = new Set<string>([...plain, ...others]);

/** Numbers that are somebody's. */
const personal = new Set(['resourceId', 'idRecurso', 'expediente', 'usuario', 'host']);

/** What was said, without quoted values, identifiers, addresses nor secrets. Pure. */
export const anonymous = (text: string): string => normalise(redactText(text));

/**
 * A line of the log as it may leave the house: instants, counts, what the machinery calls things, sentences without values,
 * and where in the code an error was met. Pure.
 */
export const anonymousLine = (line: string): string => {
  try {
    return JSON.stringify(anonymousFields(JSON.parse(line)));
  } catch {
    return JSON.stringify({ msg: 'línea ilegible' });
  }
};

const anonymousFields = (fields: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]): [string, unknown][] => {
      if (personal.has(key)) return [];
      if (key === 'err') return [[key, anonymousError(value)]];
      if (key === 'msg') return [[key, anonymous(String(value))]];
      if (typeof value === 'number' || typeof value === 'boolean') return [[key, value]];
      return typeof value === 'string' && told.has(key) ? [[key, redactText(value)]] : [];
    }),
  );

const anonymousError = (value: unknown): object => {
  const { type, code, message, stack } = (value ?? {}) as Readonly<Record<string, unknown>>;
  const frames = String(stack ?? '')
    .split('\n')
    .filter((frame) => /^\s+at /.test(frame))
    .map((frame) => redactText(frame.trim()));
  return { type, code, message: anonymous(String(message ?? '')), stack: frames };
};
