import { readVariables } from './bot-input.ts';
import { readObject } from './shapes.ts';

/** Texts of a form, by the name of the column. */
export type Texts = Readonly<Record<string, string>>;

/** What an operator may change of a robot. */
export type Columns = {
  readonly activo: number;
  readonly es_online: number;
  readonly min_equipos: number;
  readonly max_equipos: number;
  readonly prioridad_balanceo: number;
  readonly tickets_por_equipo_adicional: number | null;
  readonly pool_id: string | null;
  readonly parametros: string | null;
};

export type Kind = 'a360' | 'playwright';

/** Least and most of each limit (SAM.md 7). */
export const limits = {
  prioridad_balanceo: [1, 100],
  min_equipos: [1, 99],
  max_equipos: [-1, 100],
  tickets_por_equipo_adicional: [1, 100],
} as const;

type Limit = keyof typeof limits;
type Problems = Record<string, string>;

/** The columns a form brings for a robot of that kind, and what is wrong with them, by column. What is not sent stays. Pure. */
export const readColumns = (kind: Kind, form: Texts): { readonly columns: Partial<Columns>; readonly problems: Problems } => {
  const problems: Problems = {};
  const columns: Record<string, string | number | null> = {};
  const keep = (name: string, read: string | number | null | { readonly reason: string }): void => {
    if (typeof read === 'object' && read !== null) problems[name] = read.reason;
    else columns[name] = read;
  };
  if (form.activo !== undefined) keep('activo', flagOf(form.activo));
  if (form.parametros !== undefined) keep('parametros', parametrosOf(kind, form.parametros));
  if (kind === 'a360') {
    if (form.es_online !== undefined) keep('es_online', flagOf(form.es_online));
    if (form.pool_id !== undefined) keep('pool_id', form.pool_id.trim() || null);
    for (const name of Object.keys(limits) as Limit[]) if (form[name] !== undefined) keep(name, numberOf(name, form[name]));
  }
  return { columns: columns as Partial<Columns>, problems };
};

/** `on` is what a ticked box sends when its page gives it no value. */
export const flagOf = (text: string): number | { readonly reason: string } => {
  if (['1', 'on', 'true'].includes(text.trim())) return 1;
  return ['0', '', 'false'].includes(text.trim()) ? 0 : { reason: 'Debe ser 0 o 1.' };
};

const numberOf = (name: Limit, text: string): number | null | { readonly reason: string } => {
  const [least, most] = limits[name];
  const trimmed = text.trim();
  if (trimmed === '' && name === 'tickets_por_equipo_adicional') return null;
  const number = /^-?\d{1,6}$/.test(trimmed) ? Number(trimmed) : Number.NaN;
  return number >= least && number <= most ? number : { reason: `Debe ser un número entero entre ${least} y ${most}.` };
};

/** As it is stored: of a bot, in A360's own shape; of a Playwright robot, its own settings. */
const parametrosOf = (kind: Kind, text: string): string | null | { readonly reason: string } => {
  if (kind === 'a360') {
    const { input, problems } = readVariables(text);
    if (problems.length > 0) return { reason: problems.join(' ') };
    return input === null ? null : JSON.stringify(input);
  }
  const read = readObject(text);
  if (!read.ok) return { reason: read.reason };
  return read.value === null ? null : JSON.stringify(read.value);
};
