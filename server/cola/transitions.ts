import { WrongStateError } from '#server/lib/errors.ts';

/** Where a trámite can stand. Drawn in docs/estados.md; a test holds the drawing and this file together. */
export const statuses = ['pending', 'processing', 'awaiting_confirmation', 'completed', 'failed', 'needs_review', 'cancelled'] as const;
export type Status = (typeof statuses)[number];

type Move = { readonly from: readonly Status[]; readonly to: Status };

/**
 * What Cerebro does by itself: an attempt is taken, and ends in one of five ways. `ask` and `learn` are of robots of A360, which show no
 * form before they send, and whose end may be known late.
 */
const machineMoves = {
  ask: { from: ['pending'], to: 'awaiting_confirmation' },
  take: { from: ['pending'], to: 'processing' },
  complete: { from: ['processing'], to: 'completed' },
  hold: { from: ['processing'], to: 'awaiting_confirmation' },
  requeue: { from: ['processing'], to: 'pending' },
  fail: { from: ['processing'], to: 'failed' },
  doubt: { from: ['processing'], to: 'needs_review' },
  learn: { from: ['needs_review'], to: 'completed' },
} as const satisfies Record<string, Move>;

/**
 * What a person orders (CONTRACT.md, Pages and forms). `resolver` is two moves: what the person found at the portal
 * decides. `devolver` from needs_review is for what was certainly not sent (recursos/release.ts looks): of anything else
 * somebody has to say first whether it was filed.
 */
const personMoves = {
  aprobar: { from: ['awaiting_confirmation'], to: 'pending' },
  rechazar: { from: ['awaiting_confirmation'], to: 'cancelled' },
  reintentar: { from: ['failed', 'cancelled'], to: 'pending' },
  cancelar: { from: ['pending', 'awaiting_confirmation'], to: 'cancelled' },
  devolver: { from: ['pending', 'awaiting_confirmation', 'failed', 'needs_review', 'cancelled'], to: 'cancelled' },
  resolver_presentado: { from: ['needs_review'], to: 'completed' },
  resolver_no_presentado: { from: ['needs_review'], to: 'pending' },
} as const satisfies Record<string, Move>;

export type MachineVerb = keyof typeof machineMoves;
export type PersonVerb = keyof typeof personMoves;
export type Verb = MachineVerb | PersonVerb;

export const machineVerbs = Object.keys(machineMoves) as MachineVerb[];
export const personVerbs = Object.keys(personMoves) as PersonVerb[];

const moves: Record<Verb, Move> = { ...machineMoves, ...personMoves };

/** Whether that verb may be used on a trámite in that status. */
export const allows = (status: Status, verb: Verb): boolean => moves[verb].from.includes(status);

/** The status the verb leads to. @throws WrongStateError `estado_no_permitido` with the sentence for the operator. */
export const next = (status: Status, verb: Verb): Status => {
  if (!allows(status, verb)) throw new WrongStateError('estado_no_permitido', refusal(status, verb));
  return moves[verb].to;
};

/** The action of a form (`POST /cola/:id/<action>`): both moves of `resolver` are one action. */
export type Action = 'aprobar' | 'rechazar' | 'reintentar' | 'cancelar' | 'devolver' | 'resolver';

const actionOf = (verb: PersonVerb): Action => (verb.startsWith('resolver') ? 'resolver' : (verb as Action));

/** What a person may order now, by status alone. */
export const allowedActions = (status: Status): readonly Action[] => [
  ...new Set(personVerbs.filter((verb) => allows(status, verb)).map(actionOf)),
];

/** How each status is said on screen. */
export const statusWords: Readonly<Record<Status, string>> = {
  pending: 'pendiente',
  processing: 'en curso',
  awaiting_confirmation: 'a la espera de confirmación',
  completed: 'presentado',
  failed: 'fallido',
  needs_review: 'por revisar',
  cancelled: 'cancelado',
};

const verbWords: Readonly<Record<Verb, string>> = {
  ask: 'pedir que se apruebe',
  take: 'empezar',
  complete: 'dar por presentado',
  hold: 'dejar a la espera',
  requeue: 'devolver a la cola',
  fail: 'dar por fallido',
  doubt: 'mandar a revisión',
  learn: 'dar por presentado',
  aprobar: 'aprobar',
  rechazar: 'rechazar',
  reintentar: 'reintentar',
  cancelar: 'cancelar',
  devolver: 'devolver al origen',
  resolver_presentado: 'resolver',
  resolver_no_presentado: 'resolver',
};

const either = new Intl.ListFormat('es', { type: 'disjunction' });

const refusal = (status: Status, verb: Verb): string => {
  const from = either.format(moves[verb].from.map((one) => `«${statusWords[one]}»`));
  return `No se puede ${verbWords[verb]} un trámite que está «${statusWords[status]}»: tiene que estar ${from}.`;
};

/** Every arrow of the drawing: [from, verb, to]. */
export const arrows = (): readonly (readonly [Status, Verb, Status])[] =>
  (Object.keys(moves) as Verb[]).flatMap((verb) => moves[verb].from.map((from) => [from, verb, moves[verb].to] as const));
