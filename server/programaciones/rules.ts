import { dateOfDay } from '#server/lib/wall-clock.ts';
import type { Calendar, DayPattern } from './occurrences.ts';

export const types = ['Diaria', 'Semanal', 'Mensual', 'RangoMensual', 'Especifica'] as const;
export type Type = (typeof types)[number];

/** Its page. */
export const hrefOf = (row: { readonly programacion_id: string }): string => `/programaciones/${encodeURIComponent(row.programacion_id)}`;

/** As people read them; the stored words have neither accents nor blanks. */
export const typeWords: Readonly<Record<Type, string>> = {
  Diaria: 'Diaria',
  Semanal: 'Semanal',
  Mensual: 'Mensual',
  RangoMensual: 'Rango mensual',
  Especifica: 'Específica',
};

/** The columns as the form calls them. */
export const columnLabels: Readonly<Record<string, string>> = {
  tipo_programacion: 'tipo',
  hora_inicio: 'hora de inicio',
  hora_fin: 'hora final',
  dias_semana: 'días de la semana',
  dia_del_mes: 'día del mes',
  dia_inicio_mes: 'primer día del mes',
  dia_fin_mes: 'último día del mes',
  ultimos_dias_mes: 'últimos días del mes',
  fecha_especifica: 'fecha',
  tolerancia: 'tolerancia',
  activo: 'interruptor',
  es_ciclico: 'cíclica',
  intervalo_entre_ejecuciones: 'intervalo entre ejecuciones',
  fecha_inicio_ventana: 'desde',
  fecha_fin_ventana: 'hasta',
};

export const weekdayCodes = ['Lu', 'Ma', 'Mi', 'Ju', 'Vi', 'Sa', 'Do'] as const;
export const weekdayNames = ['lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado', 'domingo'] as const;

/** When it fires, as one says it: «Lunes y miércoles a las 08:00, hasta 60 min tarde». */
export const describe = (calendar: Calendar): string => {
  const days = daysOf(calendar.pattern);
  return `${days.charAt(0).toUpperCase()}${days.slice(1)} ${hoursOf(calendar)}${datesOf(calendar)}`;
};

const list = new Intl.ListFormat('es', { type: 'conjunction' });

const daysOf = (pattern: DayPattern): string => {
  switch (pattern.type) {
    case 'Diaria':
      return 'todos los días';
    case 'Semanal':
      return pattern.weekdays.length === 7 ? 'todos los días' : list.format(pattern.weekdays.map((day) => weekdayNames[day] ?? ''));
    case 'Mensual':
      return `el día ${pattern.day} de cada mes`;
    case 'Especifica':
      return `el ${shownDate(pattern.day)}`;
    case 'RangoMensual':
      return rangeOf(pattern);
  }
};

const rangeOf = (pattern: DayPattern & { type: 'RangoMensual' }): string => {
  if (!('lastDays' in pattern)) return `del día ${pattern.first} al ${pattern.last} de cada mes`;
  return pattern.lastDays === 1 ? 'el último día de cada mes' : `los últimos ${pattern.lastDays} días de cada mes`;
};

const hoursOf = (calendar: Calendar): string => {
  const start = hhmm(calendar.start);
  if (!calendar.cyclic) return `a las ${start}, hasta ${calendar.tolerance} min tarde`;
  const pause = calendar.interval === null ? '' : `, con ${calendar.interval} min entre una y otra`;
  return `sin parar ${cyclicHours(start, calendar.start, calendar.end)}${pause}`;
};

const cyclicHours = (from: string, start: number, end: number | null): string => {
  if (end === null) return `desde las ${from} hasta el final del día`;
  return `de ${from} a ${hhmm(end)}${end > start ? '' : ' del día siguiente'}`;
};

const datesOf = ({ from, until }: Calendar): string => {
  const [first, last] = [from === null ? '' : ` desde el ${shownDate(from)}`, until === null ? '' : ` hasta el ${shownDate(until)}`];
  return first || last ? `;${first}${last}` : '';
};

/** 02/03/2026. */
const shownDate = (day: number): string => dateOfDay(day).split('-').reverse().join('/');

/** A minute of the day as it is stored and shown: 08:30. */
export const hhmm = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

type Met = { readonly robot: string; readonly tipo: string; readonly horaInicio: string; readonly equipo: string; readonly at: Date };

/** What is in the way, by its type and hour, and when they first meet. */
export const conflictSentence = ({ robot, tipo, horaInicio, equipo, at }: Met, zone: string): string => {
  const when = new Intl.DateTimeFormat('es-ES', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(at);
  return `En ${equipo} se solapa con la programación ${tipo} de las ${horaInicio} de ${robot} (por primera vez, el ${when}).`;
};
