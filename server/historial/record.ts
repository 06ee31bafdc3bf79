import type { Db } from '#server/db/open.ts';

/** What has a story. */
type Entity = 'tramite' | 'recurso' | 'organismo' | 'cycle' | 'robot' | 'equipo' | 'programacion' | 'ejecucion' | 'lanzador' | 'sistema';

/** One thing that happened. `data` holds facts only (no secrets); sentences.ts tells it in Spanish. */
export type DomainEvent = {
  readonly entity: Entity;
  readonly entityId: string | number;
  readonly kind: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** The person who ordered it, or `cerebro`. */
  readonly actor?: string;
};

/** Writes the event; call it inside the transaction of the change it tells. */
export const record = (db: Db, at: string, event: DomainEvent): void => {
  db.sql('INSERT INTO events (at, entity, entity_id, kind, data, actor) VALUES (?, ?, ?, ?, ?, ?)').run(
    at,
    event.entity,
    String(event.entityId),
    event.kind,
    event.data ? JSON.stringify(event.data) : null,
    event.actor ?? 'cerebro',
  );
};

/** The person who orders something, the address it comes from, and the order for many it is part of. */
export type Who = { readonly usuario: string; readonly host?: string; readonly lote?: number };

/** What a person did, for /auditoria: before and after as JSON, with the reason and the address it came from. */
export type AuditEntry = {
  readonly usuario: string;
  readonly accion: string;
  readonly entidad: string;
  readonly entidadId?: string | number;
  readonly antes?: unknown;
  readonly despues?: unknown;
  readonly motivo?: string;
  readonly host?: string;
};

/** Writes the entry; call it inside the transaction of the change. */
export const audit = (db: Db, at: string, entry: AuditEntry): void => {
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  db.sql(
    'INSERT INTO auditoria (fecha, usuario, accion, entidad, entidad_id, antes, despues, motivo, host) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(
    at,
    entry.usuario,
    entry.accion,
    entry.entidad,
    entry.entidadId === undefined ? null : String(entry.entidadId),
    json(entry.antes),
    json(entry.despues),
    entry.motivo ?? null,
    entry.host ?? null,
  );
};
