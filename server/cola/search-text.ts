/** A plate as it is compared: capitals and digits only, however it was typed or stored. Pure. */
export const bare = (plate: string): string => plate.toUpperCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The shortest text the index of trigrams can find. */
export const shortest = 3;

/** Characters, as a person counts them. Pure. */
export const lengthOf = (text: string): number => [...text].length;

/** Of a longer text the index is asked for its rarest part only (`rareOf`): each trigram that many rows share costs a walk through them. */
export const longestPhrase = 8;

/**
 * The text as FTS5 looks for it, every character literal: anywhere in what is indexed, or as a plate typed with blanks or
 * dashes. Pure.
 */
export const matchExpression = (text: string): string => {
  const phrase = (words: string) => `"${words.replaceAll('"', '""')}"`;
  const plate = bare(text);
  const isTypedApart = plate !== text.toUpperCase() && lengthOf(plate) >= shortest && lengthOf(plate) <= longestPhrase;
  return isTypedApart ? `${phrase(rareOf(text))} OR matricula : ${phrase(plate)}` : phrase(rareOf(text));
};

/** The last long number in it, which tells one expediente or register number from the others, else its end. */
const rareOf = (text: string): string => {
  if (lengthOf(text) <= longestPhrase) return text;
  const number = text.match(/\d{6,}/g)?.at(-1);
  return [...(number ?? text)].slice(-longestPhrase).join('');
};

/** Whether one of those values holds the text, in any case, or the last of them does as a plate: what FTS5 would say. Pure. */
export const holds = (text: string, values: readonly unknown[], matricula: unknown): boolean => {
  const wanted = text.toLowerCase();
  const plate = bare(text);
  const contains = (value: unknown, part: string) => value !== null && value !== undefined && String(value).toLowerCase().includes(part);
  if (values.some((value) => contains(value, wanted))) return true;
  return lengthOf(plate) >= shortest && matricula !== null && matricula !== undefined && bare(String(matricula)).includes(plate);
};
