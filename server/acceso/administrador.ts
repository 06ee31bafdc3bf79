import type { Config } from '#server/config.ts';
import type { Db } from '#server/db/open.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { countAdministrators } from './queries.ts';

/**
 * Called after a change and inside its transaction, which it undoes when nobody would be left who can mend things.
 * @param field the one whose value would do that
 * @throws InvalidInputError at that field
 */
export const keepAnAdministrator = (db: Db, config: Pick<Config, 'PROXY_USUARIO_CABECERA'>, field: string): void => {
  if (countAdministrators(db, config.PROXY_USUARIO_CABECERA !== undefined) > 0) return;
  throw new InvalidInputError({ [field]: 'No quedaría ningún administrador activo que pueda entrar: tiene que haber uno.' });
};
