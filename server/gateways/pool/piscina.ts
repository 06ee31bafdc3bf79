import { resolve } from 'node:path';
import { BroadcastChannel, MessageChannel, type MessagePort } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { asError, CerebroError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import {
  type BrowserChoice,
  type GuardAnswer,
  type GuardQuestion,
  hintChannel,
  type JournalHint,
  type StopOrder,
  type TramiteOutcome,
  type TramiteTask,
} from '#workers/messages.ts';
import type { PoolTask, RobotPool } from './pool.ts';

export type RobotPoolOptions = {
  /** Threads. */
  readonly size: number;
  readonly databaseFile: string;
  readonly browser: BrowserChoice;
  readonly log: Log;
  /** What each thread runs; tests put their own robots there. */
  readonly entry?: string;
};

const robotsEntry = resolve(import.meta.dirname, '../../../workers/run-tramite.ts');

/** Piscina as the house uses it: a fixed number of threads that never idle out, each with one task at a time. */
export const createRobotPool = ({ size, databaseFile, browser, log, entry = robotsEntry }: RobotPoolOptions): RobotPool => {
  const piscina = new Piscina<TramiteTask, TramiteOutcome>({
    filename: entry,
    minThreads: size,
    maxThreads: size,
    idleTimeout: Number.POSITIVE_INFINITY,
    concurrentTasksPerWorker: 1,
    // Any other value blocks an idle thread's event loop, and its browser's conversation with it.
    atomics: 'disabled',
  });
  piscina.on('error', (error) => log.error({ err: asError(error) }, 'un hilo sin trabajo ha fallado'));
  const running = new Map<MessagePort, Promise<unknown>>();
  const { onHint, close: closeHints } = listenToHints();

  const askToStop = () => {
    for (const port of running.keys()) port.postMessage({ type: 'stop' } satisfies StopOrder);
  };

  const run: RobotPool['run'] = async (task, { stillOurs, signal }) => {
    const { port1, port2 } = new MessageChannel();
    port1.on('message', (_question: GuardQuestion) => answerGuard(port1, stillOurs, log));
    const work = piscina.run(complete(task, { databaseFile, browser, port: port2 }), { transferList: [port2], signal: signal ?? null });
    running.set(
      port1,
      work.catch(() => undefined),
    );
    try {
      return await work;
    } catch (error) {
      throw threadEnded(error, signal);
    } finally {
      running.delete(port1);
      port1.close();
    }
  };

  const close = async (graceMs: number): Promise<void> => {
    askToStop();
    const grace = Promise.withResolvers<void>();
    const timer = setTimeout(grace.resolve, graceMs);
    await Promise.race([Promise.all(running.values()), grace.promise]);
    clearTimeout(timer);
    await piscina.destroy();
    closeHints();
  };

  return { size, missing: null, run, askToStop, onHint, close };
};

const complete = (task: PoolTask, rest: Pick<TramiteTask, 'databaseFile' | 'browser' | 'port'>): TramiteTask => ({ ...task, ...rest });

/** A question that cannot be answered is not one that was answered with no: the source is unreachable. */
const answerGuard = (port: MessagePort, stillOurs: () => Promise<GuardAnswer['answer']>, log: Log): void => {
  const failed = (error: unknown): GuardAnswer['answer'] => {
    log.warn({ err: asError(error) }, 'la guardia no pudo comprobar el recurso en el origen');
    return 'unreachable';
  };
  stillOurs()
    .catch(failed)
    .then((answer) => port.postMessage({ type: 'still_ours', answer } satisfies GuardAnswer))
    .catch((error) => log.error({ err: asError(error) }, 'la guardia no pudo contestar al hilo'));
};

const threadEnded = (error: unknown, signal: AbortSignal | undefined): CerebroError => {
  const sentence = signal?.aborted
    ? 'El hilo no contestaba y se ha terminado, con su navegador.'
    : 'El hilo que presentaba el trámite ha muerto.';
  return new CerebroError('hilo_terminado', sentence, { cause: error, transient: true });
};

const listenToHints = () => {
  const listeners = new Set<(hint: JournalHint) => void>();
  const channel = new BroadcastChannel(hintChannel);
  channel.unref();
  channel.onmessage = (event: unknown) => {
    const hint = (event as { data: JournalHint }).data;
    for (const listener of listeners) listener(hint);
  };
  return {
    onHint: (listener: (hint: JournalHint) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => channel.close(),
  };
};
