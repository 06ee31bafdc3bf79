import type { Db } from '#server/db/open.ts';
import type { Clock } from '#server/lib/clock.ts';
import type { Work } from './drain.ts';

const everyMs = 5_000;

/** Tells how the drain goes, every few seconds at most, for whoever watches the terminal. */
export const createProgress = (clock: Clock, tell: (line: string) => void): ((db: Db, work: Work) => void) => {
  let toldAt = clock.monotonic();
  return (db, work) => {
    if (clock.monotonic() - toldAt < everyMs) return;
    toldAt = clock.monotonic();
    const completed = db.sql("SELECT coalesce(sum(n), 0) AS n FROM queue_counts WHERE status = 'completed'").get()?.n;
    tell(`${completed} presentados · ${work.processing} en marcha · ${work.due + work.later} esperan turno`);
  };
};

/** What the drain leaves on purpose, in sentences; none of it is a failure. */
export const leftOver = (work: Work): string[] => [
  ...(work.withoutRobot > 0 ? [`Pendientes sin robot: ${work.withoutRobot}.`] : []),
  ...(work.awaiting > 0 ? [`A la espera de que alguien los apruebe: ${work.awaiting}.`] : []),
  ...(work.later > 0 ? [`A la espera de su próximo intento: ${work.later}.`] : []),
];
