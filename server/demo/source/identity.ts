const nifLetters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const cifLetters = 'JABCDEFGHI';

const controlOf = (number: number): string => nifLetters.charAt(number % 23);

/** NIF of a natural person: eight digits and their control letter (RD 1553/2005). */
export const nif = (number: number): string => String(number).padStart(8, '0') + controlOf(number);

/** NIE of a foreign person: X, Y or Z, seven digits and the letter of the number that begins with 0, 1 or 2. */
export const nie = (prefix: 'X' | 'Y' | 'Z', number: number): string => {
  const digits = String(number).padStart(7, '0');
  return prefix + digits + controlOf(Number('XYZ'.indexOf(prefix) + digits));
};

/** CIF of a company: its letter, seven digits and a control that is a digit for A, B, E, H and a letter for K, N, P, Q, R, S, W (Orden EHA/451/2008). */
export const cif = (kind: string, number: number): string => {
  const digits = String(number).padStart(7, '0');
  const sum = [...digits].reduce((total, digit, at) => total + (at % 2 === 0 ? doubled(Number(digit)) : Number(digit)), 0);
  const control = (10 - (sum % 10)) % 10;
  return kind + digits + ('KNPQRSW'.includes(kind) ? cifLetters.charAt(control) : String(control));
};

const doubled = (digit: number): number => Math.floor((digit * 2) / 10) + ((digit * 2) % 10);

/** The same document with a control character that cannot be right. */
export const withWrongControl = (document: string): string => {
  const last = document.at(-1) as string;
  const wrong = /\d/.test(last) ? String((Number(last) + 1) % 10) : controlOf(nifLetters.indexOf(last) + 1);
  return document.slice(0, -1) + wrong;
};
