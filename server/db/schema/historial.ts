import { index, integer, sqliteTable, text } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** One row per change of state, written in the same transaction; historial/sentences.ts turns them into Spanish. */
export const events = sqliteTable(
  'events',
  {
    eventId: integer('event_id').primaryKey({ autoIncrement: true }),
    at: instant('at').notNull().default(nowUtc),
    /** 'tramite' | 'recurso' | 'organismo' | 'cycle' | 'robot' | 'sistema' */
    entity: text('entity').notNull(),
    entityId: text('entity_id').notNull(),
    kind: text('kind').notNull(),
    /** Facts of the event (JSON object). */
    data: text('data'),
    actor: text('actor').notNull().default('cerebro'),
  },
  (t) => [index('events_by_entity').on(t.entity, t.entityId, t.eventId)],
);

/** What people did: who, what, before and after, why, from where. */
export const auditoria = sqliteTable(
  'auditoria',
  {
    auditoriaId: integer('auditoria_id').primaryKey({ autoIncrement: true }),
    fecha: instant('fecha').notNull().default(nowUtc),
    usuario: text('usuario').notNull(),
    accion: text('accion').notNull(),
    entidad: text('entidad').notNull(),
    entidadId: text('entidad_id'),
    antes: text('antes'),
    despues: text('despues'),
    motivo: text('motivo'),
    host: text('host'),
  },
  (t) => [
    index('auditoria_by_entity').on(t.entidad, t.entidadId, t.auditoriaId),
    index('auditoria_by_usuario').on(t.usuario, t.auditoriaId),
  ],
);
