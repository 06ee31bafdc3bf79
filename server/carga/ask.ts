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

const answerOf = async (provider: LoadProvider, signal: AbortSignal): Promise<LoadAnswer> => provider.load(signal);
