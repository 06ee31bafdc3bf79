import { index, integer, sqliteTable, text } from '../drizzle.ts';
import { instant, newId, nowUtc } from './columns.ts';

/**
 * When a robot runs on the equipos assigned to it for that (`asignaciones.programacion_id`). Other programs INSERT here: whatever
 * does not read as a calendar is accepted, never fires, and is told on its page.
 */
export const programaciones = sqliteTable(
  'programaciones',
  {
    programacionId: text('programacion_id').primaryKey().default(newId),
    robotId: text('robot_id').notNull(),
    /** Diaria, Semanal, Mensual, RangoMensual, Especifica. */
    tipoProgramacion: text('tipo_programacion').notNull().default('Diaria'),
    /** 'HH:MM' in the zone of the business. */
    horaInicio: text('hora_inicio').notNull().default('00:00'),
    /** Of a cyclic one only; NULL = to the end of its day. */
    horaFin: text('hora_fin'),
    /** 'Lu,Ma,Mi,Ju,Vi,Sa,Do'. */
    diasSemana: text('dias_semana'),
    diaDelMes: integer('dia_del_mes'),
    diaInicioMes: integer('dia_inicio_mes'),
    diaFinMes: integer('dia_fin_mes'),
    ultimosDiasMes: integer('ultimos_dias_mes'),
    /** 'YYYY-MM-DD'. */
    fechaEspecifica: text('fecha_especifica'),
    /** Minutes after its hour in which it may still start; NULL = 60, 0 = one minute. */
    tolerancia: integer('tolerancia').default(60),
    activo: integer('activo').notNull().default(1),
    esCiclico: integer('es_ciclico').notNull().default(0),
    /** Elapsed minutes between the end of a cyclic run and the next. */
    intervaloEntreEjecuciones: integer('intervalo_entre_ejecuciones'),
    /** 'YYYY-MM-DD', both included. */
    fechaInicioVentana: text('fecha_inicio_ventana'),
    fechaFinVentana: text('fecha_fin_ventana'),
    createdAt: instant('created_at').notNull().default(nowUtc),
    updatedAt: instant('updated_at').notNull().default(nowUtc),
  },
  (t) => [index('programaciones_by_robot').on(t.robotId)],
);
