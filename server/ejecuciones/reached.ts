import { z } from 'zod';
import type { Deps } from '#server/deps.ts';
import type { FilingResult } from '#workers/messages.ts';
import { isReceiptIntact } from './receipt.ts';
import type { Fase, Reached } from './rules.ts';

/** The attempt whose end is being judged. */
export type AttemptKey = { readonly ejecucionId: string; readonly tramiteId: number; readonly attempt: number };

const filed = z.object({
  numero: z.string().min(1),
  fecha: z.string().min(1),
  recibo: z.object({ file: z.string().min(1), bytes: z.number(), sha256: z.string() }),
});

/** How far the attempt got, as the disk says; of a finished submission the receipt file is read and compared. */
export const howFar = async (deps: Pick<Deps, 'db' | 'evidence'>, key: AttemptKey): Promise<Reached> => {
  const row = deps.db.sql('SELECT fase, result FROM ejecuciones WHERE ejecucion_id = ?').get(key.ejecucionId);
  const fase = (row?.fase ?? 'preparing') as Fase;
  if (fase !== 'submitted') return { fase, result: null, receiptVerified: false };
  const result = readResult(row?.result);
  return { fase, result, receiptVerified: result !== null && (await hasReceipt(deps, key, result)) };
};

const readResult = (json: unknown): FilingResult | null => {
  try {
    return filed.parse(JSON.parse(String(json)));
  } catch {
    return null;
  }
};

const hasReceipt = async ({ evidence }: Pick<Deps, 'evidence'>, key: AttemptKey, { recibo }: FilingResult): Promise<boolean> => {
  try {
    return await isReceiptIntact(evidence.locate(key.tramiteId, key.attempt, recibo.file), recibo);
  } catch {
    // A name that leads out of the attempt's folder is no receipt of it.
    return false;
  }
};
