import type {} from '@fastify/view';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { compress, encodingFor } from './encoding.ts';
import { InvalidInputError } from './errors.ts';
import { takeFlash } from './flash.ts';

declare module 'fastify' {
  interface FastifyReply {
    /** What every template of this answer may use: the frame of the page. */
    locals: { readonly shell: object } | null;
  }
}

/** What a route answers with: a page of its own, or the part of it that a partial htmx request asked for. */
export type View = {
  /** Template of the whole page, under views/. */
  readonly page: string;
  /** Template of the part htmx swaps; the page without its frame when it has none. */
  readonly part?: string;
  readonly model: object;
  readonly status?: number;
};

/** Only `partial` asks for a fragment: back and forward fetch again with `full`, and must get the page. */
export const wantsPart = (request: FastifyRequest): boolean => request.headers['hx-request-type'] === 'partial';

export const fromHtmx = (request: FastifyRequest): boolean => request.headers['hx-request'] === 'true';

/** Sends the page or its part. What a page says is of this instant, so nothing is kept by caches. */
export const show = async (request: FastifyRequest, reply: FastifyReply, view: View): Promise<string | Buffer> => {
  reply
    .code(view.status ?? 200)
    .header('Vary', 'HX-Request-Type')
    .header('Cache-Control', 'no-store');
  if (!wantsPart(request))
    return pack(request, reply, await reply.viewAsync(view.page, { ...view.model, flash: takeFlash(request, reply) }));
  return reply.viewAsync(view.part ?? view.page, { ...view.model, bare: true });
};

/**
 * A page is sent smaller to who reads that, unless something in it was said by the request: next to the token of the
 * forms, the size of what an attacker makes a page repeat would tell the token (BREACH).
 */
const pack = async (request: FastifyRequest, reply: FastifyReply, html: string): Promise<string | Buffer> => {
  const encoding = encodingFor(request.headers['accept-encoding']);
  if (!encoding || request.method !== 'GET' || request.url.includes('?') || reply.statusCode !== 200) return html;
  reply.headers({ 'Content-Encoding': encoding, Vary: 'HX-Request-Type, Accept-Encoding' }).type('text/html; charset=utf-8');
  return compress(Buffer.from(html), encoding, { best: false });
};

/** After a POST: 303 for a form; htmx would put the page inside its target, so it is told where to go instead. */
export const goTo = (request: FastifyRequest, reply: FastifyReply, url: string): FastifyReply =>
  fromHtmx(request) ? reply.code(204).header('HX-Redirect', url).send() : reply.redirect(url, 303);

/** Acts; what a person typed wrong brings the form back with its reasons instead. */
export const orShow = async <T, Shown>(
  act: () => Promise<T>,
  again: (reasons: Readonly<Record<string, string>>) => Promise<Shown>,
): Promise<T | Shown> => {
  try {
    return await act();
  } catch (error) {
    if (error instanceof InvalidInputError) return again(error.fields);
    throw error;
  }
};
