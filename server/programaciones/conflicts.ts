import type { Db } from '#server/db/open.ts';
import { calendarOf } from './fields.ts';
import type { Calendar } from './occurrences.ts';
import { firstMeeting, spansAhead } from './overlap.ts';

/** Another programación that would want one of the machines at the same time. */
export type Conflict = {
  readonly programacionId: string;
  readonly robot: string;
  /** Its type and hour as they are stored. */
  readonly tipo: string;
  readonly horaInicio: string;
  readonly equipoId: string;
  readonly equipo: string;
  /** The first instant at which both would. */
  readonly at: Date;
};

export type Asked = {
  /** The one that asks, which never conflicts with itself; null for one that does not exist yet. */
  readonly programacionId: string | null;
  readonly equipoIds: readonly string[];
  readonly calendar: Calendar;
};

/**
 * Every active programación that would want one of those machines while `calendar` does, now or in the next thirteen months: one
 * per machine and programación. Rows that do not read as a calendar never fire, and are in nobody's way.
 */
export const conflictsOf = (db: Db, zone: string, now: Date, { programacionId, equipoIds, calendar }: Asked): Conflict[] => {
  const others = othersOn(db, programacionId, equipoIds);
  if (others.length === 0) return [];
  const mine = spansAhead(calendar, zone, now);
  const meetings = new Map<string, Date | null>();
  return others.flatMap((row) => {
    const id = row.programacion_id;
    if (!meetings.has(id)) {
      const read = calendarOf(row);
      meetings.set(id, read.ok ? firstMeeting(mine, spansAhead(read.calendar, zone, now)) : null);
    }
    const at = meetings.get(id);
    if (!at) return [];
    const { robot, equipo_id: equipoId, equipo } = row;
    return [{ programacionId: id, robot, tipo: row.tipo_programacion, horaInicio: row.hora_inicio, equipoId, equipo, at }];
  });
};

type Other = Readonly<Record<string, unknown>> &
  Readonly<Record<'programacion_id' | 'robot' | 'equipo_id' | 'equipo' | 'tipo_programacion' | 'hora_inicio', string>>;

const othersOn = (db: Db, programacionId: string | null, equipoIds: readonly string[]): Other[] =>
  db
    .sql(
      `SELECT p.*, coalesce(r.robot, p.robot_id) AS robot, a.equipo_id, coalesce(e.equipo, a.equipo_id) AS equipo
       FROM asignaciones a JOIN programaciones p ON p.programacion_id = a.programacion_id
         LEFT JOIN robots r ON r.robot_id = p.robot_id LEFT JOIN equipos e ON e.equipo_id = a.equipo_id
       WHERE a.es_programado = 1 AND p.activo = 1 AND p.programacion_id IS NOT @programacionId
         AND a.equipo_id IN (SELECT value FROM json_each(@equipoIds))
       ORDER BY equipo, p.hora_inicio, p.programacion_id`,
    )
    .all({ programacionId, equipoIds: JSON.stringify(equipoIds) }) as unknown as Other[];
