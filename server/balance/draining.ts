import type { Db } from '#server/db/open.ts';
import { activeStates, sqlList } from '#server/ejecuciones/estados.ts';

/** Whether an equipo that is to be taken back has nothing running any more. */
export const isDrained = (db: Db): boolean => db.sql(drained).get() !== undefined;

const drained = `
  SELECT 1 FROM asignaciones AS a
   WHERE a.liberando = 1 AND a.es_programado = 0 AND a.reservado = 0
     AND NOT EXISTS (SELECT 1 FROM ejecuciones AS e WHERE e.equipo_id = a.equipo_id AND e.estado IN ${sqlList(activeStates)}) LIMIT 1`;
