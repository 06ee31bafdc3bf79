import type { Deps } from '#server/deps.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { pick, problemsOf, refuse, rulesOf } from './form.ts';
import { findVersion } from './queries.ts';
import { changedRules, findOrThrow, writeRules } from './save.ts';

/**
 * Gives an organismo the rules of one of its versions again, as a new version and switched off; answers whether there was
 * anything to change. What has happened stays as it was.
 * @throws NotFoundError; InvalidInputError when those rules are not valid
 */
export const restoreVersion = async (deps: Deps, siteId: string, versionId: number, who: Who): Promise<boolean> => {
  const restored = await deps.db.write(() => {
    const before = findOrThrow(deps.db, siteId);
    const version = findVersion(deps.db, siteId, versionId);
    if (!version) throw new NotFoundError(`El organismo «${siteId}» no tiene ninguna versión ${versionId}.`);
    const rules = rulesOf(version.reglas);
    refuse(problemsOf({ ...before, ...rules }, rules));
    const changed = changedRules(before, rules);
    if (Object.keys(changed).length === 0) return false;
    const at = writeRules(deps, before, changed, who);
    record(deps.db, at, { entity: 'organismo', entityId: siteId, kind: 'restored', data: { at: version.at }, actor: who.usuario });
    audit(deps.db, at, {
      ...who,
      ...{ entidad: 'organismo', entidadId: siteId, accion: 'restaurar' },
      antes: pick(before, Object.keys(changed)),
      despues: { version: versionId, ...changed },
    });
    return true;
  });
  deps.hub.changed({ entity: 'organismo', id: siteId });
  return restored;
};
