import type { Db } from '#server/db/open.ts';
import { beginsWork, maintenanceSentence, type Pause, pausedSentence } from './rules.ts';

/** Another program may have written the row: what it left out is said by words. */
const pauseOf = (row: Record<string, unknown>): Pause => ({
  motivo: (row.motivo as string | null) ?? '',
  usuario: (row.usuario as string | null) ?? 'Otro programa',
  desde: row.desde as string | null,
});

/** Who has paused the whole house, and why; null = nobody. */
export const maintenanceOf = (db: Db): Pause | null => {
  const row = db.sql('SELECT motivo, usuario, desde FROM mantenimiento WHERE id = 1 AND activo = 1').get();
  return row ? pauseOf(row) : null;
};

/** The cycles somebody has paused by themselves, by name. */
export const pausedCycles = (db: Db): ReadonlyMap<string, Pause> =>
  new Map(
    db
      .sql('SELECT ciclo, motivo, usuario, desde FROM ciclos_pausados')
      .all()
      .map((row) => [row.ciclo as string, pauseOf(row)]),
  );

/**
 * Why that cycle may not begin now, as a sentence; null = it may. Maintenance holds whatever begins work, also when somebody orders
 * it; a cycle that is paused by itself is held only of its own accord: a person may still run it once.
 */
export const holdOf = (db: Db, cycle: string, ordered: boolean): string | null => {
  const maintenance = beginsWork(cycle) ? maintenanceOf(db) : null;
  if (maintenance) return maintenanceSentence(maintenance);
  const paused = ordered ? undefined : db.sql('SELECT motivo, usuario, desde FROM ciclos_pausados WHERE ciclo = ?').get(cycle);
  return paused ? pausedSentence(pauseOf(paused)) : null;
};
