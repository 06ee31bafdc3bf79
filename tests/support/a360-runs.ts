import type { Db } from '#server/db/open.ts';

type RunColumns = Readonly<Record<string, string | number | null>>;

/** A run of A360 in the table; what a test does not say is a robot 4711 at work on an equipo of its own. */
export const addRun = (db: Db, id: string, columns: RunColumns = {}): void => {
  const row: RunColumns = {
    ...{
      ejecucion_id: id,
      deployment_id: `d-${id}`,
      robot_id: '4711',
      equipo_id: `equipo-${id}`,
      user_id: `user-${id}`,
      estado: 'RUNNING',
    },
    fecha_inicio: '2026-03-02T08:30:00.000Z',
    ...columns,
  };
  const names = Object.keys(row);
  db.sql(`INSERT INTO ejecuciones (${names.join(', ')}) VALUES (${names.map((name) => `@${name}`).join(', ')})`).run(row);
};

/** Those columns of that run. */
export const runOf = (db: Db, id: string, ...columns: string[]): unknown[] =>
  Object.values(db.sql(`SELECT ${columns.join(', ')} FROM ejecuciones WHERE ejecucion_id = ?`).get(id) ?? {});
