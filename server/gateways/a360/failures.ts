/** What an answer of A360 that is no success means: pure. */
import { A360Error, type A360Failure } from './a360.ts';
import type { Reply } from './wire.ts';

/** Longer than this nobody waits, whatever A360 asks for: a wrong date must not stop the house for a day. */
const longestPauseMs = 10 * 60_000;
const longestWords = 300;

/** `Retry-After`: seconds or a date. null = not given, or nothing that can be read. */
export const retryAfterMs = (given: string | null, now: Date): number | null => {
  const text = given?.trim() ?? '';
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), longestPauseMs);
};

/** What A360 says of it: `message` of its body, else the body as it came. */
export const wordsOf = (text: string): string => {
  try {
    const message: unknown = JSON.parse(text)?.message;
    if (typeof message === 'string' && message.trim() !== '') return message.trim();
  } catch {
    // Not JSON: a proxy's page, or a bare sentence.
  }
  return text.trim();
};

const notReady = /are not active|not connected|device is offline/i;
const noDefaultDevice = /none of the user.*default device/is;

/** The table of errors of a deploy (SAM.md 2). @param words see wordsOf */
export const deployFailure = (status: number, words: string): A360Failure => {
  const general = generalFailure(status);
  if (general !== null) return general;
  if (status === 412) return /no compatible targets found/i.test(words) ? 'robot' : 'equipo_ocupado';
  if (status !== 400) return 'config';
  if (notReady.test(words)) return 'equipo_ocupado';
  if (noDefaultDevice.test(words)) return 'equipo_config';
  return /deleted or disabled/i.test(words) ? 'usuario' : 'config';
};

/** Of whatever else is asked. */
export const callFailure = (status: number): A360Failure => generalFailure(status) ?? (status === 403 ? 'permiso' : 'respuesta');

const generalFailure = (status: number): A360Failure | null => {
  if (status === 429) return 'ritmo';
  if (status >= 500) return 'servidor';
  // The server, or a proxy before it, gave up in the middle.
  if (status === 408) return 'red';
  return status < 400 ? 'respuesta' : null;
};

const meanings: Readonly<Record<A360Failure, string>> = {
  credenciales: 'A360 rechaza las credenciales al',
  permiso: 'A360 no permite a este usuario',
  red: 'A360 no terminó de contestar al',
  servidor: 'A360 tiene un error propio al',
  ritmo: 'A360 pide ir más despacio al',
  equipo_ocupado: 'El equipo no está listo en A360 para',
  equipo_config: 'El usuario no tiene equipo predeterminado en A360: asígneselo en el Control Room para',
  usuario: 'El usuario del equipo está borrado o deshabilitado en A360: cámbielo o actívelo para',
  robot: 'A360 no encuentra ningún equipo compatible con el robot: revíselo en el Control Room para',
  config: 'A360 no admite',
  respuesta: 'A360 contesta algo que no se entiende al',
};

export type Told = {
  /** What was asked, as an infinitive: «listar equipos». */
  readonly doing: string;
  /** Never to be read aloud, wherever A360 repeats them. */
  readonly secrets: readonly string[];
};

/** The error of an answer, with A360's own words and none of ours. */
export const errorOf = (failure: A360Failure, reply: Reply, now: Date, { doing, secrets }: Told): A360Error => {
  // A success that cannot be read may bring a permission under another name.
  const words = reply.status < 300 ? '' : withoutSecrets(wordsOf(reply.text), secrets).replace(/\s+/g, ' ').slice(0, longestWords);
  const pause = failure === 'ritmo' ? retryAfterMs(reply.retryAfter, now) : null;
  const hint = reply.status >= 300 && reply.status < 400 ? ' Redirige a otra dirección: revise AA_URL.' : '';
  const wait = pause === null ? '' : ` Pide esperar ${Math.ceil(pause / 1000)} segundos.`;
  const said = words === '' ? '' : `: «${words}»`;
  return new A360Error(failure, `${meanings[failure]} ${doing} (${reply.status})${said}.${wait}${hint}`, {
    status: reply.status,
    retryAfterMs: pause,
    // Whoever broke down may have done as told before.
    maybeDone: failure === 'red' || reply.status >= 500,
  });
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** Also as they stand inside JSON, and inside JSON that stands in JSON. */
const withoutSecrets = (words: string, secrets: readonly string[]): string =>
  secrets
    .flatMap((secret) => [secret, escaped(secret), escaped(escaped(secret))])
    .filter((secret) => secret !== '')
    .sort((a, b) => b.length - a.length)
    .reduce((text, secret) => text.replaceAll(secret, '…'), words);
