import { createHash } from 'node:crypto';
import type { ServerHostKeyAlgorithm } from 'ssh2';

/** A key as its machine shows it. */
export type ShownKey = { readonly family: string; readonly fingerprint: string };

/** How a key of each family may sign, best first; a machine shows one key: that of the first way in our list that it knows. */
const families: Readonly<Record<string, readonly ServerHostKeyAlgorithm[]>> = {
  'ssh-ed25519': ['ssh-ed25519'],
  'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
  'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
  'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
  'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

export const allFamilies: readonly string[] = Object.keys(families);

export const signaturesOf = (names: readonly string[]): ServerHostKeyAlgorithm[] => names.flatMap((name) => families[name] ?? []);

/** The key of RFC 4253: its family with the length before it, then the rest; printed as `ssh-keygen -lf` does. */
export const readKey = (key: Buffer): ShownKey => ({
  family: key.toString('latin1', 4, 4 + key.readUInt32BE(0)),
  fingerprint: withoutPadding(`SHA256:${createHash('sha256').update(key).digest('base64')}`),
});

export const isPinned = ({ fingerprint }: ShownKey, pinned: string): boolean => fingerprint === withoutPadding(pinned);

const withoutPadding = (fingerprint: string): string => fingerprint.replace(/=+$/, '');
