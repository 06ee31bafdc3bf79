/** A failure as it stands now: one trámite. */
export type Failure = {
  readonly id: number;
  readonly expediente: string | null;
  readonly site: string;
  /** It may have been sent: a person decides, nothing is retried. */
  readonly doubtful: boolean;
  readonly code: string | null;
  readonly message: string;
  /** Name of the step that failed; `preparación` when no browser had been opened. */
  readonly step: string;
  /** When its last attempt ended; null when nobody wrote it down. */
  readonly at: string | null;
  readonly attempt: number | null;
  readonly capture: string | null;
};

/** Failures that are the same to a person: organismo, step and what was said, whatever the numbers in it. */
export type Group = {
  readonly site: string;
  readonly step: string;
  readonly message: string;
  /** The newest first. */
  readonly failures: readonly Failure[];
};

const longest = 300;

/** Each kind of text that changes from one trámite to the next, and what is put in its place. Order matters. */
const changing: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z\d+.-]*:\/\/[^\s»"')]+/giu, '‹dirección›'],
  [/«[^»]*»|“[^”]*”|"[^"]*"|(?<!\p{L})'[^']*'/gu, '‹valor›'],
  [/\b\d{4}-\d\d-\d\d(?:[T ][\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?/gu, '‹fecha›'],
  [/\b\d{1,2}[/-]\d{1,2}[/-]\d{4}(?:[ ,]+\d{1,2}:\d\d(?::\d\d)?)?/gu, '‹fecha›'],
  [/[\p{L}\p{N}_/.-]*\p{N}[\p{L}\p{N}_/-]*[\p{L}\p{N}]|\p{N}/gu, '‹n›'],
  [/(?:‹n›[.,:/ -]?)+(?=‹n›)/gu, ''],
  [/\s+/gu, ' '],
];

/**
 * A message with numbers, identifiers, quoted values, addresses and instants left out, so that the same failure of two
 * trámites reads the same. Pure.
 */
export const normalise = (message: string): string =>
  changing.reduce((text, [pattern, word]) => text.replace(pattern, word), message.slice(0, longest)).trim();

/** Groups by organismo, step and normalised message, the largest first; the one with the newest failure among equals. Pure. */
export const groupFailures = (failures: readonly Failure[]): Group[] => {
  const groups = Map.groupBy(failures, (one) => JSON.stringify([one.site, one.step, normalise(one.message)]));
  return [...groups]
    .map(([key, some]): Group => {
      const [site, step, message] = JSON.parse(key) as [string, string, string];
      return { site, step, message, failures: some.toSorted(newestFirst) };
    })
    .sort((a, b) => b.failures.length - a.failures.length || newestFirst(a.failures[0] as Failure, b.failures[0] as Failure));
};

const newestFirst = (a: Failure, b: Failure): number => (b.at ?? '').localeCompare(a.at ?? '') || b.id - a.id;
