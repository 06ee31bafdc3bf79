import { isoNow } from '#server/lib/clock.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { servableSites } from '#server/robots/servable.ts';
import type { Scheduler } from '#server/scheduler/clock.ts';
import type { Cerebro } from '#server/start.ts';
import { countWork, type House, type Work } from './drain.ts';

/** An instant that comes due changes no row: the queue is looked at again this often. */
const lookAgainMs = 250;

/** The running house as the drain sees it; `seen` is told every look. */
export const houseOf = ({ scheduler, deps }: Cerebro, seen: (work: Work) => void): House => ({
  claim: () => claim(scheduler, () => deps.clock.sleep(lookAgainMs)),
  look: () => {
    const work = countWork(deps.db, servableSites(deps).sites, isoNow(deps.clock));
    seen(work);
    return work;
  },
  rest: (signal) => deps.clock.sleep(lookAgainMs, signal),
});

/** One claim cycle of ours; somebody may have ordered one from the page a moment ago. */
const claim = async (scheduler: Scheduler, rest: () => Promise<void>): Promise<number> => {
  for (;;) {
    try {
      return ((await scheduler.run('reclamar')) as { claimed: number }).claimed;
    } catch (error) {
      if (!(error instanceof WrongStateError) || error.code !== 'ciclo_en_marcha') throw error;
    }
    await rest();
  }
};
