/** The characters Windows-1252 has where Latin-1 has none. */
const special = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const codes = new Map(Array.from(special, (character, at) => [character, 0x80 + at]));

const byteOf = (character: string): number => {
  const code = character.codePointAt(0) as number;
  if (code < 0x80 || (code >= 0xa0 && code <= 0xff)) return code;
  return codes.get(character) ?? 0x3f;
};

/** Text as a varchar of a Western collation stores it; what it cannot hold becomes a question mark. */
export const toCp1252 = (text: string): Buffer => Buffer.from(Array.from(text, byteOf));

export const fromCp1252 = (bytes: Buffer): string =>
  Array.from(bytes, (byte) => (byte >= 0x80 && byte < 0xa0 ? (special[byte - 0x80] as string) : String.fromCharCode(byte))).join('');
