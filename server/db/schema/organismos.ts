import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { instant, nowUtc } from './columns.ts';

/**
 * The rules of each organismo. Other programs INSERT here: only `site_id` is held by the table; every other wrong
 * value is accepted, disables that organismo and is told on its page (CONTRACT.md, Settled details).
 */
export const organismoConfig = sqliteTable(
  'organismo_config',
  {
    id: integer('id').primaryKey({ autoIncrement: true }),
    siteId: text('site_id').notNull().unique(),
    queryOrganisme: text('query_organisme'),
    filtroTexp: text('filtro_texp'),
    regexExpediente: text('regex_expediente'),
    urlTemplate: text('url_template'),
    active: integer('active').default(0),
    modo: text('modo').default('aprobar'),
    /** NULL = the robot named like `site_id`. */
    robot: text('robot'),
    urlInicio: text('url_inicio'),
    /** Lower is served first. */
    prioridad: integer('prioridad').default(100),
    limitePorCiclo: integer('limite_por_ciclo'),
    maxEnCola: integer('max_en_cola'),
    excluirOrganisme: text('excluir_organisme'),
    soloSinAsignar: integer('solo_sin_asignar').default(0),
    createdAt: instant('created_at').default(nowUtc),
    updatedAt: instant('updated_at').default(nowUtc),
  },
  (t) => [check('organismo_site_id_given', sql`length(trim(${t.siteId})) > 0`)],
);
