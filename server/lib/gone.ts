import type { FastifyReply } from 'fastify';

/** Aborts when whoever asked has gone away before the answer: long work for nobody stops. */
export const untilGone = (reply: FastifyReply): AbortSignal => {
  const gone = new AbortController();
  reply.raw.once('close', () => reply.raw.writableFinished || gone.abort());
  return gone.signal;
};
