import { raise } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { closeRun } from '#server/ejecuciones/close-run.ts';
import type { Unbegun } from '#server/ejecuciones/end-filing.ts';
import { restAfter } from '#server/ejecuciones/rules.ts';
import { A360Error, type A360Failure } from '#server/gateways/a360/a360.ts';
import { record } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { type Suspension, suspender } from '#server/robots/suspender.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Claim } from './claim.ts';
import { endStreak, isWorthTelling, type Streak } from './streak.ts';

/** Avisos of launching that are not a suspension's. */
export const claves = { equipo: (equipoId: string): string => `equipo_412:${equipoId}`, servidor: 'a360_lanzar' } as const;

const hourMs = 3_600_000;

/** Failures that leave the occurrence open: it may be tried again until its tolerance ends. The rest consume it. */
const passing: ReadonlySet<A360Failure> = new Set(['equipo_ocupado', 'red', 'servidor', 'ritmo', 'credenciales', 'respuesta']);

/** Whom it is about, by the names the Control Room shows. */
const factsOf = ({ robot, equipo, usuario }: Claim): Record<string, string> => ({
  Robot: robot,
  Equipo: equipo,
  ...(usuario ? { Usuario: usuario } : {}),
});

/** What is suspended because of a failure that will not mend itself; null for those that may. */
const suspensionOf = (claim: Claim, error: A360Error, now: Date): Suspension | null => {
  const { robotId, equipoId, robot, equipo } = claim;
  const codigo = error.code;
  switch (error.failure) {
    case 'equipo_config':
      return {
        ...{ robotId: null, equipoId, codigo, titulo: `El usuario de ${equipo} no lo tiene como equipo por defecto` },
        motivo: `${error.message} Póngaselo en A360; se vuelve a probar dentro de una hora.`,
        acciones: [
          `Asigne ${equipo} en el Control Room como equipo por defecto de su usuario.`,
          'Para no esperar la hora, reanude el equipo en Equipos.',
        ],
        hasta: new Date(now.getTime() + hourMs).toISOString(),
      };
    case 'usuario':
      return {
        ...{ robotId: null, equipoId, codigo, titulo: `El usuario de ${equipo} no sirve en A360`, hasta: null },
        motivo: `${error.message} Corrija ese usuario en A360 y reanude el equipo.`,
        acciones: [`Active en el Control Room el usuario de ${equipo}, o póngale otro.`, 'Reanude el equipo en Equipos.'],
      };
    case 'robot':
      return {
        ...{ robotId, equipoId: null, codigo, titulo: `${robot} no tiene ningún equipo compatible en A360`, hasta: null },
        motivo: `${error.message} Corríjalo en A360 y reanude el robot.`,
        acciones: ['Mire en el Control Room qué equipos y licencias admite ese robot.', `Reanude ${robot} en Robots.`],
      };
    case 'config':
    case 'permiso':
      return {
        ...{ robotId, equipoId, codigo, titulo: `A360 no admite lanzar ${robot} en ${equipo}`, hasta: null },
        motivo: `${error.message} Corríjalo y reanude la asignación.`,
        acciones: [
          'Mire en el Control Room lo que dice esa respuesta: el robot, su usuario y sus permisos.',
          `Reanude la asignación en la página de ${robot}.`,
        ],
      };
    default:
      return null;
  }
};

/**
 * Closes a row A360 refused, and draws the consequences: suspension and aviso for what a person must mend, the count of an equipo
 * that is never ready.
 * @param streak launches in a row, this one included, that A360 itself has failed at
 */
export const writeRefused = async (deps: Deps, claim: Claim, error: A360Error, streak: Streak | null): Promise<void> => {
  const { db, clock, hub, wake } = deps;
  await db.write(() => {
    const at = isoNow(clock);
    const free = passing.has(error.failure) ? { ocurrenciaLibre: true as const } : {};
    const refused = { ejecucionId: claim.ejecucionId, estado: 'DEPLOY_FAILED', origen: 'lanzador', mensaje: error.message } as const;
    closeRun(db, at, { ...refused, ...free, unbegun: requeueOf(deps, claim, error) });
    db.sql('UPDATE ejecuciones SET error_code = ? WHERE ejecucion_id = ?').run(error.code, claim.ejecucionId);
    const suspension = suspensionOf(claim, error, clock.now());
    if (suspension) suspender(db, at, { ...suspension, datos: factsOf(claim) });
    if (error.failure === 'equipo_ocupado') tellNeverReady(deps, at, claim, error);
    tellServer(deps, at, error, streak);
  });
  if (error.failure === 'usuario') wake('sincronizar');
  hub.changed({ entity: 'ejecucion', id: claim.ejecucionId });
};

