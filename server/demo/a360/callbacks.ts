import type { Clock } from '#server/lib/clock.ts';
import type { Faults } from '../faults.ts';
import type { A360Faults } from './a360-faults.ts';
import type { CallbackState, Journal, Run } from './journal.ts';
import { outputOf } from './progress.ts';
import type { Script } from './script.ts';

const answerWithinMs = 10_000;
const retryAfterMs = 1000;

type Tools = { readonly script: Script; readonly journal: Journal; readonly faults: Faults<A360Faults>; readonly clock: Clock };

/** What a callback says of a run that has ended. */
export const callbackBody = (run: Run) => ({
  deploymentId: run.deploymentId,
  status: run.status === 'COMPLETED' ? 'RUN_COMPLETED' : run.status,
  deviceId: run.deviceId,
  userId: run.userId,
  botOutput: outputOf(run),
});

/**
 * Tells the ends of runs to who asked for it. Not repeated when nobody takes it, as in A360; that it is being sent stands in
 * the journal before it is.
 */
export const createCallbacks = ({ script, journal, faults, clock }: Tools) => {
  const closing = new AbortController();
  const sending = new Set<Promise<void>>();

  const note = (run: Run, state: CallbackState) => journal.callback(run.id, state, clock.now().toISOString());

  const post = async (run: Run): Promise<boolean> => {
    if (run.callback === null) return false;
    try {
      const answer = await fetch(run.callback.url, {
        method: 'POST',
        headers: { ...run.callback.headers, 'content-type': 'application/json' },
        body: JSON.stringify(callbackBody(run)),
        redirect: 'manual',
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(answerWithinMs)]),
      });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      return false;
    }
  };

  const postUntilTaken = async (run: Run): Promise<boolean> => {
    for (let left = script.callbackRetries; ; left -= 1) {
      const taken = await post(run);
      if (taken || left <= 0 || closing.signal.aborted) return taken;
      await clock.sleep(retryAfterMs, closing.signal);
    }
  };

  const deliver = async (run: Run): Promise<void> => {
    // A run that a fault has met is that fault's alone.
    if (run.plan.silent && run.marks.length === 0) return note(run, 'perdido');
    if (faults.take('callback_perdido')) return note(run, 'perdido');
    if (faults.take('pausa_callback')) {
      const goesOn = await faults.hold('pausa_callback', { url: run.callback?.url ?? '', gone: closing.signal }, run.deploymentId);
      if (!goesOn) return;
    }
    note(run, 'en_envio');
    const twice = faults.take('callback_doble');
    const taken = await postUntilTaken(run);
    if (twice) await post(run);
    note(run, taken ? 'enviado' : 'sin_respuesta');
  };

  /** Sends the callback of an ended run, if it asked for one. */
  const send = (run: Run): Promise<void> => {
    if (run.callbackState !== 'pendiente') return Promise.resolve();
    const one = deliver(run).finally(() => sending.delete(one));
    sending.add(one);
    return one;
  };

  return {
    send,
    /** Those of runs that ended and whose callback never left. */
    sendOwed: (): void => {
      for (const run of journal.owed()) void send(run);
    },
    /** Resolves when none is being sent. */
    settled: async (): Promise<void> => void (await Promise.all(sending)),
    close: async (): Promise<void> => {
      closing.abort();
      await Promise.all(sending);
    },
  };
};

export type Callbacks = ReturnType<typeof createCallbacks>;
