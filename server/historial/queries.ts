import type { Db } from '#server/db/open.ts';

/** An event as stored, its facts read. */
export type StoredEvent = {
  readonly event_id: number;
  readonly at: string;
  readonly entity: string;
  readonly entity_id: string;
  readonly kind: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: string;
};

/** The last events of one thing, the newest first. */
export const eventsOf = (db: Db, entity: string, entityId: string | number, limit = 200): StoredEvent[] =>
  db
    .sql('SELECT * FROM events WHERE entity = ? AND entity_id = ? ORDER BY event_id DESC LIMIT +?')
    .all(entity, String(entityId), limit)
    .map(readEvent);

/** The last events of the house, the newest first. */
export const lastEvents = (db: Db, limit: number): StoredEvent[] =>
  db.sql('SELECT * FROM events ORDER BY event_id DESC LIMIT +?').all(limit).map(readEvent);

const readEvent = (row: Record<string, unknown>): StoredEvent => ({ ...row, data: readFacts(row.data as string | null) }) as StoredEvent;

const readFacts = (json: string | null): Readonly<Record<string, unknown>> => {
  try {
    const facts: unknown = JSON.parse(json ?? '{}');
    return typeof facts === 'object' && facts !== null ? { ...facts } : {};
  } catch {
    return {};
  }
};
