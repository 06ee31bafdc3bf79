import { dayOf } from '#server/cola/fecha.ts';
import { isSuccess } from './estados.ts';

/** What a bot gives back, by the name of the variable, as A360 tells it. */
export type BotOutput = Readonly<Record<string, unknown>>;

/** What the portal's register gave a filing. `fecha` as the bot wrote it. */
export type Register = { readonly numero: string; readonly fecha: string };

/** How a run of A360 that had a trámite ended. */
export type FilingEnd = {
  readonly estado: string;
  /** Who tells it. */
  readonly origen: string | null;
  readonly mensaje: string | null;
  /** A360 took it: it has given it an id. */
  readonly accepted: boolean;
  readonly output: BotOutput | null;
  /** How a person finds it. */
  readonly expediente: string;
  readonly equipo: string;
};

export type FilingDecision =
  | { readonly verb: 'complete'; readonly result: Register }
  | { readonly verb: 'doubt'; readonly code: string; readonly message: string };

/**
 * What becomes of a trámite whose run of A360 has ended. Only a success that brings register number and a readable date completes it; of
 * all the rest nobody knows whether something was sent, and a person looks: nothing is ever launched again by itself. Pure.
 */
export const decideFiling = (end: FilingEnd): FilingDecision => {
  const result = isSuccess(end.estado) ? readRegister(end.output) : null;
  if (result !== null) return { verb: 'complete', result };
  const [code, what] = doubtOf(end);
  return { verb: 'doubt', code, message: `${what} ${lookFor(end)}` };
};

const lookFor = ({ expediente, equipo }: FilingEnd): string => {
  const where = expediente === '' ? 'este recurso' : `el expediente ${expediente}`;
  return `Busque en la sede si consta presentado ${where} y, si hace falta, mire en A360 qué hizo el bot en ${equipo}.`;
};

const doubtOf = (end: FilingEnd): readonly [code: string, what: string] => {
  const told = end.mensaje?.trim() ? ` (${end.mensaje.trim().replace(/\.$/, '')})` : '';
  if (isSuccess(end.estado)) return ['a360_sin_registro', `El robot de A360 terminó${broughtWords(end.output)}.`];
  if (end.origen === 'manual') return ['a360_desbloqueada', `Una persona dio por interrumpida la ejecución de A360${told}.`];
  if (end.estado === 'DEPLOY_FAILED' && !end.accepted)
    return ['lanzamiento_sin_respuesta', 'Se pidió a A360 que lo presentara, no contestó y no se ha encontrado rastro de que empezara.'];
  if (end.estado === 'COMPLETED_INFERRED' || end.estado === 'UNKNOWN')
    return ['a360_sin_constancia', 'A360 no ha sabido decir cómo terminó su robot.'];
  return ['a360_fallo', `El robot de A360 no terminó bien: ${endWords[end.estado] ?? end.estado}${told}.`];
};

const endWords: Readonly<Record<string, string>> = {
  RUN_FAILED: 'falló',
  RUN_ABORTED: 'quedó interrumpido',
  RUN_TIMED_OUT: 'se le acabó el tiempo',
  DEPLOY_FAILED: 'A360 lo aceptó y no llegó a ejecutarlo',
};

/** What it says instead: a person may know it for the right number. */
const broughtWords = (output: BotOutput | null): string => {
  const numero = textOf(output?.out_NumeroRegistro);
  const fecha = textOf(output?.out_FechaRegistro);
  if (numero === '') return ' sin decir el número de registro';
  return fecha === ''
    ? ` con el número ${numero} y sin fecha de registro`
    : ` con el número ${numero} y la fecha «${fecha}», que no se entiende`;
};

const longestNumber = 100;

/** Number and date of the register among what a bot gave back; null unless both can be read. Pure. */
export const readRegister = (output: BotOutput | null): Register | null => {
  const numero = textOf(output?.out_NumeroRegistro);
  const fecha = textOf(output?.out_FechaRegistro);
  return numero !== '' && numero.length <= longestNumber && dayOf(fecha) !== null ? { numero, fecha } : null;
};

/** A value in A360's shape (`{"type":"STRING","string":"…"}`), or bare; '' for what is neither text nor number. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string' || typeof value === 'number')
    return String(value)
      .trim()
      .slice(0, longestNumber + 1);
  if (typeof value !== 'object' || value === null) return '';
  const { string, number, datetime } = value as Readonly<Record<string, unknown>>;
  const inside = string ?? number ?? datetime;
  return typeof inside === 'object' ? '' : textOf(inside);
};

/** What a callback says the bot gave back; null when it says nothing of it. Pure. */
export const outputIn = (callback: string | null | undefined): BotOutput | null => {
  try {
    const { botOutput } = JSON.parse(callback ?? '{}') as { botOutput?: unknown };
    return typeof botOutput === 'object' && botOutput !== null ? (botOutput as BotOutput) : null;
  } catch {
    return null;
  }
};
