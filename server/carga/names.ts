import type { Deps } from '#server/deps.ts';
import { createMapping, type Mapeo, type Mapping, type NamedRobot } from './mapping.ts';

type RobotRow = Omit<NamedRobot, 'activo' | 'presente'> & { readonly activo: number; readonly presente: number };

/** Whom the providers mean by their names, as it is written down now, which another program may have changed. */
export const readMapping = ({ db, config }: Pick<Deps, 'db' | 'config'>): Mapping => {
  const robots = db
    .sql(`SELECT robot_id AS robotId, robot, activo, presente_en_a360 AS presente FROM robots WHERE kind = 'a360' ORDER BY robot_id`)
    .all() as RobotRow[];
  const mapeos = db
    .sql('SELECT proveedor, nombre_externo AS nombre, robot_id AS robotId FROM mapeo_robots ORDER BY mapeo_id DESC')
    .all() as Mapeo[];
  return createMapping({
    robots: robots.map((row) => ({ ...row, activo: row.activo === 1, presente: row.presente === 1 })),
    mapeos,
    mapa: config.ROBOTS_MAPA_JSON,
  });
};
