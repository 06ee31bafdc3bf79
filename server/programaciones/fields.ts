/** The form of a programación: its fields carry the names of the columns, and what it writes is made of what they mean. */
import { dateOfDay } from '#server/lib/wall-clock.ts';
import type { Calendar, DayPattern } from './occurrences.ts';
import { type CalendarColumn, type CalendarRow, defaultTolerance, type ReadCalendar, readCalendar } from './read.ts';
import { hhmm, weekdayCodes } from './rules.ts';

const columnNames: Readonly<Record<CalendarColumn, string>> = {
  tipoProgramacion: 'tipo_programacion',
  horaInicio: 'hora_inicio',
  horaFin: 'hora_fin',
  diasSemana: 'dias_semana',
  diaDelMes: 'dia_del_mes',
  diaInicioMes: 'dia_inicio_mes',
  diaFinMes: 'dia_fin_mes',
  ultimosDiasMes: 'ultimos_dias_mes',
  fechaEspecifica: 'fecha_especifica',
  tolerancia: 'tolerancia',
  esCiclico: 'es_ciclico',
  intervaloEntreEjecuciones: 'intervalo_entre_ejecuciones',
  fechaInicioVentana: 'fecha_inicio_ventana',
  fechaFinVentana: 'fecha_fin_ventana',
};
export const calendarColumns: readonly string[] = Object.values(columnNames);

export type Texts = Readonly<Record<string, string>>;

export type ProgramacionForm = {
  /** Fields of one value; the days of the week, however many boxes there were, as one. */
  readonly fields: Texts;
  /** The machines ticked; null when the form does not speak of them. */
  readonly equipoIds: readonly string[] | null;
};

/** As a browser sends it: a hidden empty `equipo_id` or `dias_semana` says that there were boxes, though none is ticked. */
export const readForm = (body: unknown): ProgramacionForm => {
  const given = typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  const textsOf = (name: string) => [given[name]].flat().filter((value) => typeof value === 'string');
  const entries = Object.keys(given)
    .filter((name) => name !== '_csrf' && name !== 'equipo_id' && textsOf(name).length > 0)
    .map((name) => [name, name === 'dias_semana' ? textsOf(name).filter(Boolean).join(',') : (textsOf(name).at(-1) ?? '')] as const);
  const equipoIds = 'equipo_id' in given ? [...new Set(textsOf('equipo_id').filter(Boolean))] : null;
  return { fields: Object.fromEntries(entries), equipoIds };
};

/** A stored row (by column name) as the calendar it is. */
export const calendarOf = (row: Readonly<Record<string, unknown>>): ReadCalendar => readCalendar(rowOf(row));

const rowOf = (row: Readonly<Record<string, unknown>>): CalendarRow =>
  Object.fromEntries(Object.entries(columnNames).map(([column, name]) => [column, row[name]])) as CalendarRow;

/** Why a calendar cannot be read, by field; the first reason of each. */
export const reasonsOf = (read: ReadCalendar): Record<string, string> =>
  read.ok ? {} : Object.fromEntries([...read.at].reverse().map(({ column, sentence }) => [columnNames[column], sentence]));

export type Columns = Readonly<Record<string, string | number | null>>;

/** What is stored of a calendar: each thing written one way only, and NULL wherever its type has no use for it. */
export const columnsOf = (calendar: Calendar, tolerance: string): Columns => ({
  ...blankColumns,
  tipo_programacion: calendar.pattern.type,
  hora_inicio: hhmm(calendar.start),
  ...patternColumns(calendar.pattern),
  tolerancia: Number(tolerance) <= 1440 && /^\d+$/.test(tolerance) ? Number(tolerance) : defaultTolerance,
  ...(calendar.cyclic && {
    es_ciclico: 1,
    hora_fin: calendar.end === null ? null : hhmm(calendar.end),
    intervalo_entre_ejecuciones: calendar.interval,
  }),
  fecha_inicio_ventana: dateOrNull(calendar.from),
  fecha_fin_ventana: dateOrNull(calendar.until),
});

const blankColumns: Columns = { ...Object.fromEntries(calendarColumns.map((name) => [name, null])), es_ciclico: 0 };
const dateOrNull = (day: number | null): string | null => (day === null ? null : dateOfDay(day));

const patternColumns = (pattern: DayPattern): Columns => {
  switch (pattern.type) {
    case 'Diaria':
      return {};
    case 'Semanal':
      return { dias_semana: pattern.weekdays.map((day) => weekdayCodes[day]).join(',') };
    case 'Mensual':
      return { dia_del_mes: pattern.day };
    case 'Especifica':
      return { fecha_especifica: dateOfDay(pattern.day) };
    case 'RangoMensual':
      return 'lastDays' in pattern ? { ultimos_dias_mes: pattern.lastDays } : { dia_inicio_mes: pattern.first, dia_fin_mes: pattern.last };
  }
};
