import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { findRaw, findRawById, presentVersion } from './queries.ts';
import { readSiteId } from './rules.ts';
import { signVersion } from './save.ts';

/**
 * Gives a row that another program wrote under a name that is not valid one that is, switched off: nothing has ever been
 * claimed for it. A valid name is for good, because the queue and the history hold on to it.
 * @throws NotFoundError, WrongStateError, InvalidInputError
 */
export const renameOrganismo = async (deps: Deps, id: number, name: string, who: Who): Promise<string> => {
  const siteId = await deps.db.write(() => rename(deps, id, name, who));
  deps.hub.changed({ entity: 'organismo', id: siteId });
  return siteId;
};

const rename = ({ db, clock }: Deps, id: number, name: string, who: Who): string => {
  const before = findRawById(db, id);
  if (!before) throw new NotFoundError('Ese organismo ya no está.');
  if (readSiteId(before.site_id) !== undefined)
    throw new WrongStateError('identificador_valido', `El identificador «${before.site_id}» ya es válido y no se puede cambiar.`);
  const siteId = readSiteId(name.trim());
  if (siteId === undefined)
    throw new InvalidInputError({
      site_id: 'El identificador no es válido: de 1 a 64 letras minúsculas sin acento, cifras o «_», y distinto de «nuevo».',
    });
  if (findRaw(db, siteId))
    throw new InvalidInputError({ site_id: `Ya hay un organismo «${siteId}»: su identificador no es válido para otro.` });
  const at = isoNow(clock);
  const since = presentVersion(db, siteId)?.id;
  const from = String(before.site_id);
  db.sql('UPDATE organismo_config SET site_id = ?, active = 0, updated_at = ? WHERE id = ?').run(siteId, at, id);
  signVersion(db, siteId, since, who);
  record(db, at, { entity: 'organismo', entityId: siteId, kind: 'renamed', data: { from }, actor: who.usuario });
  audit(db, at, { ...who, entidad: 'organismo', entidadId: siteId, accion: 'renombrar', antes: from, despues: siteId });
  return siteId;
};
