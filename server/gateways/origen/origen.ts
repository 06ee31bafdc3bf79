import { CerebroError } from '#server/lib/errors.ts';

/** The source half of an organismo's rules, parsed: what the source is asked with, and what a claim repeats. */
export type SourceRule = {
  /** LIKE patterns of Organisme (any of them); the pattern meets the trimmed value. */
  readonly patterns: readonly string[];
  /** LIKE patterns that exclude. */
  readonly excluded: readonly string[];
  /** Accepted values of TExp. */
  readonly texp: readonly number[];
  /** Only rows whose UsuarioAsignado is null or blank. */
  readonly onlyUnassigned: boolean;
};

/** What a recurso is judged by; every text trimmed as JavaScript's `trim`. */
export type Candidate = {
  /** idRecurso as canonical integer text; null when it is NULL, negative or not whole. */
  readonly id: string | null;
  /** idRecurso as it stands, for people. */
  readonly idShown: string;
  readonly expediente: string;
  /** Trimming changed the expediente. */
  readonly expedientePadded: boolean;
  readonly organisme: string;
  readonly texp: number | null;
  readonly estado: number | null;
  readonly usuario: string;
};

/** A whole recurso: what it is judged by and what its payload is made from. */
export type SourceRow = Candidate & {
  /** UsuarioAsignado as it stands, untrimmed: what a release has to put back. */
  readonly usuarioRaw: string | null;
  /**
   * Every further column that exists, trimmed, by the spelling of XVIA.md 1.1 where it is known there; those of the
   * joined tables as `clientes.nif`, `expedientes.matricula`, `pubExp.publicación`, `DadesIdentif.ConducDni`.
   */
  readonly fields: Readonly<Record<string, string | number | null>>;
};

/** Who holds a recurso now. */
export type Holding = {
  readonly id: string;
  readonly expediente: string;
  readonly texp: number | null;
  readonly estado: number | null;
  /** UsuarioAsignado, trimmed; '' when null. */
  readonly usuario: string;
};

/**
 * Who a recurso belongs to, by what the source says now. `ours`: TExp = 1 in our name and not finished by anybody;
 * `free`: could be claimed; `other`: somebody has it, or finished it; `gone`: the source no longer has it.
 */
export type Holder = 'ours' | 'free' | 'other' | 'gone';

/** XVIA.md 0.7: a claim by SQL is verified by TExp = 1 and the trimmed UsuarioAsignado. Pure. */
export const holderOf = (holding: Pick<Holding, 'texp' | 'estado' | 'usuario'> | undefined, user: string): Holder => {
  if (!holding) return 'gone';
  if (holding.texp === 1) return holding.usuario.trim() === user.trim() && holding.estado !== 2 ? 'ours' : 'other';
  return holding.estado === 0 ? 'free' : 'other';
};

/** What a recurso was before the claim. */
export type Original = {
  readonly id: string;
  readonly texp: number | null;
  readonly estado: number | null;
  /** As it stood, untrimmed. */
  readonly usuario: string | null;
};

export type Attachment = { readonly id: string; readonly filename: string };

/**
 * The door to the source of recursos. Every adapter passes tests/gateways/origen-contract.ts.
 * All methods throw OrigenError; none answers "empty" for a failure.
 */
export type Origen = {
  readonly kind: 'sqlite' | 'mssql';
  /** For logs and pages: no user, no password. */
  readonly shownAs: string;
  /** How long after it was sent a change nobody waits for any more may still be carried out. */
  readonly lateChangesMs: number;
  /** Rows with Estado = 0 that meet the rule, in pages of bounded size, each row once, in no promised order. */
  discover(rule: SourceRule, options?: { signal?: AbortSignal }): AsyncIterable<readonly Candidate[]>;
  /** Whole rows by id, whatever their state; joins never multiply; ids that do not exist are absent from the map. */
  rows(ids: readonly string[]): Promise<ReadonlyMap<string, SourceRow>>;
  /**
   * Sets TExp = 1 and UsuarioAsignado = user on those of `ids` that still meet the rule and have Estado = 0.
   * Answers the ids this very call changed. @throws OrigenError with `ambiguous` when the outcome is unknown.
   */
  claim(ids: readonly string[], rule: SourceRule, user: string): Promise<ReadonlySet<string>>;
  /** Who holds each id now; ids that do not exist are absent from the map. */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Holding>>;
  /** Gives one back (original TExp and UsuarioAsignado, to the letter) if it is still ours (TExp = 1 and UsuarioAsignado = user, trimmed). */
  release(original: Original, user: string): Promise<'released' | 'not_ours'>;
  /** Everything ours at the source: TExp = 1, UsuarioAsignado = user (trimmed), Estado not 2; in pages. */
  heldBy(user: string, options?: { signal?: AbortSignal }): AsyncIterable<readonly Holding[]>;
  /** Attachments of each id, in order of their id; ids without any are absent. */
  attachments(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>>;
  /** Asks the source for one row. @throws OrigenError when it cannot answer. */
  check(): Promise<void>;
  /** The joined tables of the design that are not seen there, by the names they would have; recursos go without what they tell. */
  unseen(): Promise<readonly string[]>;
  /** Whether a claim in that name would be allowed; changes nothing. @throws OrigenError with what is missing. */
  checkClaim(user: string): Promise<void>;
  close(): Promise<void>;
};

/**
 * A failure of the source. `transient`: it cannot be asked just now, whatever the question; a change it refuses is
 * `origen_rechaza` and is not. `ambiguous`: the change may or may not have happened; read back before anything else.
 * `held`: somebody has some of the rows asked for in hand just now; others may well be free.
 */
export class OrigenError extends CerebroError {
  readonly ambiguous: boolean;
  readonly held: boolean;

  constructor(code: string, sentence: string, options: OrigenErrorOptions = {}) {
    super(code, sentence, options);
    this.ambiguous = options.ambiguous ?? false;
    this.held = options.held ?? false;
  }
}

type OrigenErrorOptions = { cause?: unknown; transient?: boolean; ambiguous?: boolean; held?: boolean };

/** Whether it is about some of the rows that were to be changed, and not about the source: the others may be tried. */
export const isAboutRows = (error: unknown): error is OrigenError =>
  error instanceof OrigenError && !error.ambiguous && (error.held || error.code === 'origen_rechaza');

/** idRecurso as canonical integer text, or null when it is not a whole number from 0 up. Drivers send numbers, bigints, decimals as text. */
export const canonicalId = (raw: unknown): string | null => {
  if (typeof raw === 'bigint') return raw >= 0n ? raw.toString() : null;
  if (typeof raw === 'number') return Number.isInteger(raw) && raw >= 0 && raw <= Number.MAX_SAFE_INTEGER ? String(raw) : null;
  if (typeof raw !== 'string') return null;
  const whole = /^0*(\d+)(?:\.0*)?$/.exec(raw.trim())?.[1];
  return whole ?? null;
};

/** Orders canonical ids by number without losing digits. */
export const byId = (a: string, b: string): number => a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
