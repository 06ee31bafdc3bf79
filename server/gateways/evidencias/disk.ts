import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CerebroError } from '#server/lib/errors.ts';
import { makeFolder } from '#server/lib/make-folder.ts';

/** Writes to the data folder, which is made where there is none. @throws CerebroError `disco_no_escribible` */
export const checkWritable = (dataDir: string): void => {
  try {
    makeFolder(dataDir);
    const probe = join(dataDir, `.prueba-${process.pid}`);
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    throw new CerebroError('disco_no_escribible', `En la carpeta ${dataDir} no se puede escribir.`, { cause: error });
  }
};

/** Whether this user may write there, asked without writing: a folder made by somebody else would be shut to the service. */
export const mayWrite = (folder: string): boolean => {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
};

/** «512 MB», for people. */
export const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 ** 2).toLocaleString('es-ES')} MB`;
