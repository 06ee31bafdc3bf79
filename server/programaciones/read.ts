/** A row of `programaciones`, as anybody may have written it, read as a calendar: or the sentences that say why it is none. */
import { dayOfDate } from '#server/lib/wall-clock.ts';
import type { Calendar, DayPattern } from './occurrences.ts';

const columns = [
  ...(['tipoProgramacion', 'horaInicio', 'horaFin', 'diasSemana', 'diaDelMes', 'diaInicioMes', 'diaFinMes', 'ultimosDiasMes'] as const),
  ...(['fechaEspecifica', 'tolerancia', 'esCiclico', 'intervaloEntreEjecuciones', 'fechaInicioVentana', 'fechaFinVentana'] as const),
];
export type CalendarColumn = (typeof columns)[number];
/** SQLite keeps whatever it is given: nothing is believed of the values. */
export type CalendarRow = Readonly<Record<CalendarColumn, unknown>>;

export type Problem = { readonly column: CalendarColumn; readonly sentence: string };
export type ReadCalendar =
  | { readonly ok: true; readonly calendar: Calendar }
  | { readonly ok: false; readonly problems: readonly string[]; readonly at: readonly Problem[] };

/** Never throws. Columns that its type does not use are not looked at. */
export const readCalendar = (row: CalendarRow): ReadCalendar => {
  const problems: Problem[] = [];
  const calendar = read(createReader(row, problems));
  if (problems.length === 0 && calendar !== null) return { ok: true, calendar };
  return { ok: false, problems: problems.map(({ sentence }) => sentence), at: problems };
};

type Reader = ReturnType<typeof createReader>;

/** Each answers null for what is not there, and also for what is wrong: that is told apart by the problem it leaves. */
const createReader = (row: CalendarRow, problems: Problem[]) => {
  const told = (column: CalendarColumn, sentence: string): null => {
    problems.push({ column, sentence });
    return null;
  };
  const textOf = (column: CalendarColumn): string => {
    const value = row[column];
    if (value === null || value === undefined) return '';
    return typeof value === 'object' ? '(ilegible)' : String(value).trim();
  };
  const wholeOf = (column: CalendarColumn, what: string, [least, most]: readonly [number, number]): number | null => {
    const text = textOf(column);
    if (text === '') return null;
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    const limits = most === Number.POSITIVE_INFINITY ? `de ${least} en adelante` : `entre ${least} y ${most}`;
    return told(column, `${what} debe ser un número entero ${limits}, y es «${text}».`);
  };
  const timeOf = (column: CalendarColumn, what: string): number | null => {
    const text = textOf(column);
    if (text === '') return null;
    const [, hours, minutes] = /^(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)?$/.exec(text) ?? [];
    if (Number(hours) < 24 && Number(minutes) < 60) return Number(hours) * 60 + Number(minutes);
    return told(column, `${what} debe ser una hora como 08:30, y es «${text}».`);
  };
  const dateOf = (column: CalendarColumn, what: string): number | null => {
    const text = textOf(column);
    if (text === '') return null;
    return dayOfDate(text) ?? told(column, `${what} debe ser una fecha como 2026-03-02, y es «${text}».`);
  };
  return { told, textOf, wholeOf, timeOf, dateOf, has: (column: CalendarColumn) => textOf(column) !== '' };
};

const read = (reader: Reader): Calendar | null => {
  const flag = reader.textOf('esCiclico').toLowerCase();
  const cyclic = flag === '1' || flag === 'true';
  if (!cyclic && !['', '0', 'false'].includes(flag)) reader.told('esCiclico', `Si es cíclica debe ser 0 o 1, y es «${flag}».`);
  const pattern = patternOf(reader, cyclic);
  const start = reader.timeOf('horaInicio', 'La hora de inicio');
  if (!reader.has('horaInicio')) reader.told('horaInicio', 'Falta la hora de inicio.');
  const [from, until] = [reader.dateOf('fechaInicioVentana', 'Desde'), reader.dateOf('fechaFinVentana', 'Hasta')];
  if (from !== null && until !== null && from > until) reader.told('fechaFinVentana', 'La fecha final no puede ser anterior a la inicial.');
  const rest = cyclic ? cyclicOf(reader, start) : ({ cyclic, tolerance: toleranceOf(reader) } as const);
  return pattern === null || start === null ? null : { pattern, start, from, until, ...rest };
};

