import type { FastifyRequest } from 'fastify';

/** The text fields of a form: a repeated one keeps its last value, whatever is not text is left out, `_csrf` too. */
export const fieldsOf = (request: FastifyRequest): Readonly<Record<string, string>> => {
  const body = typeof request.body === 'object' && request.body !== null ? request.body : {};
  const last = (value: unknown): unknown => (Array.isArray(value) ? value.at(-1) : value);
  const entries = Object.entries(body).map(([name, value]) => [name, last(value)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[0] !== '_csrf'));
};

/** One text parameter of the query, trimmed; '' when absent. */
export const queryText = (request: FastifyRequest, name: string): string => {
  const value = (request.query as Record<string, unknown>)[name];
  return typeof value === 'string' ? value.trim() : '';
};

/** Every value of a repeated field, in the order of the form; what is not text is left out. */
export const valuesOf = (request: FastifyRequest, name: string): readonly string[] => {
  const body = typeof request.body === 'object' && request.body !== null ? (request.body as Record<string, unknown>) : {};
  return [body[name]].flat().filter((value): value is string => typeof value === 'string');
};
