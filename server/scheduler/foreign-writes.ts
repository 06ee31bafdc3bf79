import type { Deps } from '#server/deps.ts';

const everyMs = 1000;

/**
 * Calls back when another connection has changed the database (an INSERT from a shell, a worker thread's journal).
 * Answers how to stop watching.
 */
export const watchForeignWrites = ({ db, log }: Pick<Deps, 'db' | 'log'>, changed: () => void): (() => void) => {
  const version = () => db.sqlite.pragma('data_version', { simple: true }) as number;
  let known = version();
  const look = () => {
    const now = version();
    if (now === known) return;
    known = now;
    changed();
  };
  // A file that cannot be read for a moment is looked at again in the next one; what that breaks is told by whoever works with it.
  const timer = setInterval(() => {
    try {
      look();
    } catch (error) {
      log.warn({ err: error }, 'no se ha podido mirar si otro programa cambió la base de datos');
    }
  }, everyMs);
  return () => clearInterval(timer);
};
