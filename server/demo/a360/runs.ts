import { randomUUID } from 'node:crypto';
import type { Clock } from '#server/lib/clock.ts';
import type { Ending, Journal, Order, Run } from './journal.ts';
import { endsAt } from './progress.ts';
import type { Plan, Script } from './script.ts';

/** Looked at again at least this often, though nothing is due. */
const longestRestMs = 60_000;

type Tools = {
  readonly script: Script;
  readonly journal: Journal;
  readonly clock: Clock;
  /** Told each run that has ended, once. */
  ended(run: Run): void;
};

const iso = (ms: number): string => new Date(ms).toISOString();

/**
 * The machines at work: each takes its runs one at a time, in the order they were accepted. Nothing lives in memory, so
 * what came due while the world was down has happened when it is back.
 */
export const createRuns = ({ script, journal, clock, ended }: Tools) => {
  const closing = new AbortController();
  let rest = new AbortController();

  const end = (run: Run, ending: Ending): void => {
    if (journal.end(run.id, ending)) ended(journal.find(run.id) as Run);
  };

  /** Begins what a free machine can take and ends what is due; answers when the next end comes, null = none known. */
  const advance = (): number | null => {
    const now = clock.now().getTime();
    const queues = Map.groupBy(journal.open(), (run) => run.deviceId);
    const next = [...queues].map(([deviceId, queue]) => advanceDevice(deviceId, queue, now)).filter((at) => at !== null);
    return next.length === 0 ? null : Math.min(...next);
  };

  const advanceDevice = (deviceId: string, queue: readonly Run[], now: number): number | null => {
    for (const waiting of queue) {
      const run = begun(deviceId, waiting);
      const due = endsAt(run);
      if (due === null || due > now) return due;
      end(run, { at: iso(due), status: run.plan.end, message: run.plan.message ?? '' });
    }
    return null;
  };

  /** The first of its machine's queue, begun: when it was accepted or, if the machine had another, at that one's end. */
  const begun = (deviceId: string, run: Run): Run => {
    if (run.started !== null) return run;
    const free = journal.lastEndOn(deviceId);
    const started = free !== null && free > run.accepted ? free : run.accepted;
    journal.start(run.id, started);
    return { ...run, started };
  };

  const work = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      rest = new AbortController();
      const next = advance();
      const ms = next === null ? longestRestMs : Math.max(1, next - clock.now().getTime());
      await clock.sleep(Math.min(ms, longestRestMs), AbortSignal.any([rest.signal, closing.signal]));
    }
  };
  const working = work();

  const finish = (run: Run, { status, message = '' }: { status: string; message?: string }): void => {
    end(run, { at: clock.now().toISOString(), status, message });
    rest.abort();
  };

  return {
    /** Durable when it returns. */
    accept(order: Omit<Order, 'plan'>): Run {
      const settle = () => advanceDevice(order.deviceId, journal.openOn(order.deviceId), clock.now().getTime());
      settle();
      const plan = spoiled(nextPlan(script, journal, order.fileId), order.marks);
      const run = journal.add(randomUUID(), { ...order, plan }, clock.now().toISOString());
      settle();
      rest.abort();
      return journal.find(run.id) as Run;
    },
    /** Ends a run now, whatever its plan. */
    finish,
    stop: (run: Run): void => finish(run, { status: 'RUN_ABORTED', message: 'Stopped by user.' }),
    /** Brings everything up to the present. */
    advance,
    close: async (): Promise<void> => {
      closing.abort();
      await working;
    },
  };
};

export type Runs = ReturnType<typeof createRuns>;

/** A bot's plans take turns. */
const nextPlan = (script: Script, journal: Journal, fileId: string): Plan => {
  const plans = script.bots.find((bot) => bot.id === fileId)?.plans ?? [];
  return plans[journal.timesOf(fileId) % Math.max(1, plans.length)] ?? script.usualPlan;
};

/** The plan as the faults of its deploy want it. */
const spoiled = (plan: Plan, marks: readonly string[]): Plan => ({
  ...plan,
  ...(marks.includes('ejecucion_breve') ? { steps: [{ status: 'RUNNING', ms: 1000 }] } : {}),
  ...(marks.includes('ejecucion_falla') ? { end: 'RUN_FAILED', message: 'The bot failed.' } : {}),
});
