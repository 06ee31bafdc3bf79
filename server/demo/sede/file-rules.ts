/** KB, as the uploader is told. */
export const maxFileKb = 10_000;

/** A name as the portal keeps it: only letters, digits, `-`, `_` and `.`. */
export const strippedName = (name: string): string => name.replace(/[^A-Za-z0-9\-_.]/g, '');

/** `name`, or with a number in front of it when it is taken already. */
export const freeName = (name: string, taken: readonly string[]): string => {
  let candidate = name;
  for (let copy = 1; taken.includes(candidate); copy += 1) candidate = `${copy}_${name}`;
  return candidate;
};

/** Why a received file is not accepted; nothing when it is. `head` is its first bytes. */
export const fileProblem = (file: { name: string; tooBig: boolean; bytes: number; head: Buffer }): string | undefined => {
  const extension = /\.(jpe?g|pdf)$/i.exec(file.name)?.[1]?.toLowerCase();
  if (!extension) return `El fitxer ${file.name} no té una extensió permesa (jpg, jpeg, pdf).`;
  if (file.tooBig) return `El fitxer ${file.name} supera els ${maxFileKb} KB.`;
  if (file.bytes === 0) return `El fitxer ${file.name} està buit.`;
  return extension === 'pdf' && !file.head.toString('latin1').startsWith('%PDF') ? `El fitxer ${file.name} no és un PDF vàlid.` : undefined;
};
