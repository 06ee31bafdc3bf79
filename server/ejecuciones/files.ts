import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Evidence, StoredFile } from '#server/gateways/evidencias/evidence.ts';

/** Where the papers of an attempt lie, beside its captures (gateways/xvia). */
export const documentsFolder = 'documentos/';

export type AttemptFiles = { readonly attempt: number; readonly files: readonly StoredFile[] };

/** What each attempt left on the disk, in the order of the list. */
export const filesOf = (evidence: Evidence, tramiteId: number, attempts: readonly number[]): Promise<AttemptFiles[]> =>
  Promise.all(attempts.map(async (attempt) => ({ attempt, files: await evidence.list(tramiteId, attempt) })));

/** A paper given to a robot. */
export type Paper = StoredFile & { readonly sha256: string };

/** The papers of the newest attempt that has any, with their fingerprints; null when no attempt came that far. */
export const papersOf = async (
  evidence: Evidence,
  tramiteId: number,
  attempts: readonly number[],
): Promise<{ readonly attempt: number; readonly papers: readonly Paper[] } | null> => {
  for (const { attempt, files } of await filesOf(evidence, tramiteId, attempts)) {
    const papers = files.filter(({ file }) => file.startsWith(documentsFolder));
    if (papers.length === 0) continue;
    const read = async (paper: StoredFile) => ({ ...paper, sha256: await digest(evidence.locate(tramiteId, attempt, paper.file), paper) });
    return { attempt, papers: await Promise.all(papers.map(read)) };
  }
  return null;
};

/** Nothing in an attempt's folder is ever overwritten: a fingerprint once taken stands. */
const taken = new Map<string, string>();
const kept = 500;

const digest = async (path: string, { bytes }: StoredFile): Promise<string> => {
  const key = `${path} ${bytes}`;
  const known = taken.get(key);
  if (known !== undefined) return known;
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  const made = hash.digest('hex');
  if (taken.size >= kept) taken.clear();
  taken.set(key, made);
  return made;
};
