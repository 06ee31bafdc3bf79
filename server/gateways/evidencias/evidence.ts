import { mkdir } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { CerebroError } from '#server/lib/errors.ts';

/** Files left behind by attempts: `DATA_DIR/evidencias/<tramite>/<attempt>/…`; nothing is ever overwritten. */
export type Evidence = {
  /** Makes the folder of one attempt and answers its absolute path. */
  open(tramiteId: number, attempt: number): Promise<string>;
  /** Absolute path of a stored file. @throws CerebroError `ruta_no_valida` for anything outside the folder. */
  locate(tramiteId: number, attempt: number, file: string): string;
};

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
  };
};
