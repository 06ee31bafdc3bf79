import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { CerebroError } from '#server/lib/errors.ts';

/** Files left behind by attempts: `DATA_DIR/evidencias/<tramite>/<attempt>/…`; nothing is ever overwritten. */
export type Evidence = {
  /** Makes the folder of one attempt and answers its absolute path. */
  open(tramiteId: number, attempt: number): Promise<string>;
  /** Absolute path of a stored file. @throws CerebroError `ruta_no_valida` for anything outside the folder. */
  locate(tramiteId: number, attempt: number, file: string): string;
  /** The plain files of one attempt, by name; those of a folder inside it with its name first: `documentos/recurso.pdf`. */
  list(tramiteId: number, attempt: number): Promise<readonly StoredFile[]>;
  /** Every trámite that has a folder, with the number of its last attempt there. */
  taken(): Promise<readonly { readonly tramiteId: number; readonly attempts: number }[]>;
  /** Ids of the trámites that have a folder. */
  folders(): Promise<readonly number[]>;
  /** Bytes in the folder of that trámite; 0 when it has none. */
  weigh(tramiteId: number): Promise<number>;
  /** Removes the whole folder of that trámite. */
  remove(tramiteId: number): Promise<void>;
};

export type StoredFile = { readonly file: string; readonly bytes: number };

export const createEvidence = (dataDir: string): Evidence => {
  const root = resolve(dataDir, 'evidencias');
  const folder = (tramiteId: number, attempt: number) => join(root, String(tramiteId), String(attempt));
  return {
    open: async (tramiteId, attempt) => {
      const path = folder(tramiteId, attempt);
      await mkdir(path, { recursive: true });
      return path;
    },
    locate: (tramiteId, attempt, file) => {
      const base = folder(tramiteId, attempt);
      const path = resolve(base, file);
      if (!path.startsWith(base + sep)) throw new CerebroError('ruta_no_valida', 'Ese archivo no es una evidencia de este trámite.');
      return path;
    },
    list: (tramiteId, attempt) => listFiles(folder(tramiteId, attempt)),
    taken: async () => {
      const ids = await numbersIn(root);
      const found: { tramiteId: number; attempts: number }[] = [];
      for (const tramiteId of ids) found.push({ tramiteId, attempts: Math.max(0, ...(await numbersIn(join(root, String(tramiteId))))) });
      return found;
    },
    folders: () => numbersIn(root),
    weigh: async (tramiteId) => (await listFiles(join(root, String(tramiteId)))).reduce((sum, { bytes }) => sum + bytes, 0),
    remove: (tramiteId) => rm(join(root, String(tramiteId)), { recursive: true, force: true }),
  };
};

/** Nothing is there; anything else (no permission, a disk that fails) is no empty folder. @throws it */
const noneIfMissing = (error: NodeJS.ErrnoException): [] => {
  if (error.code === 'ENOENT') return [];
  throw error;
};

/** Folders whose name is a number; none where there is nothing. */
const numbersIn = async (path: string): Promise<number[]> => {
  const entries = await readdir(path, { withFileTypes: true }).catch(noneIfMissing);
  return entries.filter((entry) => entry.isDirectory() && /^[1-9]\d{0,14}$/.test(entry.name)).map((entry) => Number(entry.name));
};

/** Links are left out: one could lead out of the folder. An attempt that left nothing has none. @throws what keeps them from being read */
const listFiles = async (base: string): Promise<StoredFile[]> => {
  const found = await readdir(base, { recursive: true, withFileTypes: true }).catch(noneIfMissing);
  const paths = found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const files = await Promise.all(paths.sort().map(async (path) => ({ path, bytes: (await stat(path)).size })));
  return files.map(({ path, bytes }) => ({ file: relative(base, path).replaceAll(sep, '/'), bytes }));
};
