import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Whose copies are whose, where several houses share COPIA_DIRECTORIO. It stands beside the database and not in it: a copy that is put
 * in the place of another database does not make two houses one. Written once.
 */
export const casaOf = ({ DATA_DIR }: { readonly DATA_DIR: string }): string => {
  const file = join(DATA_DIR, 'casa.txt');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (known !== '') return known;
  const casa = randomUUID();
  writeFileSync(file, `${casa}\n`);
  return casa;
};
