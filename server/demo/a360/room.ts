import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '#server/lib/clock.ts';
import type { Faults } from '../faults.ts';
import { loseAnswer, whenGone } from '../wire.ts';
import type { A360FaultName, A360Faults } from './a360-faults.ts';
import type { Callbacks } from './callbacks.ts';
import type { Journal } from './journal.ts';
import type { Runs } from './runs.ts';
import type { Script } from './script.ts';
import type { Tokens } from './tokens.ts';

/** What the pages of the simulated Control Room share. */
export type Room = {
  readonly script: Script;
  readonly journal: Journal;
  readonly runs: Runs;
  readonly callbacks: Callbacks;
  readonly tokens: Tokens;
  readonly faults: Faults<A360Faults>;
  readonly clock: Clock;
  /** Milliseconds until a deploy whose effect is late takes it. */
  readonly lateMs: number;
  readonly closing: AbortSignal;
};

export type Exchange = { readonly request: FastifyRequest; readonly reply: FastifyReply };

/** Holds the request when the fault is armed. Resolves false, with the connection ended, when nobody waits any more. */
export const holdIfAsked = async (
  { faults }: Room,
  name: A360FaultName & `pausa_${string}`,
  { request, reply }: Exchange,
): Promise<boolean> => {
  if (!faults.take(name)) return true;
  const goesOn = await faults.hold(name, { url: request.url, gone: whenGone(request) });
  if (!goesOn) loseAnswer(reply);
  return goesOn;
};
