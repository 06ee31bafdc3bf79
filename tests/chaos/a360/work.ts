import Database from 'better-sqlite3';
import { settings } from '#server/settings.ts';
import { until } from '../doors.ts';

/** Machines the campaign's Control Room has besides its sample's; a lost launch holds one of them for three minutes. */
export const furtherMachines = 40;

const first = 1001;
const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => String(first + from + index));

/** A robot that is always at work on these, and one that has occurrences to start on those. */
const online = { robotId: '4712', equipos: ids(0, 20) };
const scheduled = { robotId: '4713', equipos: ids(20, 20) };
/** Machines one occurrence starts on. */
const abreast = 4;

const write = <T>(file: string, work: (db: Database.Database) => T): T => {
  const db = new Database(file, { fileMustExist: true, timeout: 10_000 });
  try {
    return db.transaction(work).immediate(db);
  } finally {
    db.close();
  }
};

/** Its machines are known, and half of them belong to the robot that is always at work. As another program would: by SQL. */
export const settleIn = async (file: string): Promise<void> => {
  const known = 'SELECT count(*) FROM equipos WHERE equipo_id IN (SELECT value FROM json_each(?)) AND conectado = 1';
  const all = JSON.stringify([...online.equipos, ...scheduled.equipos]);
  const count = () => write(file, (db) => db.prepare(known).pluck().get(all) as number);
  await until('la sincronización de los equipos', () => count() === furtherMachines);
  write(file, (db) =>
    db
      .prepare("INSERT INTO asignaciones (robot_id, equipo_id, reservado, asignado_por) SELECT ?, value, 1, 'campaña' FROM json_each(?)")
      .run(online.robotId, JSON.stringify(online.equipos)),
  );
};

/** One occurrence, due now and for an hour, on four machines in turn. @param nth which death it is for */
export const scheduleOne = (file: string, nth: number, now: Date): void => {
  const [fecha, hora] = inZone(now);
  const programacionId = `campaña-${nth}`;
  const from = (nth * abreast) % scheduled.equipos.length;
  write(file, (db) => {
    db.prepare(
      `INSERT INTO programaciones (programacion_id, robot_id, tipo_programacion, hora_inicio, fecha_especifica, tolerancia)
       VALUES (?, ?, 'Especifica', ?, ?, 60)`,
    ).run(programacionId, scheduled.robotId, hora, fecha);
    db.prepare(
      `INSERT INTO asignaciones (robot_id, equipo_id, es_programado, programacion_id, asignado_por)
       SELECT ?, value, 1, ?, 'campaña' FROM json_each(?)`,
    ).run(scheduled.robotId, programacionId, JSON.stringify(scheduled.equipos.slice(from, from + abreast)));
  });
};

/** Date and hour by the clocks of the usual zone. */
const inZone = (now: Date): [string, string] => {
  const told = now.toLocaleString('sv-SE', { timeZone: settings.TZ_NEGOCIO.fallback, dateStyle: 'short', timeStyle: 'short' });
  return told.split(' ') as [string, string];
};
