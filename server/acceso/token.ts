import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '#server/lib/make-folder.ts';
import { remember } from '#server/lib/remember.ts';

/** The tokens the forms of the panel carry: one for each owner (a session, a user of the proxy, nobody). */
export type FormTokens = {
  of(owner: string): string;
  matches(owner: string, given: unknown): boolean;
};

const bytes = 32;

/**
 * Tokens made from a random secret kept in the data folder (readable by its owner only), so that a page opened before a
 * restart still works after it, and from whose page it is, so that nobody's token serves somebody else.
 */
export const loadFormTokens = (dataDir: string): FormTokens => {
  const secret = secretOf(dataDir);
  const of = remember((owner: string) => createHmac('sha256', secret).update(owner).digest('base64url'));
  return { of, matches: (owner, given) => typeof given === 'string' && timingSafeEqual(digest(given), digest(of(owner))) };
};

/** Same length whatever was given: the comparison must not tell how much of it was right. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

const secretOf = (dataDir: string): Buffer => {
  makeFolder(dataDir);
  const file = join(dataDir, 'panel.clave');
  const known = readSecret(file);
  if (known) return known;
  const fresh = randomBytes(bytes);
  writeFileSync(file, fresh, { mode: 0o600 });
  return fresh;
};

/** null when there is none yet, or it was cut short. */
const readSecret = (file: string): Buffer | null => {
  try {
    const secret = readFileSync(file);
    return secret.length === bytes ? secret : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
};
