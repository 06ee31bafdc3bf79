import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CerebroError } from '#server/lib/errors.ts';
import { makeFolder } from '#server/lib/make-folder.ts';

/** Below this, evidence of some hundred trámites would fill the disk. */
const enoughBytes = 1024 ** 3;

/** Free bytes where the data folder is. @throws CerebroError `disco_lleno`, `disco_no_escribible`. */
export const checkDisk = (dataDir: string): number => {
  try {
    makeFolder(dataDir);
    const probe = join(dataDir, `.prueba-${process.pid}`);
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    throw new CerebroError('disco_no_escribible', `En la carpeta ${dataDir} no se puede escribir.`, { cause: error });
  }
  const { bavail, bsize } = statfsSync(dataDir);
  const free = bavail * bsize;
  if (free >= enoughBytes) return free;
  throw new CerebroError('disco_lleno', `Quedan ${megabytes(free)} libres en ${dataDir}: hace falta al menos 1 GB.`);
};

/** «512 MB», for people. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2).toLocaleString('es-ES')} MB`;
