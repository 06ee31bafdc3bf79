import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { conflictsOf } from './conflicts.ts';
import { type Columns, calendarColumns, calendarOf, columnsOf, type ProgramacionForm, reasonsOf, type Texts } from './fields.ts';
import type { Calendar } from './occurrences.ts';
import { findMachines, findRow, machinesOf, type Row, robotsToSchedule } from './queries.ts';
import { conflictSentence } from './rules.ts';

/** What a form asks for, once nothing speaks against it. */
export type Wanted = {
  readonly robotId: string;
  readonly columns: Columns;
  readonly calendar: Calendar;
  readonly active: boolean;
  readonly equipoIds: readonly string[];
};

/** What every verb here needs. */
export type ProgramacionesDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'hub'>;
type Looking = Pick<Deps, 'db' | 'clock' | 'config'>;

/** @throws NotFoundError */
export const findOrThrow = (db: Db, programacionId: string): Row => {
  const row = findRow(db, programacionId);
  if (!row) throw new NotFoundError('Esa programación no existe, o ya se ha borrado.');
  return row;
};

/** The ids of the machines it has. */
export const equiposOf = (db: Db, programacionId: string): string[] =>
  (machinesOf(db, [programacionId]).get(programacionId) ?? []).map((machine) => machine.equipo_id);

/**
 * The form over what is stored (`before`, null for a new one). Fields that are not sent stay as they are.
 * @throws InvalidInputError with a sentence per field; what overlaps is told at `equipo_id`.
 */
export const wantedOf = (deps: Looking, before: Row | null, form: ProgramacionForm): Wanted => {
  const { db } = deps;
  const fields: Texts = { ...(before ? valuesOf(before) : blankValues), ...form.fields };
  const read = calendarOf(fields);
  const assigned = before ? equiposOf(db, before.programacion_id) : [];
  const equipoIds = form.equipoIds ?? assigned;
  const active = readSwitch(fields.activo);
  const reasons = {
    ...robotReason(db, before, fields),
    ...reasonsOf(read),
    ...(active === null && { activo: 'El interruptor (activo) debe ser 1 o 0.' }),
    ...machinesReason(db, equipoIds, assigned),
  };
  refuse(reasons);
  if (!read.ok || active === null) throw new Error('a calendar that does not read had no reason');
  const { calendar } = read;
  if (active) refuseConflicts(deps, { programacionId: before?.programacion_id ?? null, equipoIds, calendar });
  return {
    robotId: before?.robot_id ?? (fields.robot_id as string),
    columns: columnsOf(calendar, fields.tolerancia ?? ''),
    ...{ calendar, active, equipoIds },
  };
};

/** @throws InvalidInputError unless there is nothing to tell. */
export const refuse = (reasons: Record<string, string>): void => {
  if (Object.keys(reasons).length > 0) throw new InvalidInputError(reasons);
};

/** @throws InvalidInputError naming each programación that is in the way. */
export const refuseConflicts = (deps: Looking, asked: Parameters<typeof conflictsOf>[3]): void => {
  const zone = deps.config.TZ_NEGOCIO;
  const conflicts = conflictsOf(deps.db, zone, deps.clock.now(), asked);
  if (conflicts.length === 0) return;
  const told = conflicts.slice(0, 5).map((conflict) => conflictSentence(conflict, zone));
  const more = conflicts.length > 5 ? [`Y ${conflicts.length - 5} solapes más.`] : [];
  throw new InvalidInputError({ equipo_id: [...told, ...more].join(' ') });
};

/** A stored row as texts, as a form holds them. */
export const valuesOf = (row: Row): Texts =>
  Object.fromEntries(['robot_id', 'activo', ...calendarColumns].map((name) => [name, String(row[name] ?? '')]));

/** What a new one begins with. */
export const blankValues: Texts = { activo: '1', es_ciclico: '0', tolerancia: '60' };

/** `on` is what a ticked box sends when its page gives it no value. */
export const readSwitch = (text: string | undefined): boolean | null => {
  if (['1', 'on', 'true'].includes(text ?? '')) return true;
  return ['0', '', 'false'].includes(text ?? '') ? false : null;
};

const robotReason = (db: Db, before: Row | null, { robot_id: robotId = '' }: Texts): Record<string, string> => {
  if (before) return robotId === before.robot_id ? {} : { robot_id: 'El robot de una programación no se puede cambiar: añada otra.' };
  if (robotId === '') return { robot_id: 'Elija un robot.' };
  return robotsToSchedule(db).some((robot) => robot.robot_id === robotId)
    ? {}
    : { robot_id: `«${robotId}» no es ningún robot de A360: solo esos se programan.` };
};

/** Machines that are there already may stay though they rest meanwhile. */
const machinesReason = (db: Db, equipoIds: readonly string[], assigned: readonly string[]): Record<string, string> => {
  if (equipoIds.length === 0) return { equipo_id: 'Elija al menos un equipo.' };
  const coming = equipoIds.filter((id) => !assigned.includes(id));
  const found = findMachines(db, coming);
  const unknown = coming.filter((id) => !found.some((machine) => machine.equipo_id === id));
  if (unknown.length > 0) return { equipo_id: `No hay ningún equipo «${unknown.join('», «')}».` };
  const resting = found.filter((machine) => machine.activo_sam !== 1).map((machine) => machine.equipo);
  return resting.length === 0 ? {} : { equipo_id: `En mantenimiento, no se puede programar: ${resting.join(', ')}.` };
};
