import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { asError } from '#server/lib/errors.ts';

export type Reply = { readonly status: number; readonly text: string; readonly retryAfter: string | null };

export type WireOrder = {
  /** From the root of the Control Room, with its slash. */
  readonly path: string;
  readonly body: unknown;
  readonly token?: string;
  /** On a connection of its own: one kept from before may be dead, and then nobody knows whether the order left. */
  readonly alone?: boolean;
};

/** No whole answer came. */
export class WireError extends Error {
  /** false = it is certain that nothing left this machine. */
  readonly sent: boolean;

  constructor(sentence: string, sent: boolean, cause: unknown) {
    super(sentence, { cause });
    this.sent = sent;
  }
}

/** JSON by POST to one Control Room. @throws WireError */
export type Wire = { send(order: WireOrder, signal?: AbortSignal): Promise<Reply>; close(): void };

const maxBytes = 64 * 1024 * 1024;

/**
 * By node:https rather than fetch: fetch cannot leave one server's certificate unchecked without letting all of them go
 * unchecked, and does not tell whether a request that failed had left.
 */
export const createWire = (place: { readonly baseUrl: string; readonly timeoutMs: number; readonly verifyTls: boolean }): Wire => {
  const { protocol, host } = new URL(place.baseUrl);
  const secure = protocol === 'https:';
  const agent = (keepAlive: boolean) =>
    secure ? new SecureAgent({ keepAlive, rejectUnauthorized: place.verifyTls }) : new PlainAgent({ keepAlive });
  const agents = { kept: agent(true), single: agent(false) };
  const closed = new AbortController();
  return {
    send: async (order, signal) => {
      const timeout = AbortSignal.timeout(place.timeoutMs);
      const stop = AbortSignal.any([timeout, closed.signal, ...(signal ? [signal] : [])]);
      const progress = { sent: false };
      try {
        stop.throwIfAborted();
        return await exchange(order, { ...place, secure, agent: order.alone ? agents.single : agents.kept }, stop, progress);
      } catch (error) {
        const late = timeout.aborted ? `A360 no ha contestado en ${place.timeoutMs / 1000} segundos.` : null;
        const stopped = stop.aborted ? 'La llamada a A360 se interrumpió.' : null;
        throw new WireError(late ?? stopped ?? reasonOf(error, host), progress.sent, error);
      }
    },
    close: () => {
      closed.abort();
      for (const one of Object.values(agents)) one.destroy();
    },
  };
};

type Place = { readonly baseUrl: string; readonly secure: boolean; readonly agent: PlainAgent | SecureAgent };

const exchange = async (order: WireOrder, place: Place, signal: AbortSignal, progress: { sent: boolean }): Promise<Reply> => {
  const response = await begin(order, place, signal, progress);
  const retryAfter = response.headers['retry-after'] ?? null;
  return { status: response.statusCode ?? 0, text: await readBody(response), retryAfter };
};

const begin = (order: WireOrder, place: Place, signal: AbortSignal, progress: { sent: boolean }): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const body = Buffer.from(JSON.stringify(order.body));
    const headers = {
      'content-type': 'application/json',
      'content-length': body.length,
      accept: 'application/json',
      ...(order.token === undefined ? {} : { 'X-Authorization': order.token }),
    };
    const ask = place.secure ? secureRequest : plainRequest;
    const request = ask(place.baseUrl + order.path, { method: 'POST', headers, agent: place.agent, signal }, resolve);
    request.on('error', reject);
    request.on('socket', (socket) => {
      if (!socket.connecting) progress.sent = true;
      else
        socket.once(place.secure ? 'secureConnect' : 'connect', () => {
          progress.sent = true;
        });
    });
    request.end(body);
  });

const readBody = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new Error('demasiado grande');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const distrusted = /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

const reasonOf = (thrown: unknown, host: string): string => {
  const error = asError(thrown) as NodeJS.ErrnoException;
  const code = error.code ?? '';
  if (code === 'ECONNREFUSED') return `A360 no acepta conexiones en ${host}.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `No se encuentra el servidor «${host}»: revise AA_URL.`;
  if (distrusted.test(code))
    return `El certificado de ${host} no es de confianza (${code}): instale su autoridad o, en una red de confianza, ponga AA_VERIFY_SSL=0.`;
  return `La conexión con A360 (${host}) se cortó: ${code || error.message}.`;
};
