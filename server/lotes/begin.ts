import type { BulkAction } from '#server/cola/rules.ts';
import type { Deps } from '#server/deps.ts';
import { audit, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';

export type NewLote = {
  readonly accion: BulkAction;
  readonly motivo: string;
  readonly ids: readonly number[];
  /** What the person had chosen, in Spanish. */
  readonly descripcion: string;
};

/** Writes the order down with its trámites as they were counted; answers its number. Somebody has to carry it out. */
export const beginLote = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, order: NewLote, who: Who): Promise<number> =>
  db.write(() => {
    const at = isoNow(clock);
    const { accion, motivo, ids, descripcion } = order;
    const { lastInsertRowid } = db
      .sql('INSERT INTO lotes (accion, motivo, ids, descripcion, total, usuario, host, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(accion, motivo || null, JSON.stringify(ids), descripcion, ids.length, who.usuario, who.host ?? null, at);
    const id = Number(lastInsertRowid);
    audit(db, at, {
      ...{ usuario: who.usuario, accion: `lote_${accion}`, entidad: 'lote', entidadId: id, despues: { total: ids.length, descripcion } },
      ...(motivo ? { motivo } : {}),
      ...(who.host ? { host: who.host } : {}),
    });
    return id;
  });
