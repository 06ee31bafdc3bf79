import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Message, Tag } from './tag.ts';

const cookie = 'cerebro_flash';
/** Longer than it takes a browser to follow a 303; a message nobody came for is gone. */
const keptSeconds = 60;
/** A cookie may not be longer than 4 kB, and no message of ours is. */
const longestText = 600;
const longestCookie = 3000;

const tones: readonly Tag['tone'][] = ['bien', 'vivo', 'espera', 'ojo', 'mal', 'nada'];

/** What was ordered is done: how it is told at the top of the next page. */
export const done = (title: string, sentence?: string): Message => ({
  tone: 'bien',
  icon: 'hecho',
  title,
  ...(sentence ? { sentence } : {}),
});

/**
 * Leaves a message for the next whole page this browser opens: after an order, before `goTo`. It travels in a cookie
 * that no script can read, so it needs no session and survives a restart; `show` takes it out again.
 */
export const flash = (reply: FastifyReply, message: Message): void => {
  const short = { ...message, title: message.title.slice(0, longestText), sentence: message.sentence?.slice(0, longestText) };
  const value = Buffer.from(JSON.stringify(short)).toString('base64url');
  if (value.length > longestCookie) return;
  reply.setCookie(cookie, value, { path: '/', httpOnly: true, sameSite: 'lax', maxAge: keptSeconds });
};

/** The message left for this page, once: it is gone with the answer. Whatever is not one of ours is thrown away unread. */
export const takeFlash = (request: FastifyRequest, reply: FastifyReply): Message | null => {
  const value = request.cookies[cookie];
  if (value === undefined) return null;
  reply.clearCookie(cookie, { path: '/' });
  return value.length > longestCookie ? null : readMessage(value);
};

const readMessage = (value: string): Message | null => {
  try {
    const { tone, icon, title, sentence } = JSON.parse(Buffer.from(value, 'base64url').toString('utf8')) as Record<string, unknown>;
    const known = tones.find((one) => one === tone);
    if (!known || !isText(title) || !isText(icon) || !/^[a-z]{1,20}$/.test(icon)) return null;
    return { tone: known, icon, title, ...(isText(sentence) ? { sentence } : {}) };
  } catch {
    return null;
  }
};

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= longestText;
