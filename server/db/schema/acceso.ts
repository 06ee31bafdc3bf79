import { check, index, integer, primaryKey, sql, sqliteTable, text } from '../drizzle.ts';
import { instant, nowUtc } from './columns.ts';

/** Who may sign in. While there is none, the panel listens on loopback only and asks nobody. */
export const usuarios = sqliteTable(
  'usuarios',
  {
    usuarioId: integer('usuario_id').primaryKey({ autoIncrement: true }),
    /** Lower case; what is typed at the door. */
    usuario: text('usuario').notNull().unique(),
    nombre: text('nombre').notNull().default(''),
    rol: text('rol').notNull().default('lectura'),
    /** Slow hash with its parameters; NULL = cannot sign in by password (only through a trusted proxy). */
    claveHash: text('clave_hash'),
    activo: integer('activo').notNull().default(1),
    createdAt: instant('created_at').notNull().default(nowUtc),
    lastLoginAt: instant('last_login_at'),
  },
  (t) => [
    check('usuario_given', sql`length(trim(${t.usuario})) > 0`),
    check('usuario_rol', sql`${t.rol} IN ('lectura', 'operador', 'revisor', 'administrador')`),
    check('usuario_activo', sql`${t.activo} IN (0, 1)`),
  ],
);

/** Open sessions. The key is a hash of what the cookie carries: the file alone lets nobody in. */
export const sesiones = sqliteTable(
  'sesiones',
  {
    sesionHash: text('sesion_hash').primaryKey(),
    usuarioId: integer('usuario_id')
      .notNull()
      .references(() => usuarios.usuarioId),
    createdAt: instant('created_at').notNull().default(nowUtc),
    /** Last order or page, to the minute. */
    seenAt: instant('seen_at').notNull().default(nowUtc),
    host: text('host'),
  },
  (t) => [index('sesiones_by_usuario').on(t.usuarioId)],
);

/** Wrong passwords in a row, by what was typed and where it came from. */
export const accesosFallidos = sqliteTable(
  'accesos_fallidos',
  {
    usuario: text('usuario').notNull(),
    host: text('host').notNull(),
    veces: integer('veces').notNull().default(0),
    ultimoAt: instant('ultimo_at').notNull().default(nowUtc),
  },
  (t) => [primaryKey({ columns: [t.usuario, t.host] })],
);
