import type { FastifyRequest } from 'fastify';

/** The path (with its query) of a page of this panel; null for whatever leads elsewhere. */
export const ownPath = (address: unknown): string | null => {
  if (typeof address !== 'string' || !address.startsWith('/') || address.length > 2000) return null;
  const here = 'http://aqui.invalid';
  const url = URL.canParse(address, here) ? new URL(address, here) : null;
  // «/.//elsewhere» becomes «//elsewhere», which a browser takes for another machine.
  if (url?.origin !== here || url.pathname.startsWith('//')) return null;
  return url.pathname + url.search;
};

/** The page a request comes from, when it is one of ours (the policy of the pages sends it whole to ourselves only). */
export const cameFrom = (request: FastifyRequest): string | null => {
  const { referer } = request.headers;
  const url = referer !== undefined && URL.canParse(referer) ? new URL(referer) : null;
  return url?.host === request.host ? ownPath(url.pathname + url.search) : null;
};
