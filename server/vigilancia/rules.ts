const minute = 60_000;

/** How a cycle of the clock stands, in monotonic milliseconds. */
export type Standing = {
  readonly name: string;
  readonly running: boolean;
  /** null = it runs only when it is woken. */
  readonly period: number | null;
  /** Since it was due, while it rests; since it began, while it runs. */
  readonly waited: number;
};

/** A machine that was asleep for a moment, or a cycle with much to do, worries nobody. */
const leastLate = 5 * minute;
const leastStuck = 30 * minute;

/** The dead man's switch: what should have begun, or ended, three periods ago. Pure. */
export const isLate = ({ running, period, waited }: Standing): boolean =>
  period !== null && waited > Math.max(3 * period, running ? leastStuck : leastLate);

/** What is known of the attempts of an organismo; instants as stored, null = none. */
export type Attempts = {
  readonly siteId: string;
  readonly lastFiled: string | null;
  /** The first and the last failure since then. */
  readonly firstFailed: string | null;
  readonly lastFailed: string | null;
};

/** Those that have tried for so long without a success; `nobody` = no other had one either, so that it may lie with what all share. Pure. */
export const withoutSuccess = (
  all: readonly Attempts[],
  since: string,
): { readonly stuck: readonly Attempts[]; readonly nobody: boolean } => {
  const files = ({ lastFiled }: Attempts) => lastFiled !== null && lastFiled > since;
  const stuck = all.filter(
    (one) => !files(one) && one.firstFailed !== null && one.firstFailed <= since && one.lastFailed !== null && one.lastFailed > since,
  );
  return { stuck, nobody: stuck.length > 0 && !all.some(files) };
};
