import { CerebroError } from '#server/lib/errors.ts';

/** How many tickets wait, by the name the provider gives each robot. */
export type LoadAnswer =
  /** Whole numbers from 0; a robot that is not named has none. */
  | { readonly kind: 'ok'; readonly tickets: ReadonlyMap<string, number> }
  /** Nothing is known: never to be read as no tickets. `reason` is a Spanish sentence without secrets; `denied`: it rejects who asks. */
  | { readonly kind: 'failed'; readonly reason: string; readonly denied?: true };

export type ProviderName = 'clouders' | 'rpa360' | 'local';

/** The door to whoever counts tickets. A failure is an answer, never an exception and never an empty list. */
export type LoadProvider = {
  readonly name: ProviderName;
  /** Where it is, for pages and logs; no secrets. */
  readonly place: string;
  load(signal: AbortSignal): Promise<LoadAnswer>;
  close(): Promise<void>;
};

/** None of those outside could be asked: answered with 502. `message` is a Spanish sentence without secrets. */
export class LoadError extends CerebroError {
  constructor(sentence: string) {
    super('carga_no_responde', sentence, { transient: true });
  }
}
