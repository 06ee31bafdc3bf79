import { type Rol, roles } from './permisos.ts';

/** Texts of a form, by the name of the field. */
export type Texts = Readonly<Record<string, string>>;

/** A field of a form, with what is typed (never a password) and why it is refused. */
export type FieldView = {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
  readonly value: string;
  readonly reason: string;
  readonly help: string;
  readonly first?: boolean;
};

export const shortestClave = 10;
export const longestClave = 256;

/** As names stand in `usuarios`. */
export const nameOf = (typed: string | undefined): string => (typed ?? '').trim().toLowerCase();

export const isName = (name: string): boolean => /^[a-z0-9._-]{1,64}$/.test(name);

/** Why that cannot be the name of a user; undefined when it can. */
export const usuarioProblem = (name: string): string | undefined => {
  if (name === '') return 'Escriba el nombre con el que entrará.';
  return isName(name) ? undefined : 'Solo letras minúsculas sin acento, cifras, «.», «_» y «-»; 64 como mucho.';
};

export const nombreProblem = (nombre: string): string | undefined =>
  nombre.length > 100 ? 'No puede pasar de 100 caracteres.' : undefined;

export const readRol = (typed: string | undefined): Rol | undefined => roles.find((rol) => rol === typed);

/** Why that cannot be a password. Length is all that is asked: rules about signs make passwords worse (NIST SP 800-63B). */
export const claveProblem = (clave: string): string | undefined => {
  const length = [...clave].length;
  if (length < shortestClave) return `La contraseña necesita ${shortestClave} caracteres como mínimo.`;
  return length > longestClave ? `La contraseña no puede pasar de ${longestClave} caracteres.` : undefined;
};

/** Why a password typed twice cannot be taken, by the field of each time. */
export const claveTwiceProblems = (clave: string, again: string): Texts => {
  const problem = claveProblem(clave);
  if (problem !== undefined) return { clave: problem };
  return clave === again ? {} : { clave_otra_vez: 'No es la misma que arriba: escríbala otra vez.' };
};

/** Only what is wrong, by field. */
export const problemsOf = (reasons: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(Object.entries(reasons).filter((entry): entry is [string, string] => entry[1] !== undefined));
