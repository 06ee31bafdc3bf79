import { check, index, integer, sql, sqliteTable, text, uniqueIndex } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** Things a person should know. One open row per `clave`: a repeat counts `veces` up, a recovery resolves it. */
export const avisos = sqliteTable(
  'avisos',
  {
    avisoId: integer('aviso_id').primaryKey({ autoIncrement: true }),
    clave: text('clave').notNull(),
    nivel: text('nivel').notNull(),
    ambito: text('ambito').notNull(),
    naturaleza: text('naturaleza').notNull(),
    titulo: text('titulo').notNull(),
    detalle: text('detalle'),
    veces: integer('veces').notNull().default(1),
    estado: text('estado').notNull().default('abierto'),
    abiertoAt: instant('abierto_at').notNull().default(nowUtc),
    ultimoAt: instant('ultimo_at').notNull().default(nowUtc),
    resueltoAt: instant('resuelto_at'),
    /** What else a person wants to know (JSON object of texts), and what to do, in order (JSON list of sentences). */
    datos: text('datos').notNull().default('{}'),
    acciones: text('acciones').notNull().default('[]'),
    /** When somebody was last written to about it, and how often it had happened by then. */
    avisadoAt: instant('avisado_at'),
    avisadoVeces: integer('avisado_veces').notNull().default(0),
    /** Somebody has seen it: no more mails until it ends, or gets worse. */
    vistoAt: instant('visto_at'),
    vistoPor: text('visto_por'),
  },
  (t) => [
    check('aviso_nivel', sql`${t.nivel} IN ('CRITICO', 'ALTO', 'MEDIO')`),
    check('aviso_ambito', sql`${t.ambito} IN ('SISTEMA', 'ROBOT', 'EQUIPO')`),
    check('aviso_naturaleza', sql`${t.naturaleza} IN ('PERMANENTE', 'TRANSITORIO', 'UMBRAL', 'RECUPERACION')`),
    check('aviso_estado', sql`${t.estado} IN ('abierto', 'resuelto')`),
    uniqueIndex('aviso_open_once').on(t.clave).where(sql`${t.estado} = 'abierto'`),
  ],
);

/** What is to be sent, and was: written with what it tells of, sent by the cycle `avisar`. */
export const envios = sqliteTable(
  'envios',
  {
    envioId: integer('envio_id').primaryKey({ autoIncrement: true }),
    /** NULL = a test. */
    avisoId: integer('aviso_id'),
    canal: text('canal').notNull(),
    motivo: text('motivo').notNull(),
    asunto: text('asunto').notNull(),
    texto: text('texto').notNull(),
    html: text('html'),
    /** For a webhook: what is told, as JSON. */
    cuerpo: text('cuerpo'),
    estado: text('estado').notNull().default('pendiente'),
    intentos: integer('intentos').notNull().default(0),
    /** Not before this instant. */
    proximoAt: instant('proximo_at'),
    creadoAt: instant('creado_at').notNull().default(nowUtc),
    enviadoAt: instant('enviado_at'),
    /** Spanish: why it could not be sent. */
    error: text('error'),
  },
  (t) => [
    check('envio_canal', sql`${t.canal} IN ('correo', 'webhook')`),
    check('envio_motivo', sql`${t.motivo} IN ('nuevo', 'sigue', 'fin', 'prueba')`),
    check('envio_estado', sql`${t.estado} IN ('pendiente', 'enviado', 'fallido', 'callado')`),
    index('envios_pending').on(t.envioId).where(sql`${t.estado} = 'pendiente'`),
    index('envios_by_aviso').on(t.avisoId),
  ],
);

/** Hours in which nobody wants to be written to. */
export const silencios = sqliteTable(
  'silencios',
  {
    silencioId: integer('silencio_id').primaryKey({ autoIncrement: true }),
    /** Start of the `clave` of the avisos it is for; '' = all of them. */
    prefijo: text('prefijo').notNull().default(''),
    /** Also those of level CRITICO. */
    criticos: integer('criticos').notNull().default(0),
    motivo: text('motivo').notNull(),
    desde: instant('desde').notNull().default(nowUtc),
    hasta: instant('hasta').notNull(),
    usuario: text('usuario'),
    levantadoAt: instant('levantado_at'),
  },
  (t) => [index('silencios_open').on(t.hasta).where(sql`${t.levantadoAt} IS NULL`)],
);
