import { enqueue } from '#server/cola/enqueue.ts';
import { holdIfRestored } from '#server/cola/restored.ts';
import type { Deps } from '#server/deps.ts';
import type { SourceRow } from '#server/gateways/origen/origen.ts';
import { canonicalId, holderOf } from '#server/gateways/origen/origen.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import { type Organismo, wouldBeOurs } from '#server/organismos/rules.ts';
import { type Intent, prepare, tramiteOf } from './intents.ts';

/**
 * Puts a recurso that is ours at the source and unknown here into the queue, because a person says so. Answers its
 * trámite; one that was there already is not repeated: it stays as it stands, and may then be retried.
 * @throws NotFoundError, WrongStateError, OrigenError
 */
export const adopt = async (deps: Deps, resourceId: string, who: Who): Promise<{ tramiteId: number }> => {
  const id = canonicalId(resourceId);
  const row = id === null ? undefined : (await deps.origen.rows([id])).get(id);
  if (id === null || !row) throw new NotFoundError('Ese recurso no está en el origen.');
  if (holderOf(row, deps.config.BOT_USER) !== 'ours')
    throw new WrongStateError('no_es_nuestro', 'Ese recurso ya no está a nombre de Cerebro en el origen.');
  const attachments = (await deps.origen.attachments([id])).get(id) ?? [];
  const intent = prepare(organismoOf(deps, row), { ...row, id }, attachments);
  const tramiteId = await deps.db.write(() => take(deps, intent, who), { durable: true });
  deps.wake('despachar');
  deps.hub.changed({ entity: 'any' });
  return { tramiteId };
};

/** By its Organisme and its expediente: TExp, Estado and user no longer tell. Those switched on come first. */
const organismoOf = ({ db }: Deps, row: SourceRow): Organismo => {
  const { valid } = readOrganismos(db);
  const fitting = valid.filter((organismo) => wouldBeOurs(organismo, row));
  const chosen = fitting.find(({ active }) => active) ?? fitting[0];
  if (!chosen)
    throw new WrongStateError('sin_organismo', 'Ningún organismo configurado admite ese recurso: no se sabe con qué robot iría.');
  return chosen;
};

const take = (deps: Deps, intent: Intent, who: Who): number => {
  const { db, clock } = deps;
  const at = isoNow(clock);
  const { resourceId, siteId } = intent;
  const original = writeReclamacion(deps, at, intent);
  enqueue(db, at, [tramiteOf(deps, at, { ...intent, row: { ...intent.row, texp: original } })]);
  db.sql('DELETE FROM mismatches WHERE resource_id = ?').run(resourceId);
  record(db, at, { entity: 'recurso', entityId: resourceId, kind: 'adopted', data: { siteId }, actor: who.usuario });
  audit(db, at, { ...who, accion: 'adoptar', entidad: 'recurso', entidadId: resourceId, despues: { siteId } });
  const id = db.sql('SELECT id FROM tramite_queue WHERE resource_id = ?').get(resourceId)?.id as number;
  holdIfRestored(db, at, id);
  return id;
};

/** What it was before is kept when an earlier reclamación knew it; answers its original TExp. */
const writeReclamacion = ({ db }: Deps, at: string, { resourceId, siteId, row, ruleVersion }: Intent): number | null => {
  const kept = db.sql('SELECT state, texp_original FROM reclamaciones WHERE resource_id = ?').get(resourceId);
  if (kept?.state === 'claimed' || kept?.state === 'intended')
    throw new WrongStateError('ya_en_cola', 'Ese recurso ya está reclamado y en la cola.');
  db.sql(
    `INSERT INTO reclamaciones (resource_id, site_id, estado_original, state, rule_version, intended_at, closed_at)
     VALUES (@resourceId, @siteId, @estado, 'claimed', @ruleVersion, @at, @at)
     ON CONFLICT (resource_id) DO UPDATE SET state = 'claimed', site_id = @siteId, rule_version = @ruleVersion, closed_at = @at`,
  ).run({ resourceId, siteId, estado: row.estado, ruleVersion, at });
  return (kept?.texp_original as number | null | undefined) ?? null;
};
