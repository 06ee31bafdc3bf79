import { isDrained } from '#server/balance/draining.ts';
import type { Deps } from '#server/deps.ts';

/** Runs end many times a second while A360 calls back; one balance takes back whatever is free by then. */
const gatherMs = 2000;

/** Wakes `balancear` some time after the run of an equipo that is to be taken back has ended. Answers how to stop. */
export const wakeBalancing = ({ db, hub, wake }: Pick<Deps, 'db' | 'hub' | 'wake'>, afterMs = gatherMs): (() => void) => {
  let timer: NodeJS.Timeout | null = null;
  const ring = () => {
    timer = null;
    if (mayBeDrained(db)) wake('balancear');
  };
  const deafen = hub.listen(({ entity }) => {
    if (entity === 'ejecucion') timer ??= setTimeout(ring, afterMs);
  });
  return () => {
    deafen();
    if (timer) clearTimeout(timer);
  };
};

/** While it cannot be read, the balance itself finds out, and tells why. */
const mayBeDrained = (db: Deps['db']): boolean => {
  try {
    return isDrained(db);
  } catch {
    return true;
  }
};
