import { isLocal } from './rules.ts';

/** Texts of a form, by the name of the column. */
export type Texts = Readonly<Record<string, string>>;

/** What a person may write of an equipo: the last four only of one added by hand. */
export type Columns = {
  readonly activo_sam: number;
  readonly permite_balanceo_dinamico: number;
  readonly pool_id: string | null;
  readonly equipo: string;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly licencia: string | null;
};

type Problems = Record<string, string>;

/** What is told by the form, and what is wrong with it, by column; what is not sent stays. Pure. */
export const readColumns = (
  subject: { readonly local: boolean; readonly manual: boolean },
  form: Texts,
): { readonly columns: Partial<Columns>; readonly problems: Problems } => {
  const columns: Record<string, string | number | null> = {};
  const problems: Problems = {};
  for (const name of subject.local ? ['activo_sam'] : ['activo_sam', 'permite_balanceo_dinamico'])
    readFlag(name, form[name], columns, problems);
  if (!subject.local && form.pool_id !== undefined) columns.pool_id = form.pool_id.trim() || null;
  if (subject.manual) readOwn(form, columns, problems);
  return { columns: columns as Partial<Columns>, problems };
};

const readFlag = (name: string, text: string | undefined, columns: Record<string, unknown>, problems: Problems): void => {
  if (text === undefined) return;
  if (['1', 'on', 'true'].includes(text.trim())) columns[name] = 1;
  else if (['0', '', 'false'].includes(text.trim())) columns[name] = 0;
  else problems[name] = 'Debe ser 0 o 1.';
};

const longest: Readonly<Record<string, number>> = { equipo: 100, user_id: 30, user_name: 50, licencia: 200 };

const readOwn = (form: Texts, columns: Record<string, unknown>, problems: Problems): void => {
  for (const [name, most] of Object.entries(longest)) {
    const text = form[name]?.trim();
    if (text === undefined) continue;
    columns[name] = text || null;
    if (text.length > most) problems[name] = `No puede pasar de ${most} caracteres.`;
  }
  if (columns.equipo === null) problems.equipo = 'Escriba el nombre de la máquina.';
  if (typeof columns.user_id === 'string' && !/^\d+$/.test(columns.user_id)) problems.user_id = 'Es un número: el del usuario en A360.';
};

/** Why that cannot be the id of a machine added by hand; undefined when it can. Pure. */
export const idProblem = (id: string): string | undefined => {
  if (isLocal(id)) return 'Ese nombre es de los hilos de esta máquina.';
  return /^\d{1,15}$/.test(id) ? undefined : 'Es un número: el del equipo (deviceId) en A360.';
};
