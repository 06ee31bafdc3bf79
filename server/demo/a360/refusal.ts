import type { FastifyReply } from 'fastify';

/** What A360 answers when it does not do what it is asked. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export const invalid = (message: string): Refusal => new Refusal(400, 'INVALID_ARGUMENT', message);

/** In A360's error body. */
export const sendRefusal = (reply: FastifyReply, { status, code, message }: Refusal): FastifyReply =>
  reply.code(status).send({ code, message, details: '' });
