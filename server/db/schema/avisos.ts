import { sql } from 'drizzle-orm';
import { check, integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
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
  },
  (t) => [
    check('aviso_nivel', sql`${t.nivel} IN ('CRITICO', 'ALTO', 'MEDIO')`),
    check('aviso_ambito', sql`${t.ambito} IN ('SISTEMA', 'ROBOT', 'EQUIPO')`),
    check('aviso_naturaleza', sql`${t.naturaleza} IN ('PERMANENTE', 'TRANSITORIO', 'UMBRAL', 'RECUPERACION')`),
    check('aviso_estado', sql`${t.estado} IN ('abierto', 'resuelto')`),
    uniqueIndex('aviso_open_once').on(t.clave).where(sql`${t.estado} = 'abierto'`),
  ],
);
