import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Message } from './tag.ts';

/** What an order says on the page it leads to travels in a cookie that the next page takes away. */
const name = 'cerebro_flash';
const lifeSeconds = 60;
/** Browsers drop a cookie of more than 4 kB; a sentence is a few hundred bytes. */
const longest = 3000;

const write = (reply: FastifyReply, value: string, seconds: number): void => {
  reply.header('set-cookie', `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax`);
};

/** Has the next page begin with that message; one that is too long is not said at all. */
export const flash = (reply: FastifyReply, message: Message): void => {
  const value = Buffer.from(JSON.stringify(message)).toString('base64url');
  if (value.length <= longest) write(reply, value, lifeSeconds);
};

/** The message the last order left, once; null when there is none, or somebody has tampered with it. */
export const takeFlash = (request: FastifyRequest, reply: FastifyReply): Message | null => {
  const value = new RegExp(`(?:^|;\\s*)${name}=([\\w-]*)`).exec(request.headers.cookie ?? '')?.[1];
  if (value === undefined) return null;
  write(reply, '', 0);
  return readMessage(value);
};

const tones: readonly string[] = ['bien', 'vivo', 'espera', 'ojo', 'mal', 'nada'] satisfies readonly Message['tone'][];

const readMessage = (value: string): Message | null => {
  try {
    const { tone, icon, title, sentence } = JSON.parse(Buffer.from(value, 'base64url').toString()) as Record<string, unknown>;
    if (typeof title !== 'string' || typeof icon !== 'string' || !/^\w+$/.test(icon)) return null;
    if (!tones.includes(String(tone))) return null;
    return { tone: tone as Message['tone'], icon, title, ...(typeof sentence === 'string' && { sentence }) };
  } catch {
    return null;
  }
};
