export type Motivo = 'nuevo' | 'sigue' | 'fin';

/** What deciding whether to write takes of an aviso. Instants in milliseconds. */
export type Standing = {
  readonly clave: string;
  readonly nivel: string;
  readonly estado: string;
  readonly veces: number;
  readonly abiertoAt: number;
  /** When somebody was last written to; null = never, or not since it got worse. */
  readonly avisadoAt: number | null;
  readonly avisadoVeces: number;
  readonly visto: boolean;
  /** Somebody has asked for silence about it at this instant. */
  readonly silenced: boolean;
  /** How often it was opened anew, and written about, within the last hour. */
  readonly openings: number;
  /** By every channel that tells it, what was written before is still waiting to leave. */
  readonly waiting: boolean;
};

/** What is written now, in this order; `callado` = it is over and nobody is told. */
export type Decision = { readonly motivos: readonly Motivo[]; readonly callado: boolean };

const minute = 60_000;
const never = Number.POSITIVE_INFINITY;

/** Those with a rhythm of their own (SAM.md 5): minutes from the first mail to the second, and between any two after that. */
const rhythms: readonly (readonly [start: string, first: number, then: number])[] = [
  // Once, until it works again.
  ['a360_credenciales', never, never],
  ['a360_no_responde', 5, 15],
  ['suspendido:', 60, 60],
  ['equipo_412:', 30, 30],
];

/** What can wait for days is not repeated before a day has passed. */
const slowMin = 24 * 60;

/** Minutes from the first mail to the second, and between any two after that; Infinity = there is none. */
export type Pace = { readonly first: number; readonly later: number };

export const paceOf = ({ clave, nivel }: Pick<Standing, 'clave' | 'nivel'>, repeatMin: number): Pace => {
  const own = rhythms.find(([start]) => clave.startsWith(start));
  if (own) return { first: own[1], later: own[2] };
  const rest = nivel === 'MEDIO' ? Math.max(repeatMin, slowMin) : repeatMin;
  return { first: rest, later: rest };
};

/** The wait until the next mail about one that goes on. */
const restOf = (one: Standing, repeatMin: number): number => {
  const { first, later } = paceOf(one, repeatMin);
  const isFirst = one.avisadoAt !== null && one.avisadoAt - one.abiertoAt < first * minute;
  return (isFirst ? first : later) * minute;
};

/** One that opens and ends all the time is not written about each time. */
const mostOpenings = 4;

const silence: Decision = { motivos: [], callado: true };

/**
 * What is to be written now about one that is open, or that has ended and whose end nobody has been told. Null = nothing yet.
 * @param repeatMin AVISOS_REPETIR_MIN
 */
export const decide = (one: Standing, now: number, repeatMin: number): Decision | null =>
  one.estado === 'resuelto' ? decideEnd(one) : decideOpen(one, now, repeatMin);

const decideOpen = (one: Standing, now: number, repeatMin: number): Decision | null => {
  if (one.silenced || one.visto) return null;
  if (one.avisadoAt === null) return one.openings >= mostOpenings ? null : { motivos: ['nuevo'], callado: false };
  const goesOn = !one.waiting && one.veces > one.avisadoVeces && now - one.avisadoAt >= restOf(one, repeatMin);
  return goesOn ? { motivos: ['sigue'], callado: false } : null;
};

/** An outage and its end are two mails, also when nobody could be told of the first before the second came. */
const decideEnd = (one: Standing): Decision | null => {
  const told = one.avisadoVeces > 0;
  // Who was told of the beginning is told of the end, once the silence is over.
  if (one.silenced) return told ? null : silence;
  if (told) return { motivos: ['fin'], callado: false };
  return one.visto || one.openings >= mostOpenings ? silence : { motivos: ['nuevo', 'fin'], callado: false };
};

/** How long the Control Room may be away before that is no passing trouble any more. */
const passingMin = 5;

/** As the subject tells it. */
export const naturalezaOf = (
  motivo: Motivo,
  one: { readonly clave: string; readonly naturaleza: string; readonly abiertoAt: number },
  now: number,
): string => {
  if (motivo === 'fin') return 'RECUPERACION';
  const hardens = one.clave === 'a360_no_responde' && now - one.abiertoAt >= passingMin * minute;
  return hardens ? 'PERMANENTE' : one.naturaleza;
};

export type Canal = 'correo' | 'webhook';

/** What does not work of a channel is told by the other one. */
export const channelClave = (canal: Canal): string => `envio:${canal}`;
export const goesBy = (clave: string, canal: Canal): boolean => !`${clave}:`.startsWith(`${channelClave(canal)}:`);

/** Minutes to wait after so many refusals of one message. */
const waits = [0, 1, 2, 5, 10, 20, 40, 60];
export const waitAfter = (intentos: number): number => (waits[Math.min(intentos, waits.length) - 1] ?? 0) * minute;

/** After this nobody wants to read it any more, unless it still goes on. */
export const givenUpMs = 24 * 60 * minute;
