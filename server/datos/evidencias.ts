import { setImmediate } from 'node:timers/promises';
import type { Deps } from '#server/deps.ts';

type EvidenceDeps = Pick<Deps, 'db' | 'evidence'>;

export type Folder = { readonly id: number; readonly at: string };

const pageSize = 500;

/** Only of what is filed, and has been for long: whatever may still be worked on, or asked about, keeps its captures. */
const oldSql = `
  SELECT id, processed_at AS at FROM tramite_queue
   WHERE id IN (SELECT value FROM json_each(?)) AND status = 'completed' AND processed_at < ?`;

/** Folders of trámites filed before that instant, some at a time. */
export async function* oldFolders({ db, evidence }: EvidenceDeps, limit: string): AsyncGenerator<readonly Folder[]> {
  const ids = await evidence.folders();
  for (let from = 0; from < ids.length; from += pageSize) {
    const page = db.sql(oldSql).all(JSON.stringify(ids.slice(from, from + pageSize)), limit) as Folder[];
    if (page.length > 0) yield page;
    await setImmediate();
  }
}

/** Beyond these the weight is told of the first ones only. */
const mostWeighed = 2_000;

/** What would go now. `more` = bytes are of the first ones only. */
export const previewFolders = async (
  deps: EvidenceDeps,
  limit: string,
): Promise<{ count: number; oldest: string | null; bytes: number; more: boolean }> => {
  let [count, bytes] = [0, 0];
  let oldest: string | null = null;
  for await (const page of oldFolders(deps, limit)) {
    for (const { id, at } of page) {
      if (count < mostWeighed) bytes += await deps.evidence.weigh(id);
      count += 1;
      if (oldest === null || at < oldest) oldest = at;
    }
  }
  return { count, oldest, bytes, more: count > mostWeighed };
};

/** Removes those folders; answers how many and how much. */
export const removeFolders = async (deps: EvidenceDeps, limit: string, signal: AbortSignal): Promise<{ count: number; bytes: number }> => {
  let [count, bytes] = [0, 0];
  for await (const page of oldFolders(deps, limit)) {
    for (const { id } of page) {
      if (signal.aborted) return { count, bytes };
      bytes += await deps.evidence.weigh(id);
      await deps.evidence.remove(id);
      count += 1;
    }
  }
  return { count, bytes };
};
