import { ticketsForA360 } from '#server/cola/for-robot.ts';
import { restoredAt } from '#server/cola/restored.ts';
import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList, unknownHoldMs, unknownHoldsSql } from '#server/ejecuciones/estados.ts';
import type { CalendarRow } from '#server/programaciones/read.ts';
import type { Snapshot } from './pairs.ts';

/** What of a programación the decision needs, as it stands. */
export type ProgramacionRow = CalendarRow & { readonly programacionId: string; readonly robotId: string; readonly activo: number };

const dayMs = 86_400_000;
/** The longest tolerance is a day; clocks may go back an hour. */
const heldMs = 2 * dayMs;
/** Nothing runs longer: by then the conciliador has closed it. */
const longestRunMs = 32 * dayMs;
/** Of one robot at once. */
const mostStarts = 10_000;
const longestIntervalMs = 3650 * dayMs;

/** Everything the decision of that instant looks at. Call it inside `db.read` or the transaction that claims. */
export const readSnapshot = (db: Db, now: Date): Snapshot<ProgramacionRow> => {
  const ago = (ms: number) => new Date(now.getTime() - ms).toISOString();
  const all = <Row>(sql: string, values: Readonly<Record<string, string>> = {}) => db.sql(sql).all(values) as Row[];
  return {
    robots: all(robots),
    equipos: all(equipos),
    asignaciones: all(asignaciones),
    programaciones: all(programaciones),
    suspensiones: all(suspensiones, { now: now.toISOString() }),
    busy: all(busy, { unknownSince: ago(unknownHoldMs) }),
    held: all<Snapshot['held'][number]>(held, { since: ago(heldMs) }).map((one) => ({ ...one, fechaTeorica: asWritten(one.fechaTeorica) })),
    ends: all(ends, { since: ago(longestRunMs + longestInterval(db)) }),
    restoredAt: restoredAt(db),
    tickets: ticketsForA360(db, now.toISOString(), mostStarts),
  };
};

/** An instant another program wrote in its own way (without milliseconds), as this house writes it. */
const asWritten = (instant: string): string => {
  const at = Date.parse(instant);
  return Number.isNaN(at) ? instant : new Date(at).toISOString();
};

const longestInterval = (db: Db): number => {
  const minutes = Number(db.sql(`SELECT max(intervalo_entre_ejecuciones) AS minutes FROM programaciones WHERE activo = 1`).get()?.minutes);
  return Math.min(longestIntervalMs, Number.isFinite(minutes) ? minutes * 60_000 : 0);
};

const robots = `
  SELECT robot_id AS robotId, robot, activo, es_online AS esOnline, prioridad_balanceo AS prioridad, presente_en_a360 AS presente
    FROM robots WHERE kind = 'a360'`;

const equipos = `
  SELECT equipo_id AS equipoId, equipo, user_id AS userId, licencia, activo_sam AS activoSam, conectado,
         presente_en_a360 AS presente, user_activo AS userActivo
    FROM equipos WHERE equipo_id IN (SELECT equipo_id FROM asignaciones)`;

/** Those of robots nobody knows too: they are told why they do not start. */
const asignaciones = `
  SELECT asignacion_id AS asignacionId, robot_id AS robotId, equipo_id AS equipoId, es_programado AS esProgramado,
         programacion_id AS programacionId, liberando = 1 AND es_programado = 0 AND reservado = 0 AS liberando
    FROM asignaciones AS a
   WHERE NOT EXISTS (SELECT 1 FROM robots AS r WHERE r.robot_id = a.robot_id AND r.kind <> 'a360')`;

/** Of a programación `p`, as its calendar is read. */
export const programacionColumns = `p.programacion_id AS programacionId, p.robot_id AS robotId, p.activo,
  p.tipo_programacion AS tipoProgramacion, p.hora_inicio AS horaInicio, p.hora_fin AS horaFin, p.dias_semana AS diasSemana,
  p.dia_del_mes AS diaDelMes, p.dia_inicio_mes AS diaInicioMes, p.dia_fin_mes AS diaFinMes, p.ultimos_dias_mes AS ultimosDiasMes,
  p.fecha_especifica AS fechaEspecifica, p.tolerancia, p.es_ciclico AS esCiclico,
  p.intervalo_entre_ejecuciones AS intervaloEntreEjecuciones, p.fecha_inicio_ventana AS fechaInicioVentana,
  p.fecha_fin_ventana AS fechaFinVentana`;

const programaciones = `SELECT ${programacionColumns} FROM programaciones AS p`;

const suspensiones = `
  SELECT suspension_id AS suspensionId, robot_id AS robotId, equipo_id AS equipoId, motivo, hasta
    FROM suspensiones WHERE reanudada_at IS NULL AND (hasta IS NULL OR hasta > @now)`;

/** Filings hold only their own local slots, and those nobody asks for here. */
const busy = `
  SELECT equipo_id AS equipoId, user_id AS userId, robot_id AS robotId
    FROM ejecuciones WHERE estado IN ${sqlList(activeStates)}
   UNION ALL
  SELECT e.equipo_id, e.user_id, e.robot_id FROM ejecuciones AS e WHERE ${unknownHoldsSql}`;

/** From the assignments to their executions: two days of everything would be many more. */
const held = `
  SELECT e.programacion_id AS programacionId, e.equipo_id AS equipoId, e.fecha_teorica AS fechaTeorica
    FROM asignaciones AS a
    JOIN programaciones AS p ON p.programacion_id = a.programacion_id AND p.activo = 1 AND p.es_ciclico <> 1
   CROSS JOIN ejecuciones AS e INDEXED BY ejecucion_once_per_occurrence
   WHERE e.programacion_id = a.programacion_id AND e.equipo_id = a.equipo_id AND e.fecha_teorica >= @since
     AND e.programacion_id IS NOT NULL AND e.ocurrencia_libre = 0`;

/** An equipo runs one thing at a time: of the last ones of a robot there, one is the last to end. */
const ends = `
  SELECT robotId, equipoId, fechaFin FROM (
    SELECT a.robot_id AS robotId, a.equipo_id AS equipoId,
           (SELECT max(fecha_fin) FROM (
              SELECT e.fecha_fin FROM ejecuciones AS e
               WHERE e.equipo_id = a.equipo_id AND e.robot_id = a.robot_id AND e.fecha_inicio >= @since
                 AND e.fecha_fin IS NOT NULL AND e.ocurrencia_libre = 0
               ORDER BY e.fecha_inicio DESC LIMIT 3)) AS fechaFin
      FROM (SELECT DISTINCT a.robot_id, a.equipo_id
              FROM asignaciones AS a
              JOIN programaciones AS p ON p.programacion_id = a.programacion_id
             WHERE p.activo = 1 AND p.intervalo_entre_ejecuciones IS NOT NULL) AS a)
   WHERE fechaFin IS NOT NULL`;
