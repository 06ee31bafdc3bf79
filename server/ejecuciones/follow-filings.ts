import type { Deps } from '#server/deps.ts';

/** Whoever tells that a run of A360 changed tells so of the trámite it files too: lists and pages of trámites know nothing of runs. */
export const followFilings = ({ db, hub }: Pick<Deps, 'db' | 'hub'>): (() => void) =>
  hub.listen(({ entity, id }) => {
    if (entity !== 'ejecucion' || id === undefined) return;
    const tramiteId = db.sql('SELECT tramite_id FROM ejecuciones WHERE ejecucion_id = ?').get(String(id))?.tramite_id;
    if (typeof tramiteId === 'number') hub.changed({ entity: 'tramite', id: tramiteId });
  });
