/** How a state is shown: icon + word + colour, never colour alone. `tone` is a class of pieces.css. */
export type Tag = { readonly word: string; readonly icon: string; readonly tone: 'bien' | 'vivo' | 'espera' | 'ojo' | 'mal' | 'nada' };

/** A sentence a page begins with. */
export type Message = Omit<Tag, 'word'> & { readonly title: string; readonly sentence?: string };

/** Why a list is empty, and what to do about it. */
export type Empty = {
  readonly icon: string;
  readonly title: string;
  readonly sentence: string;
  readonly href?: string;
  readonly action?: string;
};

/** Links to the neighbours of a page. */
export type Pager = { readonly older: string | null; readonly newer: string | null };

/** The address with those parameters; empty ones are left out. */
export const link = (path: string, parameters: Readonly<Record<string, string | null | undefined>>): string => {
  const given = Object.entries(parameters).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
};
