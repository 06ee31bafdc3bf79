import { createHash } from 'node:crypto';
import type { PoolTask } from '#server/gateways/pool/pool.ts';

/**
 * Fingerprint (sha256, hexadecimal) of what a robot is given to file: the form's fields and, in their order, the name and
 * the hash of every paper. Two attempts with the same one show the same screen before they send. Pure.
 */
export const taskDigest = ({ fields, files }: Pick<PoolTask, 'fields' | 'files'>): string =>
  createHash('sha256')
    .update(JSON.stringify([sorted(fields), files.map(({ name, sha256 }) => [name, sha256])]))
    .digest('hex');

/** The same value with the names of every object in order: how a payload happens to be written changes nothing. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
};
