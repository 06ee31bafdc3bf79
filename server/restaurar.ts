/**
 * `npm run restaurar -- <archivo>`: puts a copy in the place of the database. Cerebro must not be running; the database that was there stays
 * beside it under another name.
 */
import { parseConfig, readEnvironment } from './config.ts';
import { lockFolder } from './db/open.ts';
import { copiesFolder, findArchive, type Restored, restoreDatabase } from './db/restore.ts';
import { isoNow, systemClock } from './lib/clock.ts';
import { asError, CerebroError } from './lib/errors.ts';

const usage = 'Diga qué copia: npm run restaurar -- <archivo>. Están en la página Datos y en la carpeta de las copias.';

const restore = (given: string): Restored => {
  const config = parseConfig(readEnvironment());
  const lock = lockFolder(config.DATA_DIR);
  try {
    return restoreDatabase(config.DATA_DIR, findArchive(given, copiesFolder(config)), isoNow(systemClock));
  } finally {
    lock.release();
  }
};

const tellRestored = (given: string, { aside, copiadaAt, whole }: Restored): string => {
  const rows = Object.entries(whole.rows).map(([table, n]) => `${table}: ${n}`);
  return [
    `Restaurada la copia ${given}${copiadaAt === '' ? '' : `, hecha el ${copiadaAt}`} (${rows.join(', ')}).`,
    aside === null ? 'No había base de datos anterior.' : `La base de datos que había está en ${aside}. Bórrela cuando no la necesite.`,
    'Qué pasa ahora:',
    '  1. Arranque Cerebro. Todo lo que estaba sin presentar queda «por revisar»: nada se presenta solo.',
    '  2. En Revisión, compruebe en la sede si cada trámite ya se presentó después de la copia, y respóndalo.',
    '  3. Lo reclamado después de la copia sale en Ciclos como «nuestro en el origen y desconocido aquí».',
    '  4. El lanzador queda retenido: mire en el Control Room qué se lanzó después de la copia y suéltelo.',
    '     Lo programado para antes de este arranque no se lanza solo; lo siguiente, sí.',
    '  5. Organismos, programaciones, ajustes y usuarios son los de la copia: revise lo que cambió después, sobre todo quién ya no debe entrar.',
    '  6. Las capturas no están en la copia: las que siguen en evidencias/ valen. Todos tienen que entrar otra vez.',
  ].join('\n');
};

const main = (): number => {
  const [given] = process.argv.slice(2);
  if (given === undefined) throw new CerebroError('sin_archivo', usage);
  process.stdout.write(`${tellRestored(given, restore(given))}\n`);
  return 0;
};

try {
  process.exitCode = main();
} catch (thrown) {
  const error = asError(thrown);
  process.stderr.write(`${error instanceof CerebroError ? error.message : error.stack}\n`);
  process.exitCode = 1;
}
