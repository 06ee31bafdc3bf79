/**
 * Spanish identity documents, checked by their control character (Real Decreto 1065/2007, Orden EHA/451/2008 for the
 * entities; the DNI table of the Ministerio del Interior for persons). Pure.
 */
export type IdentityDocument = {
  /** NIF covers DNI, NIE and the K/L/M numbers; CIF is the NIF of an entity; PS a passport. */
  readonly kind: 'NIF' | 'CIF' | 'PS';
  /** Everything but the control character; a passport whole. */
  readonly number: string;
  /** The last character; '' for a passport. */
  readonly control: string;
};

const letters = 'TRWAGMYFPDXBNJZSQVHLCKE';
const entityLetters = 'JABCDEFGHI';

/**
 * Reads a document already upper-cased and without separators.
 * Answers null when it has no known shape or its control character is wrong.
 */
export const readDocument = (text: string): IdentityDocument | null => {
  if (isPerson(text)) return { kind: 'NIF', number: text.slice(0, -1), control: text.slice(-1) };
  if (isEntity(text)) return { kind: 'CIF', number: text.slice(0, -1), control: text.slice(-1) };
  if (/^[A-Z]{3}\d{3,}$/.test(text)) return { kind: 'PS', number: text, control: '' };
  return null;
};

const isPerson = (text: string): boolean => {
  const parts = /^(?:(\d{8})|([XYZ])(\d{7})|[KLM](\d{7}))([A-Z])$/.exec(text);
  if (!parts) return false;
  const [, dni, prefix, nie, special, control] = parts;
  const digits = dni ?? special ?? `${'XYZ'.indexOf(prefix as string)}${nie}`;
  return letters[Number(digits) % 23] === control;
};

const isEntity = (text: string): boolean => {
  const parts = /^([ABCDEFGHJNPQRSUVW])(\d{7})([0-9A-J])$/.exec(text);
  if (!parts) return false;
  const [, type, digits, control] = parts as unknown as [string, string, string, string];
  const digit = entityControl(digits);
  const asDigit = control === String(digit);
  const asLetter = control === entityLetters[digit];
  if ('PQRSW'.includes(type)) return asLetter;
  if ('ABEH'.includes(type)) return asDigit;
  return asDigit || asLetter;
};

/** Digits in odd places count doubled, with the digits of the product added. */
const entityControl = (digits: string): number => {
  const sum = [...digits].reduce((total, character, index) => {
    const digit = Number(character);
    const doubled = digit * 2;
    return total + (index % 2 === 0 ? Math.floor(doubled / 10) + (doubled % 10) : digit);
  }, 0);
  return (10 - (sum % 10)) % 10;
};
