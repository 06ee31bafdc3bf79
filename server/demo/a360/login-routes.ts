import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { invalid, Refusal, sendRefusal } from './refusal.ts';
import type { Room } from './room.ts';
import type { SessionKind } from './tokens.ts';

const credentials = z.object({
  username: z.string(),
  apiKey: z.string().optional(),
  password: z.string().optional(),
  multipleLogin: z.boolean().optional(),
});

/** Entering, by API key or by password, and renewing. */
export const addLoginRoutes = (app: FastifyInstance, room: Room): void => {
  const enter = async ({ body }: { body: unknown }, reply: FastifyReply) => {
    if (room.faults.take('acceso_500')) return sendRefusal(reply, new Refusal(500, 'INTERNAL', 'Internal server error'));
    const kind = room.faults.take('acceso_rechazado') ? undefined : kindOf(room, body);
    if (kind === undefined) return sendRefusal(reply, new Refusal(401, 'UM1110', 'The username or password is incorrect.'));
    return answer(room, room.tokens.enter(room.script.account.username, kind));
  };
  app.post('/v1/authentication', enter);
  app.post('/v2/authentication', enter);

  app.post('/v1/authentication/token', async ({ body }, reply) => {
    const asked = z.object({ token: z.string() }).safeParse(body);
    if (!asked.success) throw invalid('token is required.');
    const token = room.tokens.renew(asked.data.token);
    return token === undefined ? sendRefusal(reply, new Refusal(401, 'UNAUTHENTICATED', 'Invalid or expired token.')) : answer(room, token);
  });
};

const answer = ({ script }: Room, token: string) => ({ token, user: { id: '1', username: script.account.username } });

/** undefined = not let in. @throws Refusal 400 for a body that is none. */
const kindOf = ({ script: { account } }: Room, body: unknown): SessionKind | undefined => {
  const given = credentials.safeParse(body);
  if (!given.success) throw invalid('username and apiKey or password are required.');
  const { username, apiKey, password, multipleLogin } = given.data;
  if (username !== account.username) return undefined;
  if (apiKey !== undefined) return apiKey === account.apiKey ? 'clave' : undefined;
  if (password !== account.password) return undefined;
  return multipleLogin ? 'compartida' : 'unica';
};
