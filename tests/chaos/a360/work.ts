import Database from 'better-sqlite3';
import { lastOrdinaryId } from '#server/demo/source/recurso.ts';
import { settings } from '#server/settings.ts';
import { until } from '../doors.ts';
import { botUser } from '../scene.ts';

/** Machines the campaign's Control Room has besides its sample's; a lost launch holds one of them for three minutes. */
export const furtherMachines = 52;

const first = 1001;
const ids = (from: number, count: number): string[] => Array.from({ length: count }, (_, index) => String(first + from + index));

/** A robot that is always at work on these, and one that has occurrences to start on those. */
const online = { robotId: '4712', equipos: ids(0, 20) };
const scheduled = { robotId: '4713', equipos: ids(20, 20) };
/** And one that files for an organismo: each trámite once. */
const filing = { robotId: '4720', site: 'registro_a360', equipos: ids(40, 12), each: 3 };
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

/** Its machines are known, and belong to the robot that is always at work and to the one that files, but for the scheduled ones. As another program would: by SQL. */
export const settleIn = async (file: string): Promise<void> => {
  const known = 'SELECT count(*) FROM equipos WHERE equipo_id IN (SELECT value FROM json_each(?)) AND conectado = 1';
  const all = JSON.stringify([...online.equipos, ...scheduled.equipos, ...filing.equipos]);
  const count = () => write(file, (db) => db.prepare(known).pluck().get(all) as number);
  await until('la sincronización de los equipos', () => count() === furtherMachines);
  write(file, (db) => {
    const assign = db.prepare(
      "INSERT INTO asignaciones (robot_id, equipo_id, reservado, asignado_por) SELECT ?, value, 1, 'campaña' FROM json_each(?)",
    );
    for (const { robotId, equipos } of [online, filing]) assign.run(robotId, JSON.stringify(equipos));
    db.prepare('UPDATE robots SET es_online = 1 WHERE robot_id = ?').run(filing.robotId);
    db.prepare("INSERT INTO organismo_config (site_id, robot, modo, active) VALUES (?, ?, 'enviar', 0)").run(filing.site, filing.robotId);
  });
};

/** The robot that is always at work goes on with the machines of the demo alone: some launches a second, not dozens. */
export const leaveFewAtWork = (file: string): void =>
  write(file, (db) => {
    db.prepare("DELETE FROM asignaciones WHERE robot_id = ? AND asignado_por = 'campaña'").run(online.robotId);
  });

/** A few trámites more for the robot that files, ours at the source too. @param nth which death they are for */
export const queueSome = (file: string, source: string, nth: number): void => {
  const added = Array.from({ length: filing.each }, (_, index) => String(lastOrdinaryId + 1 + nth * filing.each + index));
  write(source, (db) => {
    const insert = db.prepare(
      "INSERT INTO RecursosExp (idRecurso, Expedient, Organisme, TExp, Estado, UsuarioAsignado) VALUES (?, ?, 'REGISTRO A360', 1, 0, ?)",
    );
    for (const id of added) insert.run(Number(id), `A360/${id}`, botUser);
  });
  write(file, (db) => {
    const claim = db.prepare(
      "INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, state) VALUES (?, ?, 2, 0, 'claimed')",
    );
    const queue = db.prepare("INSERT INTO tramite_queue (site_id, resource_id, expediente, payload) VALUES (?, ?, ?, '{}')");
    for (const id of added) {
      claim.run(id, filing.site);
      queue.run(filing.site, id, `A360/${id}`);
    }
  });
};

export const filingsEach = filing.each;

/** What stands in the queue of those. */
export const filingsSql = `SELECT expediente, status, result ->> 'numero' AS numero, error_code AS code FROM tramite_queue WHERE site_id = '${filing.site}'`;

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