/** Nothing began, so the trámite goes back: at once where the pair is suspended, else after the usual rest. */
const requeueOf = ({ db, clock, config }: Deps, { tramite }: Claim, { failure, code, message }: A360Error): Unbegun => {
  if (tramite === null || !passing.has(failure)) return { verb: 'requeue', code, message, notBefore: null };
  const failures = db.sql('SELECT transient_failures AS n FROM tramite_queue WHERE id = ?').get(tramite.id)?.n as number | undefined;
  const rest = restAfter((failures ?? 0) + 1, readLiveSettings(db, config).REINTENTO_BASE_SEG, Math.random());
  return { verb: 'requeue', code, message, notBefore: new Date(clock.now().getTime() + rest).toISOString() };
};

const failing: Readonly<Record<string, string>> = {
  servidor: 'A360 falla al lanzar',
  red: 'A360 no contesta cuando se lanza',
  respuesta: 'A360 contesta a los lanzamientos algo que no se entiende',
  ritmo: 'A360 pide esperar una y otra vez y no lanza nada',
};

const tellServer = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, at: string, error: Error, streak: Streak | null): void => {
  if (!(error instanceof A360Error) || streak === null || !isWorthTelling(streak, error.failure, clock.now().getTime())) return;
  if (isLaunching(db, streak)) {
    // What comes after it may be another matter, and is counted anew.
    endStreak(db);
    return;
  }
  raise(db, at, {
    ...{ clave: claves.servidor, nivel: error.failure === 'ritmo' ? 'ALTO' : 'CRITICO', ambito: 'SISTEMA', naturaleza: 'TRANSITORIO' },
    titulo: failing[error.failure] ?? 'A360 falla al lanzar',
    detalle: `${error.message} Van ${streak.times} lanzamientos seguidos; se vuelve a intentar en cada ciclo.`,
    acciones: ['Abra el Control Room y mire si lanza algo a mano.', 'Si no, avise a quien lo lleva, con la hora y esta respuesta.'],
  });
};

/** Answers get lost and the runs begin all the same: the conciliador has found one of them. */
const isLaunching = (db: Db, { since }: Streak): boolean =>
  db.sql('SELECT 1 FROM ejecuciones WHERE deployment_id IS NOT NULL AND fecha_inicio >= ? LIMIT 1').get(new Date(since).toISOString()) !==
  undefined;

const tellNeverReady = ({ db, config }: Deps, at: string, claim: Claim, error: A360Error): void => {
  const { equipo, equipoId } = claim;
  const times = refusalsInARow(db, equipoId);
  if (times < readLiveSettings(db, config).LANZADOR_ALERTAS_ERROR_412_UMBRAL) return;
  raise(db, at, {
    ...{ clave: claves.equipo(equipoId), nivel: 'ALTO', ambito: 'EQUIPO', naturaleza: 'UMBRAL' },
    titulo: `${equipo} rechaza todos los lanzamientos`,
    detalle: `${error.message} Van ${times} seguidos.`,
    datos: factsOf(claim),
    acciones: [`Mire si ${equipo} está encendido, conectado a A360 y libre.`, 'Si va para largo, póngalo en mantenimiento en Equipos.'],
  });
};

/** Launches, not attempts, since the last one that A360 took there. */
const refusalsInARow = (db: Db, equipoId: string): number =>
  db
    .sql(
      `SELECT count(*) AS n FROM ejecuciones
        WHERE equipo_id = @equipoId AND error_code = 'a360_equipo_ocupado'
          AND fecha_inicio > coalesce((SELECT max(fecha_inicio) FROM ejecuciones WHERE equipo_id = @equipoId AND deployment_id IS NOT NULL), '')`,
    )
    .get({ equipoId })?.n as number;

/**
 * Nobody knows whether A360 launched it: its row stays as it is, and the conciliador looks for the run.
 * @param streak see writeRefused
 */
export const writeLost = async (deps: Deps, claim: Claim, error: Error, streak: Streak | null): Promise<void> => {
  const { db, clock, hub } = deps;
  const { message } = error;
  const code = codeOf(error);
  await db.write(() => {
    const at = isoNow(clock);
    const { changes } = db
      .sql(`UPDATE ejecuciones SET error_code = @code, mensaje = @message WHERE ejecucion_id = @id AND estado = 'PENDING_EXECUTION'`)
      .run({ id: claim.ejecucionId, code, message });
    if (changes > 0) record(db, at, { entity: 'ejecucion', entityId: claim.ejecucionId, kind: 'launch_lost', data: { message } });
    tellServer(deps, at, error, streak);
  });
  hub.changed({ entity: 'ejecucion', id: claim.ejecucionId });
};

/** A proxy's 502 or 504 is nobody's answer: the Control Room behind it may still be at it. */
const codeOf = (error: Error): string => {
  if (!(error instanceof A360Error)) return 'error_inesperado';
  return error.status === 502 || error.status === 504 ? 'a360_red' : error.code;
};
