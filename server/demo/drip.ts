import type { Clock } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import type { BodyName } from './source/bodies.ts';
import { addRecursos } from './source/create.ts';

const everyMs = 8_000;
/** Most of what comes is xaloc's, as at the beginning. */
const turns: readonly BodyName[] = ['xaloc', 'xaloc', 'base', 'xaloc', 'madrid', 'xaloc', 'traffic'];

/** `--goteo`: adds one recurso now and then, in turns of bodies, until the signal aborts. */
export const drip = async (file: string, tools: { clock: Clock; log: Log }, signal: AbortSignal): Promise<void> => {
  for (let turn = 0; ; turn += 1) {
    await tools.clock.sleep(everyMs, signal);
    if (signal.aborted) return;
    try {
      addRecursos(file, turns[turn % turns.length] as BodyName, 1);
    } catch (error) {
      // The source is busy for longer than a person would wait: the next turn comes soon enough.
      tools.log.warn({ err: asError(error) }, 'no se ha podido añadir un recurso a la muestra');
    }
  }
};
