import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';

export type Fetched = { readonly status: number; readonly text: string };

export type GetOrder = {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly verifyTls: boolean;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
};

/** More came than anybody wants to keep. */
export class TooLarge extends Error {}

/**
 * One GET on a connection of its own. A redirection is an answer like any other: the headers are for this address only.
 * By node:https rather than fetch, which cannot leave one server's certificate unchecked without letting all go unchecked.
 * @throws TooLarge, or whatever Node throws
 */
export const getOnce = async (order: GetOrder): Promise<Fetched> => {
  const response = await begin(order);
  return { status: response.statusCode ?? 0, text: await readBody(response, order.maxBytes) };
};

const begin = ({ url, headers, verifyTls, signal }: GetOrder): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const ask = url.protocol === 'https:' ? secureRequest : plainRequest;
    ask(url, { headers, agent: false, rejectUnauthorized: verifyTls, signal } as Parameters<typeof secureRequest>[1], resolve)
      .on('error', reject)
      .end();
  });

const readBody = async (response: IncomingMessage, maxBytes: number): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
};
