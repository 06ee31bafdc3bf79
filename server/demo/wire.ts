import type { FastifyReply, FastifyRequest } from 'fastify';

/** Ends the connection without an answer, as a broken line would. */
export const loseAnswer = (reply: FastifyReply): FastifyReply => {
  reply.hijack();
  reply.raw.destroy();
  return reply;
};

/** Aborted when the one who asked has gone. */
export const whenGone = (request: FastifyRequest): AbortSignal => {
  const gone = new AbortController();
  const { socket } = request.raw;
  if (socket.destroyed) gone.abort();
  else socket.once('close', () => gone.abort());
  return gone.signal;
};
