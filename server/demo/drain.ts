import type { Db } from '#server/db/open.ts';

/** What the queue holds, as the end of the demo sees it. */
export type Work = {
  readonly processing: number;
  /** Pending, with a robot that can take them now. */
  readonly due: number;
  /** Pending, with a robot, waiting for the instant of their next attempt. */
  readonly later: number;
  /** Pending, of organismos no robot serves. */
  readonly withoutRobot: number;
  readonly awaiting: number;
};

/**
 * Nothing under way and nothing a robot could take now. Rows without a robot, awaiting a person or in review are
 * counted apart and keep nobody waiting (CONTRACT.md, Commands).
 */
export const isDrained = (work: Work): boolean => work.processing === 0 && work.due === 0;

/** Counts the queue at the instant `at` for the organismos that have a robot. */
export const countWork = (db: Db, served: readonly string[], at: string): Work => {
  const row = db
    .sql(
      `SELECT
         count(*) FILTER (WHERE status = 'processing') AS processing,
         count(*) FILTER (WHERE status = 'pending' AND served AND (not_before IS NULL OR not_before <= @at)) AS due,
         count(*) FILTER (WHERE status = 'pending' AND served AND not_before > @at) AS later,
         count(*) FILTER (WHERE status = 'pending' AND NOT served) AS withoutRobot,
         count(*) FILTER (WHERE status = 'awaiting_confirmation') AS awaiting
       FROM (SELECT status, not_before, site_id IN (SELECT value FROM json_each(@served)) AS served
             FROM tramite_queue WHERE status IN ('pending', 'processing', 'awaiting_confirmation'))`,
    )
    .get({ at, served: JSON.stringify(served) });
  return row as unknown as Work;
};

/** What draining needs of the house. */
export type House = {
  /** One claim cycle; answers how many recursos it claimed. */
  claim(): Promise<number>;
  /** The queue as it stands now. */
  look(): Work;
  /** Rests a little between two looks; returns early when the signal aborts. */
  rest(signal: AbortSignal): Promise<void>;
};

/**
 * Claims until a cycle claims nothing, waits for the robots, and begins again until claiming finds nothing more. Answers
 * what is left.
 * @throws OrigenError when the source cannot be asked.
 */
export const drain = async (house: House, signal: AbortSignal): Promise<Work> => {
  for (;;) {
    const claimed = await claimAll(house, signal);
    const work = await waitDrained(house, signal);
    if (claimed === 0 || signal.aborted) return work;
  }
};

/** Cycle after cycle until one claims nothing; answers how many recursos they claimed together. */
const claimAll = async (house: House, signal: AbortSignal): Promise<number> => {
  let total = 0;
  while (!signal.aborted) {
    const claimed = await house.claim();
    if (claimed === 0) break;
    total += claimed;
  }
  return total;
};

const waitDrained = async (house: House, signal: AbortSignal): Promise<Work> => {
  for (let work = house.look(); ; work = house.look()) {
    if (isDrained(work) || signal.aborted) return work;
    await house.rest(signal);
  }
};
