import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { Letter } from './callback-inbox.ts';
import { noRefusals } from './callback-refusals.ts';
import { type Taken, takeCallbacks } from './take-callbacks.ts';

export type IntakeDeps = Pick<Deps, 'db' | 'clock' | 'hub' | 'log'>;

/** Takes one callback; answers once it is on the disk. @throws whatever keeps it from being written. */
export type Intake = (letter: Letter) => Promise<Taken>;

type Waiting = { readonly letter: Letter; readonly done: (taken: Taken) => void; readonly failed: (error: unknown) => void };

/** More in one transaction would keep the event loop busy for too long; so would many large ones. */
const mostAtOnce = 250;
const longestAtOnce = 4 * 1024 * 1024;

/**
 * A flush of the disk costs the same for one callback as for a hundred: what has come in while the last one was being written goes
 * into the next transaction together, and each is answered after its own commit.
 */
export const createIntake = (deps: IntakeDeps): Intake => {
  const waiting: Waiting[] = [];
  let working = false;
  const work = async (): Promise<void> => {
    working = true;
    while (waiting.length > 0) {
      // What this turn of the loop still brings comes along.
      await new Promise(setImmediate);
      await takeTogether(deps, nextOnes(waiting));
    }
    working = false;
  };
  return (letter) =>
    new Promise((done, failed) => {
      waiting.push({ letter, done, failed });
      // It never rejects: whatever fails is told to those who wait for it.
      if (!working) void work();
    });
};

const nextOnes = (waiting: Waiting[]): Waiting[] => {
  let size = 0;
  let count = 0;
  for (const { letter } of waiting) {
    size += letter.body.length;
    if (count > 0 && (count === mostAtOnce || size > longestAtOnce)) break;
    count += 1;
  }
  return waiting.splice(0, count);
};

/** One that cannot be written never sinks the others: they are tried one by one. A file that is busy is busy for all of them. */
const takeTogether = async (deps: IntakeDeps, some: readonly Waiting[]): Promise<void> => {
  try {
    const taken = await write(deps, some);
    some.forEach(({ done }, index) => {
      done(taken[index] as Taken);
    });
  } catch (error) {
    if (some.length === 1 || (error instanceof CerebroError && error.transient)) for (const { failed } of some) failed(error);
    else for (const one of some) await takeTogether(deps, [one]);
  }
};

const write = async ({ db, clock, hub, log }: IntakeDeps, some: readonly Waiting[]): Promise<Taken[]> => {
  const letters = some.map(({ letter }) => letter);
  const at = isoNow(clock);
  const taken = await db.write(
    () => {
      noRefusals(db, at);
      return takeCallbacks(db, at, letters);
    },
    { durable: true },
  );
  taken.forEach(({ became, ejecucionId }, index) => {
    const { deploymentId, estado } = letters[index] as Letter;
    if (became === 'not_understood') log.warn({ deployment: deploymentId, estado }, 'A360 avisa con un estado que no se conoce');
    if (became !== 'already_final') hub.changed({ entity: 'ejecucion', ...(ejecucionId === null ? {} : { id: ejecucionId }) });
  });
  return taken;
};
