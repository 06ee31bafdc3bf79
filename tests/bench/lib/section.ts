import type { Result } from './figures.ts';
import type { Contender, Figures } from './rounds.ts';

/** What a section of the bench works with. */
export type Bench = {
  /** A folder of its own, removed at the end. */
  folder(name: string): string;
  /** Runs the contenders in alternated rounds. */
  rounds(contenders: readonly Contender[]): Promise<Figures>;
  /** Prints a line of what is going on. */
  tell(line: string): void;
  report(result: Result): void;
};

/** One part of the bench, chosen by its name: `npm run bench -- cola`. */
export type Section = { readonly name: string; readonly about: string; run(bench: Bench): Promise<void> };
