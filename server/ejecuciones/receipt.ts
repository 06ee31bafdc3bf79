import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FilingResult } from '#workers/messages.ts';

/** Whether the receipt on the disk is the one that was written down: a PDF of that size with that hash. Never throws. */
export const isReceiptIntact = async (path: string, recibo: FilingResult['recibo']): Promise<boolean> => {
  const bytes = await readFile(path).catch(() => null);
  if (!bytes || bytes.length !== recibo.bytes || bytes.subarray(0, 4).toString('latin1') !== '%PDF') return false;
  return createHash('sha256').update(bytes).digest('hex') === recibo.sha256.toLowerCase();
};
