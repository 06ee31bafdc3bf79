import { asError } from '#server/lib/errors.ts';
import type { LoadAnswer, LoadProvider } from './carga.ts';
import { readCounts } from './counts.ts';
import { type Fetched, getOnce, TooLarge } from './http-get.ts';

export type CloudersHttp = {
  readonly url: string;
  /** Whole value of the header `Authorization`. */
  readonly authorization: string | undefined;
  readonly timeoutMs: number;
  readonly verifyTls: boolean;
};

const path = '/automatizacion/task/api/stats/pending_by_robot';
/** Hundreds of thousands of robots. */
const maxBytes = 16 * 1024 * 1024;

/** Clouders by HTTP: `[{"RBT_A": 12}, {"RBT_B": 3}]`. It is asked once per cycle; the next cycle is the next attempt. */
export const createCloudersHttp = (place: CloudersHttp): LoadProvider => {
  const url = addressOf(place.url);
  const closed = new AbortController();
  const headers = { accept: 'application/json', ...(place.authorization === undefined ? {} : { authorization: place.authorization }) };
  return {
    name: 'clouders',
    place: url.origin + url.pathname,
    load: async (signal) => {
      const late = AbortSignal.timeout(place.timeoutMs);
      const stop = AbortSignal.any([signal, late, closed.signal]);
      try {
        stop.throwIfAborted();
        return read(await getOnce({ url, headers, maxBytes, verifyTls: place.verifyTls, signal: stop }));
      } catch (error) {
        return failed(reasonOf(error, { host: url.host, late: late.aborted ? place.timeoutMs : null, stopped: stop.aborted }));
      }
    },
    close: async () => closed.abort(),
  };
};

const failed = (reason: string): LoadAnswer => ({ kind: 'failed', reason });

/** Its path is ours to add, unless it was given with it. */
const addressOf = (given: string): URL => {
  const url = new URL(given);
  const base = url.pathname.replace(/\/+$/, '');
  url.pathname = base.endsWith(path) ? base : base + path;
  return url;
};

const read = ({ status, text }: Fetched): LoadAnswer => {
  if (status === 401 || status === 403)
    return { kind: 'failed', reason: `Clouders no admite a Cerebro (${status}): revise CLOUDERS_AUTH.`, denied: true };
  if (status >= 300 && status < 400) return failed(`Clouders redirige a otra dirección (${status}): revise CLOUDERS_URL.`);
  if (status === 404) return failed('Clouders no conoce esa dirección (404): revise CLOUDERS_URL.');
  if (status !== 200) return failed(`Clouders contesta con el error ${status}.`);
  const lines = linesOf(text);
  return lines ? readCounts(lines, 'Clouders') : failed('Clouders contesta algo que no es una lista de robots con sus tickets.');
};

/** A list of objects with one key each; null for anything else. */
const linesOf = (text: string): [string, unknown][] | null => {
  const list = parsed(text);
  if (!Array.isArray(list)) return null;
  const lines = list.flatMap((item: unknown) => {
    const entries = typeof item === 'object' && item !== null && !Array.isArray(item) ? Object.entries(item) : [];
    return entries.length === 1 ? entries : [];
  });
  return lines.length === list.length ? lines : null;
};

/** Some servers begin what they send with a byte order mark. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return null;
  }
};

type Told = { readonly host: string; readonly late: number | null; readonly stopped: boolean };

/** By its code alone: whatever else an error holds may repeat what was sent. */
const reasonOf = (thrown: unknown, { host, late, stopped }: Told): string => {
  if (late !== null) return `Clouders no ha contestado en ${late / 1000} segundos.`;
  if (stopped) return 'La pregunta a Clouders se interrumpió.';
  if (thrown instanceof TooLarge) return 'Clouders contesta más de lo que cabe en una lista de robots.';
  const code = (asError(thrown) as NodeJS.ErrnoException).code ?? '';
  return (
    reasons.find(({ match }) => match.test(code))?.sentence(host, code) ??
    `La conexión con Clouders (${host}) se cortó${code && ` (${code})`}.`
  );
};

const reasons: readonly { readonly match: RegExp; readonly sentence: (host: string, code: string) => string }[] = [
  { match: /^ECONNREFUSED$/, sentence: (host) => `Clouders no acepta conexiones en ${host}.` },
  { match: /^(ENOTFOUND|EAI_AGAIN)$/, sentence: (host) => `No se encuentra el servidor «${host}»: revise CLOUDERS_URL.` },
  {
    match: /CERT|SELF_SIGNED|UNABLE_TO/,
    sentence: (host, code) =>
      `El certificado de ${host} no es de confianza (${code}): instale su autoridad o, en una red de confianza, ponga CLOUDERS_SSL_VERIFICAR=0.`,
  },
  { match: /^ERR_INVALID_CHAR$/, sentence: () => 'CLOUDERS_AUTH lleva signos que no caben en una cabecera.' },
  { match: /^HPE_/, sentence: (host) => `Lo que contesta en ${host} no es HTTP: revise CLOUDERS_URL.` },
];