/** The end of one that runs once comes from its tolerance, whatever stands in `hora_fin`; one without tolerance still has a minute. */
const toleranceOf = (reader: Reader): number => Math.max(1, reader.wholeOf('tolerancia', 'La tolerancia', [0, 1440]) ?? defaultTolerance);
export const defaultTolerance = 60;

const cyclicOf = (reader: Reader, start: number | null) => {
  const end = reader.timeOf('horaFin', 'La hora final');
  if (end !== null && end === start) reader.told('horaFin', 'La hora final no puede ser la misma que la de inicio.');
  const interval = reader.wholeOf('intervaloEntreEjecuciones', 'El intervalo', [1, Number.POSITIVE_INFINITY]);
  return { cyclic: true, end, interval } as const;
};

const patternOf = (reader: Reader, cyclic: boolean): DayPattern | null => {
  switch (plain(reader.textOf('tipoProgramacion')).replace(/[\s_-]/g, '')) {
    case 'diaria':
      return { type: 'Diaria' };
    case 'semanal':
      return weekly(reader);
    case 'mensual':
      return monthly(reader);
    case 'rangomensual':
      return monthRange(reader);
    case 'especifica':
      return cyclic ? reader.told('tipoProgramacion', 'Una programación de fecha específica no puede ser cíclica.') : onDate(reader);
    case '':
      return reader.told('tipoProgramacion', 'Falta el tipo de programación.');
    default:
      return reader.told('tipoProgramacion', `No hay ningún tipo de programación «${reader.textOf('tipoProgramacion')}».`);
  }
};

const weekly = (reader: Reader): DayPattern | null => {
  const words = reader
    .textOf('diasSemana')
    .split(/[\s,;|/]+/)
    .filter(Boolean);
  if (words.length === 0) return reader.told('diasSemana', 'Falta algún día de la semana.');
  const found = words.map((word) => weekdays.findIndex((name) => [name, name.slice(0, 2)].includes(plain(word))));
  const unknown = words.filter((_, index) => found[index] === -1);
  if (unknown.length > 0)
    return reader.told('diasSemana', `«${unknown.join(', ')}» no es ningún día: se escriben Lu, Ma, Mi, Ju, Vi, Sa, Do.`);
  return { type: 'Semanal', weekdays: [...new Set(found)].sort() };
};

const monthly = (reader: Reader): DayPattern | null => {
  const day = reader.wholeOf('diaDelMes', 'El día del mes', [1, 31]);
  if (!reader.has('diaDelMes')) reader.told('diaDelMes', 'Falta el día del mes.');
  return day === null ? null : { type: 'Mensual', day };
};

const monthRange = (reader: Reader): DayPattern | null => {
  const lastDays = reader.wholeOf('ultimosDiasMes', 'Los últimos días del mes', [1, 31]);
  const first = reader.wholeOf('diaInicioMes', 'El primer día', [1, 31]);
  const last = reader.wholeOf('diaFinMes', 'El último día', [1, 31]);
  const hasRange = reader.has('diaInicioMes') || reader.has('diaFinMes');
  if (hasRange === reader.has('ultimosDiasMes'))
    return reader.told('diaInicioMes', 'Hay que dar o un primer y un último día del mes, o cuántos de los últimos: una de las dos cosas.');
  if (lastDays !== null) return { type: 'RangoMensual', lastDays };
  if (hasRange && !(reader.has('diaInicioMes') && reader.has('diaFinMes')))
    return reader.told('diaFinMes', 'Del rango de días faltan el primero o el último.');
  if (first === null || last === null) return null;
  return first <= last
    ? { type: 'RangoMensual', first, last }
    : reader.told('diaFinMes', 'El último día del rango no puede ser anterior al primero.');
};

const onDate = (reader: Reader): DayPattern | null => {
  const day = reader.dateOf('fechaEspecifica', 'La fecha');
  if (!reader.has('fechaEspecifica')) reader.told('fechaEspecifica', 'Falta la fecha.');
  return day === null ? null : { type: 'Especifica', day };
};

/** Monday first; the two letters of their code are the first ones. */
export const weekdays = ['lunes', 'martes', 'miercoles', 'jueves', 'viernes', 'sabado', 'domingo'] as const;

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
