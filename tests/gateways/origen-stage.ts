import { byId, type Origen, OrigenError, type SourceRule } from '#server/gateways/origen/origen.ts';

/** A value of a cell; `{ real }` is a decimal where the source has no type of its own (REAL 90001.0). */
export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;
/** Tables by the names of XVIA.md 1; a column absent from every row is absent from the table. */
export type Tables = Readonly<{ RecursosExp: readonly Row[] } & Record<string, readonly Row[]>>;

/** One source filled for one test, with what the test needs to do behind its back. */
export type Stage = {
  readonly origen: Origen;
  /** Another connection to the same source, as another machine would have. */
  another(): Promise<Origen>;
  /** The cells of a recurso as they stand at the source, untrimmed. */
  look(id: string): Promise<{ TExp: Cell; Estado: Cell; UsuarioAsignado: Cell }>;
  /** Changes cells of a recurso behind everybody's back. */
  change(id: string, cells: Row): Promise<void>;
  /** From now on the source answers, and carries out no change: no permission, a constraint, a trigger. */
  refuseChanges(): Promise<void>;
  /** Makes every statement of others wait until the answer is called. */
  hold(): Promise<() => Promise<void>>;
  /** A connection whose next claim is carried out, but whose answer is lost on the way. */
  losingAnswers(): Promise<Origen>;
  /** A connection to a source that cannot be reached. */
  unreachable(): Promise<Origen>;
  close(): Promise<void>;
};

export type Harness = {
  readonly name: string;
  /** How this source may write the number 90001 as idRecurso. */
  readonly idSpellings: readonly Cell[];
  /** Values without use that idRecurso may hold here: NULL, negative, fractional ones. */
  readonly looseIds: readonly Cell[];
  stage(tables: Tables, options?: { patienceMs?: number }): Promise<Stage>;
};

export const us = 'Robot Cerebro';
export const xaloc: SourceRule = { patterns: ['%XALOC%'], excluded: [], texp: [2, 3], onlyUnassigned: false };

export const recurso = (idRecurso: Cell, over: Row = {}): Row => ({
  idRecurso,
  Expedient: `2025/${String(idRecurso).slice(0, 6).padStart(6, '1')}-MUL`,
  Organisme: 'XALOC, DIPUTACIO DE GIRONA - LA BISBAL D´EMPORDÀ',
  TExp: 2,
  Estado: 0,
  UsuarioAsignado: null,
  FAlta: '2025-01-15 10:00:00',
  ...over,
});

export const discovered = async (origen: Origen, rule: SourceRule = xaloc): Promise<(string | null)[]> => {
  const found: (string | null)[] = [];
  for await (const page of origen.discover(rule)) found.push(...page.map((row) => row.id));
  return found.sort((a, b) => byId(a ?? '', b ?? ''));
};

export const held = async (origen: Origen, user = us): Promise<string[]> => {
  const found: string[] = [];
  for await (const page of origen.heldBy(user)) found.push(...page.map((holding) => holding.id));
  return found.sort(byId);
};

export const isOrigenError = (error: unknown): error is OrigenError => error instanceof OrigenError && error.message.length > 10;

/** Stages the tables, works with them and clears everything away. */
export type Staged = (tables: Tables, work: (stage: Stage) => Promise<void>, options?: { patienceMs?: number }) => Promise<void>;

export const stager =
  (harness: Harness): Staged =>
  async (tables, work, options) => {
    const stage = await harness.stage(tables, options);
    try {
      await work(stage);
    } finally {
      await stage.close();
    }
  };
