import type { Deps } from '#server/deps.ts';
import type { LoadAnswer, LoadProvider } from '#server/gateways/carga/carga.ts';
import { asError } from '#server/lib/errors.ts';
import { createLocalQueue } from './local.ts';

export type AskDeps = Pick<Deps, 'db' | 'clock' | 'carga' | 'log'>;

export type Asked = { readonly provider: LoadProvider; readonly answer: LoadAnswer; readonly ms: number };

/** Everybody who counts tickets: those outside, and our own queue. */
export const providersOf = (deps: Pick<AskDeps, 'db' | 'clock' | 'carga'>): readonly LoadProvider[] => [
  ...deps.carga,
  createLocalQueue(deps),
];

/** One of them, now; nothing is kept of it. Never throws. */
export const ask = async ({ clock, log }: Pick<AskDeps, 'clock' | 'log'>, provider: LoadProvider, signal: AbortSignal): Promise<Asked> => {
  const began = clock.monotonic();
  const answer = await answerOf(provider, signal).catch((thrown: unknown): LoadAnswer => {
    log.error({ err: asError(thrown), proveedor: provider.name }, 'una fuente de tickets ha fallado sin decir por qué');
    return { kind: 'failed', reason: 'La fuente ha fallado de un modo inesperado: véase el registro.' };
  });
  return { provider, answer, ms: Math.round(clock.monotonic() - began) };
};

/**
 * The same, and no longer than that: one that never answers, and does not even heed its signal, holds nobody up. Once `signal` aborts
 * nobody waits either.
 */
export const askInTime = async (
  deps: Pick<AskDeps, 'clock' | 'log'>,
  provider: LoadProvider,
  { signal, patienceMs }: { readonly signal: AbortSignal; readonly patienceMs: number },
): Promise<Asked> => {
  const [late, answered] = [new AbortController(), new AbortController()];
  const silence = deps.clock.sleep(patienceMs, AbortSignal.any([answered.signal, signal])).then((): Asked => {
    late.abort();
    const reason = signal.aborted ? 'La pregunta se interrumpió.' : `No ha contestado en ${Math.round(patienceMs / 1000)} segundos.`;
    return { provider, answer: { kind: 'failed', reason }, ms: Math.round(patienceMs) };
  });
  try {
    return await Promise.race([ask(deps, provider, AbortSignal.any([signal, late.signal])), silence]);
  } finally {
    answered.abort();
  }
};

const answerOf = async (provider: LoadProvider, signal: AbortSignal): Promise<LoadAnswer> => provider.load(signal);
