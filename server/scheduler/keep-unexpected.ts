import type { Deps } from '#server/deps.ts';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { currentTrace } from '#server/lib/trace.ts';
import { noteUnexpected } from '#server/sistema/unexpected.ts';
import type { Cycle } from './clock.ts';

/** The same cycle; a failure of it that nobody decided about stands in `error_log` too, under the name its lines have in the log. */
export const keepingUnexpected = (deps: Pick<Deps, 'db' | 'clock' | 'log'>, cycle: Cycle): Cycle => ({
  ...cycle,
  run: async (signal, ordered) => {
    try {
      return await cycle.run(signal, ordered);
    } catch (thrown) {
      if (!(thrown instanceof CerebroError) && !signal.aborted) await keep(deps, cycle.name, thrown);
      throw thrown;
    }
  },
});

const keep = async (deps: Pick<Deps, 'db' | 'clock' | 'log'>, name: string, thrown: unknown): Promise<void> => {
  const { peticion, ciclo = '' } = currentTrace();
  // The page of whoever ordered it keeps it.
  if (peticion !== undefined) return;
  await noteUnexpected(deps, { origen: `ciclo ${name}`, error: asError(thrown), reference: ciclo }).catch((error: unknown) =>
    deps.log.error({ err: error }, 'ni el error se ha podido guardar'),
  );
};
