import { canonicalAddress } from '#server/lib/address.ts';

const loopbackNames = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\]|\[::ffff:127(\.\d{1,3}){3}\])$/i;

/** Whether a Host header (`name`, `name:port`) is a loopback name or address. */
export const isLoopbackHost = (host: string | undefined): boolean => loopbackNames.test((host ?? '').replace(/:\d*$/, ''));

/** Whether the Origin header names the very address the request was sent to, or the one the panel is known by (`URL_PUBLICA`). */
export const isOwnOrigin = (origin: string | undefined, address: { protocol: string; host: string }, known?: string): boolean => {
  if (origin === undefined) return false;
  const given = origin.toLowerCase();
  return given === `${address.protocol}://${address.host}`.toLowerCase() || (known !== undefined && given === URL.parse(known)?.origin);
};

export const isLoopbackAddress = (address: string | undefined): boolean => /^(127(\.\d{1,3}){3}|::1)$/.test(canonicalAddress(address));

/** What proxies add: a request that carries one comes from somewhere else, whoever hands it over. */
const forwarded = ['forwarded', 'via', 'x-real-ip', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto'];

export const isForwarded = (headers: Readonly<Record<string, unknown>>): boolean => forwarded.some((name) => headers[name] !== undefined);

/** The user of `DOMINIO\usuario`, `usuario@dominio` or `usuario`, as it stands in `usuarios`; '' when there is none. */
export const bareName = (given: string): string => {
  const withoutDomain = given.slice(given.lastIndexOf('\\') + 1);
  return (withoutDomain.split('@')[0] as string).trim().toLowerCase();
};

/** Where somebody who had to sign in first may be sent: a page of this very panel, else the first one. Pure, and never elsewhere. */
export const placeToReturn = (wanted: string | undefined): string => {
  const here = 'http://panel.invalid';
  const url = wanted?.startsWith('/') && wanted.length <= 1000 ? URL.parse(wanted, here) : null;
  if (!url || url.origin !== here || /^\/(acceso|publico|vivo)(\/|$)/.test(url.pathname) || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search;
};

/** Failures in a row before the door rests, for one user from one address, and for one address whoever it tries to be. */
export const limits = { usuario: 10, host: 50 } as const;
export const restMs = 15 * 60_000;
/** Failures this old are nobody's any more. */
const forgottenMs = 24 * 3_600_000;

export type Failures = { readonly veces: number; readonly ultimoAt: string };

/** How long the door still rests, and the failures in a row that one more would make. */
export const judgeTry = (known: Failures | undefined, limit: number, now: Date): { readonly restMs: number; readonly next: number } => {
  if (known === undefined) return { restMs: 0, next: 1 };
  const age = now.getTime() - Date.parse(known.ultimoAt);
  if (known.veces >= limit) return age < restMs ? { restMs: Math.min(restMs - age, restMs), next: known.veces } : { restMs: 0, next: 1 };
  return { restMs: 0, next: age < forgottenMs ? known.veces + 1 : 1 };
};

/** The instant before which failures are nobody's any more, or a session has been left alone too long. */
export const forgottenBefore = (now: Date): string => new Date(now.getTime() - forgottenMs).toISOString();
export const idleBefore = (now: Date, minutes: number): string => new Date(now.getTime() - minutes * 60_000).toISOString();

/** What every page may load (PANEL.md): its own scripts, styles and pictures, and nothing written inside the page. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');
