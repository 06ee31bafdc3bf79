import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Letter } from './callback-inbox.ts';

const id = z.union([z.string(), z.number()]).nullish();
const word = z.string().trim().min(1).max(200);

/** What A360 sends (SAM.md 3.4). It may send more. */
const shape = z.looseObject({
  deploymentId: word,
  status: word,
  deviceId: id,
  userId: id,
  botOutput: z.record(z.string(), z.unknown()).nullish(),
});

/** A callback as it came, or what is wrong with it: a sentence. */
export const readCallback = (bytes: Uint8Array, host: string): Letter | string => {
  const body = decode(bytes);
  const json = body === null ? undefined : parse(body);
  if (body === null || json === undefined) return 'El cuerpo no es JSON en UTF-8.';
  const read = shape.safeParse(json);
  if (read.success) return { deploymentId: read.data.deploymentId, estado: read.data.status, body, host };
  const wrong = [...new Set(read.error.issues.map(({ path }) => String(path[0] ?? 'cuerpo')))];
  return `Falta, o no es de su tipo: ${wrong.join(', ')}.`;
};

const decode = (bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Whether the header brings the secret; takes as long whatever it brings. */
export const bringsSecret = (given: string | string[] | undefined, secret: string): boolean =>
  timingSafeEqual(digest(typeof given === 'string' ? given : ''), digest(secret));

/** Node reads headers as Latin-1: the secret is compared byte by byte all the same. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
