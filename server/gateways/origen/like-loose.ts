/** Longest pattern LIKE takes. */
const longest = 4000;

/**
 * A LIKE pattern that finds at least everything the given one does on a trimmed value, under whatever collation: of the
 * original (composed, as values are judged) only the plain letters are kept, in capitals, for a comparison with UPPER; what depends on sets, accents or
 * blanks at the ends is left to the exact judgement afterwards. null when nothing is left to compare.
 */
export const loosened = (pattern: string): string | null => {
  const plain = pattern
    .normalize('NFC')
    .replace(/\[[^\]]*\]?/g, '%')
    .replace(/[^\x20-\x7e]|_/g, '%')
    .toUpperCase();
  const loose = `%${plain}%`.replace(/%+/g, '%');
  return loose === '%' || loose.length > longest ? null : loose;
};

/** The patterns of which any may be met; empty when one of them may be met by everything. */
export const loosenedAny = (patterns: readonly string[]): string[] => {
  const loose = patterns.map(loosened);
  return loose.includes(null) ? [] : [...new Set(loose as string[])];
};

/** Everything that holds this text, under whatever collation. */
export const around = (text: string): string => loosened(text.replace(/[%[]/g, '_')) ?? '%';
