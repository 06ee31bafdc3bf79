import { execFile } from 'node:child_process';
import { join } from 'node:path';

const program = join(import.meta.dirname, '../../server/restaurar.ts');

/** Runs the program as `npm run restaurar` does. */
export const runRestaurar = (dataDir: string, ...given: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env.PATH, DATA_DIR: dataDir, ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'Cerebro Prueba' };
    execFile(process.execPath, [program, ...given], { env, cwd: dataDir }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
