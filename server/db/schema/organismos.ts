import { check, index, integer, sql, sqliteTable, text } from '../drizzle.ts';
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
    /** Local slots kept for it while it has trámites, and how many it may have at once (-1 = no limit). */
    minEquipos: integer('min_equipos').default(0),
    maxEquipos: integer('max_equipos').default(-1),
    createdAt: instant('created_at').default(nowUtc),
    updatedAt: instant('updated_at').default(nowUtc),
  },
  (t) => [check('organismo_site_id_given', sql`length(trim(${t.siteId})) > 0`)],
);

/** Every set of rules an organismo has had, kept by triggers: also what another program writes leaves its version. */
export const organismoVersiones = sqliteTable(
  'organismo_versiones',
  {
    versionId: integer('version_id').primaryKey({ autoIncrement: true }),
    siteId: text('site_id').notNull(),
    at: instant('at').notNull().default(nowUtc),
    /** The rules (JSON object by column; without `active` and the instants). */
    reglas: text('reglas').notNull(),
    /** Who wrote it; NULL = another program, by SQL. */
    usuario: text('usuario'),
  },
  (t) => [index('organismo_versiones_by_site').on(t.siteId, t.versionId)],
);

/** The last ensayo of each organismo, and the rules it was run with: it vouches for no others. */
export const ensayos = sqliteTable('ensayos', {
  siteId: text('site_id').primaryKey(),
  at: instant('at').notNull().default(nowUtc),
  /** As `organismo_versiones.reglas` had them. */
  reglas: text('reglas').notNull(),
  seen: integer('seen').notNull().default(0),
  matched: integer('matched').notNull().default(0),
});
