import { type TakenTramite, takeNext } from '#server/cola/take-next.ts';
import type { Db } from '#server/db/open.ts';
import { record } from '#server/historial/record.ts';
import { newId } from '#server/lib/ids.ts';
import type { Servable, Slots } from '#server/robots/rules.ts';
import { activeStates, sqlList } from './estados.ts';
import { isLimited, shareSlots } from './share.ts';
import { slotsAtWork } from './slots-at-work.ts';

/** An attempt that has begun: its ejecución is open, its trámite `processing`, its slot taken. */
export type OpenedAttempt = {
  readonly ejecucionId: string;
  readonly slot: string;
  readonly tramite: TakenTramite;
  readonly servable: Servable;
};

/** What an ejecución is opened with: enough of a Servable. */
export type Workable = Pick<Servable, 'robotId'> &
  Partial<Pick<Servable, 'slots'>> & { readonly form: { readonly steps: readonly string[] } };

const insert = `
  INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fase, fecha_inicio, origen, tramite_id, intento, planned_steps)
  VALUES (?, ?, ?, 'RUNNING', 'preparing', ?, 'cola', ?, ?, ?)`;

/**
 * Takes the next due trámite of those organismos, as they share the slots, and opens its attempt on that slot; null when there is nothing to take.
 * Call inside a transaction.
 */
export const openNext = <S extends Workable>(
  db: Db,
  now: Date,
  slot: string,
  servable: ReadonlyMap<string, S>,
): { ejecucionId: string; slot: string; tramite: TakenTramite; servable: S } | null => {
  const at = now.toISOString();
  const groups = groupsOf(db, servable);
  for (;;) {
    const tramite = takeFrom(db, at, groups);
    if (!tramite) return null;
    if (isAlreadyRunning(db, tramite)) continue;
    const site = servable.get(tramite.siteId) as S;
    const ejecucionId = newId(now);
    const steps = JSON.stringify(site.form.steps);
    db.sql(insert).run(ejecucionId, site.robotId, slot, at, tramite.id, tramite.attempt, steps);
    const data = { attempt: tramite.attempt, robot: site.robotId, equipo: slot, ejecucion: ejecucionId };
    record(db, at, { entity: 'tramite', entityId: tramite.id, kind: 'started', data });
    return { ejecucionId, slot, tramite, servable: site };
  }
};

/** While nobody has a minimum or a maximum, nothing is counted. */
const groupsOf = (db: Db, servable: ReadonlyMap<string, Workable>): readonly (readonly string[])[] => {
  const sites = [...servable].map(([siteId, { slots = noLimits }]) => ({ siteId, ...slots }));
  const atWork = sites.some(isLimited) ? slotsAtWork(db) : noneAtWork;
  return shareSlots(sites.map((site) => ({ ...site, atWork: atWork.get(site.siteId) ?? 0 })));
};

const noneAtWork: ReadonlyMap<string, number> = new Map();
const noLimits: Slots = { min: 0, max: -1, prioridad: 100 };

const takeFrom = (db: Db, at: string, groups: readonly (readonly string[])[]): TakenTramite | null => {
  for (const sites of groups) {
    const tramite = takeNext(db, at, sites);
    if (tramite) return tramite;
  }
  return null;
};

/** The cast keeps SQLite from planning the statement anew at every call (cola/take-next.ts). */
const runningSql = `
  SELECT intento FROM ejecuciones INDEXED BY ejecuciones_by_tramite
   WHERE tramite_id = CAST(? AS INTEGER) AND (estado IN ${sqlList(activeStates)} OR (estado = 'UNKNOWN' AND fecha_fin IS NULL))
   ORDER BY intento DESC LIMIT 1`;

/**
 * Another program set a running trámite back to pending (one A360 knows nothing of for now runs too): its attempt still runs and will end it, so the row stays
 * `processing` and counts the attempts up to that one, whatever the other program wrote there.
 */
export const isAlreadyRunning = (db: Db, tramite: TakenTramite): boolean => {
  const running = db.sql(runningSql).get(tramite.id);
  if (!running) return false;
  db.sql('UPDATE tramite_queue SET attempts = ? WHERE id = ?').run(running.intento ?? tramite.attempt - 1, tramite.id);
  return true;
};
