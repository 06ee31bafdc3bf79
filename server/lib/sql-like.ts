/**
 * LIKE as SQL Server reads it under a case-insensitive, accent-sensitive collation: `%` any run, `_` one character,
 * `[set]` and `[^set]` one character (with ranges in the collation's order). An unclosed or empty set matches nothing.
 * Case is folded beyond ASCII; composed and decomposed accents are the same text.
 */
export type LikeMatcher = (value: string) => boolean;

/** One position of a pattern: a folded literal character, or a question about one. */
type Atom = string | ((character: string) => boolean);
type Token = Atom | typeof anyRun;

const anyRun = Symbol('%');
const anyCharacter: Atom = () => true;
const nothing: Atom = () => false;
const collator = new Intl.Collator('en', { sensitivity: 'accent' });

/** Compiles one pattern. Matching takes at most length(pattern) × length(value) steps, whatever the pattern. */
export const sqlLike = (pattern: string): LikeMatcher => {
  const [first = [], ...rest] = segments(tokenise(foldCase(pattern)));
  const last = rest.pop();
  if (last === undefined) return exactly(first);
  if (![first, last, ...rest].every(isLiteral)) return betweenRuns(first, rest, last);
  return betweenRunsLiteral(first.join(''), rest.map((segment) => segment.join('')).filter(Boolean), last.join(''));
};

/** True when any of the patterns meets the value. */
export const likeAny = (patterns: readonly string[]): LikeMatcher => {
  const matchers = patterns.map(sqlLike);
  return (value) => matchers.some((matches) => matches(value));
};

/** False for a pattern whose `[` never closes: SQL Server lets it pass and never matches. */
export const closesItsSets = (pattern: string): boolean => !tokenise(pattern).includes(nothing);

/** Text under the collation: equal for texts that differ only in case, different for those that differ in accents. */
export const foldCase = (text: string): string =>
  needsCare.test(text) ? Array.from(text.normalize('NFC'), foldCharacter).join('') : text.toLowerCase();

/** Outside of the Latin alphabets: combining marks, letters whose case depends on their place (ς), others that grow (İ). */
const needsCare = /[^\x20-\u012f\u0131-\u024f]/;

/** Characters whose lower case is longer than they are stay as they are: a fold never changes lengths. */
const foldCharacter = (character: string): string => {
  const lower = character.toLowerCase();
  return isOne(lower) ? lower.replace('ς', 'σ') : character;
};

const isOne = (text: string): boolean => text.length === 1 || (text.length === 2 && (text.codePointAt(0) as number) > 0xffff);

const tokenise = (pattern: string): Token[] => {
  const characters = Array.from(pattern);
  const tokens: Token[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character !== '[') {
      tokens.push(character === '%' ? anyRun : character === '_' ? anyCharacter : character);
      continue;
    }
    const end = characters.indexOf(']', i + 1);
    tokens.push(end < 0 ? nothing : oneOf(characters.slice(i + 1, end)));
    i = end < 0 ? characters.length : end;
  }
  return tokens;
};

const oneOf = (inside: string[]): Atom => {
  const negated = inside[0] === '^';
  const members = negated ? inside.slice(1) : inside;
  if (members.length === 0) return negated ? anyCharacter : nothing;
  const includes = membership(members);
  return negated ? (character) => !includes(character) : includes;
};

const membership = (members: string[]): ((character: string) => boolean) => {
  const single = new Set<string>();
  const ranges: [string, string][] = [];
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 2];
    if (members[i + 1] !== '-' || high === undefined) single.add(low);
    else {
      ranges.push([low, high]);
      i += 2;
    }
  }
  const within = (character: string) =>
    ranges.some(([low, high]) => collator.compare(low, character) <= 0 && collator.compare(character, high) <= 0);
  return (character) => single.has(character) || within(character);
};

/** The runs of characters between the `%`s; n of these mean n − 1 segments more than one. */
const segments = (tokens: Token[]): Atom[][] => {
  const found: Atom[][] = [[]];
  for (const token of tokens) {
    if (token === anyRun) found.push([]);
    else (found.at(-1) as Atom[]).push(token);
  }
  return found;
};

const isLiteral = (segment: Atom[]): segment is string[] => segment.every((atom) => typeof atom === 'string');

const exactly = (segment: Atom[]): LikeMatcher => {
  if (isLiteral(segment)) {
    const text = segment.join('');
    return (value) => foldCase(value) === text;
  }
  return (value) => {
    const characters = Array.from(foldCase(value));
    return characters.length === segment.length && meetsAt(characters, segment, 0);
  };
};

/** The everyday case, `%XALOC%`: plain searches of plain texts. */
const betweenRunsLiteral = (first: string, middle: string[], last: string): LikeMatcher => {
  return (value) => {
    const text = foldCase(value);
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const segment of middle) {
      const found = text.indexOf(segment, at);
      if (found < 0) return false;
      at = found + segment.length;
    }
    return at <= end;
  };
};

/** Each segment is taken where it first fits: with only `%` between them, taking it later could never help. */
const betweenRuns = (first: Atom[], middle: Atom[][], last: Atom[]): LikeMatcher => {
  return (value) => {
    const characters = Array.from(foldCase(value));
    const end = characters.length - last.length;
    if (end < first.length || !meetsAt(characters, first, 0) || !meetsAt(characters, last, end)) return false;
    let at = first.length;
    for (const segment of middle) {
      while (at + segment.length <= end && !meetsAt(characters, segment, at)) at++;
      at += segment.length;
      if (at > end) return false;
    }
    return true;
  };
};

const meetsAt = (characters: string[], segment: Atom[], at: number): boolean =>
  segment.every((atom, i) => {
    const character = characters[at + i] as string;
    return typeof atom === 'string' ? atom === character : atom(character);
  });
