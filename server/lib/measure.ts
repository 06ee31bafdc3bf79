/** Something worth measuring that leaves no row behind. Names are of a closed list, or of one that is bounded by who measures. */
export type Measured =
  /** A round of a cycle of the clock; `code` null = it ended well. */
  | { readonly kind: 'cycle'; readonly name: string; readonly ms: number; readonly code: string | null }
  /** One request to A360; `status` null = no whole answer came. */
  | { readonly kind: 'a360_call'; readonly path: string; readonly status: number | null; readonly ms: number }
  /** What was answered to a callback: a word of its own, or the HTTP status of a refusal. */
  | { readonly kind: 'callback'; readonly result: string };

/** Tells whoever measures, if anybody does. Never fails and never waits. */
export type Measure = (measured: Measured) => void;
