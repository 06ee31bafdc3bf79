import { InvalidInputError } from '#server/lib/errors.ts';
import { parseOrganismo, type RawOrganismo } from './rules.ts';
import { withoutTokens } from './template.ts';

/** Fields of the form, by column name; one that is not there keeps its value (or its default, in a new one). */
export type OrganismoForm = Readonly<Record<string, unknown>>;

export type Value = string | number | null;
export type Columns = Readonly<Record<string, Value>>;

/** What the form may write besides `site_id`. */
const texts = ['query_organisme', 'excluir_organisme', 'filtro_texp', 'regex_expediente', 'url_template', 'modo', 'robot', 'url_inicio'];
const numbers = ['prioridad', 'limite_por_ciclo', 'max_en_cola', 'min_equipos', 'max_equipos'];
const flags = ['active', 'solo_sin_asignar'];
/** A blank here means NULL: nothing of its own. */
const optional = new Set(['excluir_organisme', 'url_template', 'robot', 'url_inicio', ...numbers]);

/** The columns a version keeps: all but the switch. */
export const ruleColumns: readonly string[] = [...texts, ...numbers, 'solo_sin_asignar'];

/** As the table fills in what an INSERT leaves out. */
export const defaults: Columns = { active: 0, modo: 'aprobar', prioridad: 100, solo_sin_asignar: 0 };

/** A browser sends a repeated field as a list: the last one counts (a hidden 0 before a ticked box). */
export const given = (raw: unknown): string | undefined => {
  const last = Array.isArray(raw) ? raw.at(-1) : raw;
  return last === undefined || last === null ? undefined : String(last);
};

/** The columns the form brings, as the table would hold them. */
export const readColumns = (form: OrganismoForm): Columns => {
  const present = [...texts, ...numbers, ...flags].flatMap((name) => {
    const text = given(form[name]);
    return text === undefined ? [] : [[name, columnOf(name, text)] as const];
  });
  return Object.fromEntries(present);
};

/** Numbers and switches as numbers where they are; whatever else stands there is left for parseOrganismo to refuse. */
const columnOf = (name: string, text: string): Value => {
  const trimmed = text.trim();
  if (optional.has(name) && trimmed === '') return null;
  if (numbers.includes(name) && /^-?\d{1,15}$/.test(trimmed)) return Number(trimmed);
  if (flags.includes(name)) return flagOf(trimmed);
  return text;
};

/** `on` is what a ticked box sends when its page gives it no value. */
const flagOf = (text: string): Value => {
  if (['1', 'on', 'true'].includes(text)) return 1;
  return ['0', '', 'false'].includes(text) ? 0 : text;
};

/** The switch alone, as a form sends it. @throws InvalidInputError */
export const readSwitch = (form: OrganismoForm): boolean => {
  const { active } = readColumns(form);
  if (active !== 1 && active !== 0) throw new InvalidInputError({ active: 'El interruptor (active) no es válido: debe ser 1 o 0.' });
  return active === 1;
};

/** Every problem of the row by field; a form, unlike a raw INSERT, may not bring a session's `_token` (CONTRACT.md). */
export const problemsOf = (row: RawOrganismo, written: Columns): Record<string, string> => {
  const parsed = parseOrganismo(row);
  const problems = Object.fromEntries(parsed.ok ? [] : parsed.problems.map(({ field, sentence }) => [field, sentence]));
  if (withoutTokens(String(written.url_template ?? '')).dropped.length > 0)
    problems.url_template = 'La plantilla del enlace no es válida: quite el _token, que pertenece a una sesión y caduca con ella.';
  return problems;
};

/** @throws InvalidInputError unless there is nothing to tell. */
export const refuse = (problems: Record<string, string>): void => {
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
};

export const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [name, from[name]]));

/** The rules a version keeps, by column. */
export const rulesOf = (reglas: string): Columns => pick(JSON.parse(reglas) as Columns, ruleColumns) as Columns;
