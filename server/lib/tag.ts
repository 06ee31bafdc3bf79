import type { Instant } from './format.ts';

/** How a state is shown: icon + word + colour, never colour alone. `tone` is a class of pieces.css. */
export type Tag = { readonly word: string; readonly icon: string; readonly tone: 'bien' | 'vivo' | 'espera' | 'ojo' | 'mal' | 'nada' };

/** A sentence a page begins with. */
export type Message = Omit<Tag, 'word'> & { readonly title: string; readonly sentence?: string };

/** Why a list is empty, and what to do about it. Made by one of the three below. */
export type Empty = {
  readonly icon: string;
  readonly title: string;
  readonly sentence: string;
  readonly href?: string;
  readonly action?: string;
  /** When the last one went well. */
  readonly last?: Instant | null;
};

type Way = { readonly href: string; readonly action: string };

/** Nothing yet: what would bring the first one, and the next thing to do about it. */
export const nothingYet = (icon: string, title: string, sentence: string, next?: Way): Empty => ({ icon, title, sentence, ...next });

/** The filter is too narrow: what it asks for, and the way to clear it. */
export const tooNarrow = (sentence: string, href: string): Empty => ({
  icon: 'buscar',
  title: 'Nada coincide con el filtro',
  sentence,
  href,
  action: 'Quitar el filtro',
});

/** All of it is done; `last` = the last time that went well. */
export const allDone = (title: string, sentence: string, last: Instant | null = null): Empty => ({ icon: 'hecho', title, sentence, last });

/** A filter in force, and the address of the list without it. */
export type Chip = { readonly label: string; readonly remove: string };

/** One of the views of a page; `count` is shown when it is given. */
export type Tab = { readonly word: string; readonly href: string; readonly current: boolean; readonly count?: string };

/** What a person is asked before an order that cannot be taken back. See views/shared/dialog.eta. */
export type Question = {
  readonly id: string;
  readonly title: string;
  /** What will happen, in as many sentences as it takes. */
  readonly effect: readonly string[];
  /** Where the form goes. */
  readonly action: string;
  /** The word of the button: the verb of the effect. */
  readonly button: string;
  /** Fields sent along as they are. */
  readonly hidden?: Readonly<Record<string, string>>;
  /** Asks why; `problem` says what was wrong with the reason given, and opens the question again. */
  readonly reason?: { readonly label: string; readonly value?: string; readonly problem?: string };
};

/** Links to the neighbours of a page. */
export type Pager = {
  readonly older: string | null;
  readonly newer: string | null;
  /** What the links say, where a list is not in the order of time. */
  readonly words?: { readonly older: string; readonly newer: string };
};

/** Of a list in the order of the alphabet. */
export const pageWords = { older: 'Siguientes', newer: 'Anteriores' };

/** The address with those parameters; empty ones are left out. */
export const link = (path: string, parameters: Readonly<Record<string, string | null | undefined>>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};
