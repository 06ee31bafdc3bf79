import type { MessagePort } from 'node:worker_threads';
import type { GuardAnswer, GuardQuestion, StopOrder } from './messages.ts';

/** The line to the main thread during one attempt. */
export type Line = {
  /** Whether the main thread has asked to stop before the submission. */
  readonly stopRequested: boolean;
  /** Asks whether the recurso is still ours; no answer within `patienceMs` counts as `unreachable`. */
  stillOurs(patienceMs: number): Promise<GuardAnswer['answer']>;
  close(): void;
};

export const openLine = (port: MessagePort): Line => {
  let stopRequested = false;
  const answers = new EventTarget();
  port.on('message', (message: GuardAnswer | StopOrder) => {
    if (message.type === 'stop') stopRequested = true;
    else answers.dispatchEvent(new MessageEvent('answer', { data: message.answer }));
  });
  return {
    get stopRequested() {
      return stopRequested;
    },
    stillOurs: (patienceMs) => {
      const { promise, resolve } = Promise.withResolvers<GuardAnswer['answer']>();
      const timer = setTimeout(resolve, patienceMs, 'unreachable');
      answers.addEventListener('answer', (event) => resolve((event as MessageEvent).data), { once: true });
      port.postMessage({ type: 'still_ours' } satisfies GuardQuestion);
      return promise.finally(() => clearTimeout(timer));
    },
    close: () => port.close(),
  };
};
