import type { Db } from '#server/db/open.ts';
import { dayOfDate } from '#server/lib/wall-clock.ts';
import { calendarOf, columnsOf, type Texts } from './fields.ts';
import { findMachines, type Machine, offeredMachines, type RobotChoice, type Row, robotsToSchedule } from './queries.ts';
import { type Type, types, typeWords, weekdayCodes, weekdayNames } from './rules.ts';
import { valuesOf } from './wanted.ts';

export type Field = {
  readonly name: string;
  readonly label: string;
  /** Hours are written, as `08:30`: a field of hours asks in whatever way the browser's own language has. */
  readonly kind: 'time' | 'date' | 'number' | 'text';
  readonly help: string;
  readonly value: string;
  readonly reason: string;
};

export type FormView = {
  readonly isNew: boolean;
  readonly action: string;
  /** Where the form as it is typed is looked at: its next occurrences, and the machines it searches for. */
  readonly trial: string;
  readonly robots: readonly (RobotChoice & { readonly chosen: boolean })[];
  readonly types: readonly { readonly type: Type; readonly word: string; readonly help: string; readonly checked: boolean }[];
  readonly weekdays: readonly { readonly code: string; readonly name: string; readonly checked: boolean }[];
  readonly machines: readonly (Machine & { readonly checked: boolean })[];
  /** The text machines are searched by, and what is left out. */
  readonly search: string;
  readonly left: string;
  readonly cyclic: boolean;
  readonly active: boolean;
  readonly fields: Readonly<Record<string, Field>>;
  readonly reasons: Texts;
};

const typeHelp: Readonly<Record<Type, string>> = {
  Diaria: 'Todos los días.',
  Semanal: 'Los días de la semana que se marquen.',
  Mensual: 'Un día de cada mes. Los meses que no lo tienen, descansa.',
  RangoMensual: 'Cada día de un rango del mes, o los últimos del mes.',
  Especifica: 'Una sola vez, en su fecha.',
};

const kinds: readonly (readonly [name: string, label: string, kind: Field['kind'], help: string])[] = [
  ['dia_del_mes', 'Día del mes', 'number', 'De 1 a 31.'],
  ['dia_inicio_mes', 'Primer día del mes', 'number', 'Los primeros 5 días: del 1 al 5.'],
  ['dia_fin_mes', 'Último día del mes', 'number', ''],
  ['ultimos_dias_mes', 'O los últimos días del mes', 'number', 'Cuántos, en lugar de un rango.'],
  ['fecha_especifica', 'Fecha', 'date', ''],
  [
    'hora_inicio',
    'Hora de inicio',
    'time',
    'Una hora que no existe por el cambio de hora pasa al primer minuto que sí; una que existe dos veces, a la primera.',
  ],
  ['tolerancia', 'Tolerancia (minutos)', 'number', 'Cuánto puede empezar tarde, de 0 a 1440. Con 0, un minuto.'],
  ['hora_fin', 'Hora final', 'time', 'Puede ser del día siguiente. Vacía: hasta el final del día.'],
  [
    'intervalo_entre_ejecuciones',
    'Intervalo entre ejecuciones (minutos)',
    'number',
    'Lo que se espera tras una para lanzar otra. Vacío: nada.',
  ],
  ['fecha_inicio_ventana', 'Desde', 'date', 'Vacía: desde siempre.'],
  ['fecha_fin_ventana', 'Hasta', 'date', 'Incluida. Vacía: sin final.'],
];

/** What a form is shown with. */
export type Typed = { readonly values: Texts; readonly reasons: Texts; readonly equipoIds: readonly string[] };

/** Machines that are not ticked, shown at most. */
const offered = 60;

/** The form with those values and, beside each field, why it is refused. `programacionId` null = a new one. */
export const presentForm = (db: Db, programacionId: string | null, { values, reasons, equipoIds }: Typed): FormView => {
  const path = programacionId === null ? '/programaciones' : `/programaciones/${encodeURIComponent(programacionId)}`;
  const weekdays = (values.dias_semana ?? '').split(',');
  const text = (values.buscar_equipo ?? '').trim();
  const field = ([name, label, kind, help]: (typeof kinds)[number]): Field => {
    const value = values[name] ?? '';
    return { name, label, kind: kind === 'date' && !isShowableDate(value) ? 'text' : kind, help, value, reason: reasons[name] ?? '' };
  };
  return {
    isNew: programacionId === null,
    action: path,
    trial: programacionId === null ? '/programaciones/nueva/previstas' : `${path}/previstas`,
    robots: robotsToSchedule(db).map((robot) => ({ ...robot, chosen: robot.robot_id === values.robot_id })),
    types: types.map((type) => ({ type, word: typeWords[type], help: typeHelp[type], checked: isType(values.tipo_programacion, type) })),
    weekdays: weekdayCodes.map((code, day) => ({ code, name: weekdayNames[day] ?? '', checked: weekdays.includes(code) })),
    ...machinesView(db, equipoIds, text),
    search: text,
    cyclic: values.es_ciclico === '1',
    active: values.activo === '1',
    fields: Object.fromEntries(kinds.map((kind) => [kind[0], field(kind)])),
    reasons,
  };
};

/** A field of dates would hide what is none. */
const isShowableDate = (value: string): boolean => value === '' || dayOfDate(value) !== null;

const isType = (value: string | undefined, type: Type): boolean => (value ?? '').toLowerCase() === type.toLowerCase();

/** Those ticked come first, wherever they rest; then those in use that match. */
const machinesView = (db: Db, equipoIds: readonly string[], text: string): Pick<FormView, 'machines' | 'left'> => {
  const ticked = findMachines(db, equipoIds).map((machine) => ({ ...machine, checked: true }));
  const others = offeredMachines(db, text, offered + equipoIds.length + 1).filter(({ equipo_id: id }) => !equipoIds.includes(id));
  return {
    machines: [...ticked, ...others.slice(0, offered).map((machine) => ({ ...machine, checked: false }))],
    left: others.length > offered ? 'Hay más equipos: escriba parte del nombre y pulse «Buscar».' : '',
  };
};

/** A stored row as its form shows it: as it is understood where it can be read, else as it stands. */
export const shownValues = (row: Row): Texts => {
  const values = valuesOf(row);
  const read = calendarOf(row);
  if (!read.ok) return values;
  const columns = Object.entries(columnsOf(read.calendar, values.tolerancia ?? '')).map(([name, value]) => [name, String(value ?? '')]);
  return { ...values, ...Object.fromEntries(columns) };
};
