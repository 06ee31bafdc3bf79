import { RE2JS } from 're2js';

/** Longer values never match: a regular expression is for expedientes, not for documents. */
export const longestValue = 200;
export const longestPattern = 500;

export type FullMatch = (value: string) => boolean;

/**
 * Compiles a pattern somebody typed with RE2, whose matching takes linear time whatever the pattern; the whole value must match
 * (`^` and `$` may stand in it or not). Answers null for a pattern that RE2 does not accept (look-around, back-references,
 * repetitions over 1000) or longer than 500 characters.
 */
export const compileFullMatch = (pattern: string): FullMatch | null => {
  if (pattern.length > longestPattern) return null;
  try {
    const compiled = RE2JS.compile(pattern);
    return (value) => value.length <= longestValue && compiled.testExact(value);
  } catch {
    return null;
  }
};
