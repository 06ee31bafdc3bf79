import type { Db } from '#server/db/open.ts';
import type { TextKey } from '#server/lib/text-page.ts';
import { walkSql } from '#server/lib/text-page.ts';
import type { Columns, Kind } from './fields.ts';

/** What a form offers as robot of an organismo. */
export const robotChoices = (db: Db): { readonly robot_id: string; readonly robot: string }[] =>
  db.sql('SELECT robot_id, robot FROM robots ORDER BY robot_id').all() as { robot_id: string; robot: string }[];

/** A whole row of `robots`. */
export type Robot = Columns & {
  readonly robot_id: string;
  readonly robot: string;
  readonly descripcion: string;
  readonly kind: Kind;
  readonly presente_en_a360: number;
};

export type ListedRobot = Robot & {
  readonly pool: string | null;
  readonly equipos: number;
  readonly programaciones: number;
  readonly suspendido: number;
};

export const findRobot = (db: Db, robotId: string): Robot | undefined =>
  db.sql('SELECT * FROM robots WHERE robot_id = ?').get(robotId) as unknown as Robot | undefined;

/** What the list is narrowed to, and its order. */
export type RobotFilter = {
  readonly q: string;
  readonly activo: 0 | 1 | null;
  readonly online: 0 | 1 | null;
  readonly kind: Kind | null;
  readonly orden: 'nombre' | 'prioridad';
};

const orders = { nombre: 'lower(robot)', prioridad: 'prioridad_balanceo' } as const;

const narrowed = `(@q = '' OR instr(lower(robot), lower(@q)) OR robot_id = @q) AND (@activo IS NULL OR activo = @activo)
  AND (@online IS NULL OR es_online = @online) AND (@kind IS NULL OR kind = @kind)`;

const valuesOf = ({ q, activo, online, kind }: RobotFilter) => ({ q, activo, online, kind });

/** One page of the list, with one row more than fits if there are more; `at` = now, for suspensions that end by themselves. */
export const findRobots = (
  db: Db,
  filter: RobotFilter,
  key: TextKey | null,
  { limit, at }: { limit: number; at: string },
): ListedRobot[] => {
  const { cut, by } = walkSql('robots', 'robot_id', orders[filter.orden], key);
  const values = { ...valuesOf(filter), limit, at, ...(key && { key: key.id }) };
  return db.sql(`${listed(`${narrowed}${cut}`)} ${by} LIMIT +@limit`).all(values) as unknown as ListedRobot[];
};

const listed = (where: string): string => `
  SELECT *, (SELECT nombre FROM pools WHERE pools.pool_id = robots.pool_id) AS pool,
         (SELECT count(DISTINCT equipo_id) FROM asignaciones AS a WHERE a.robot_id = robots.robot_id) AS equipos,
         (SELECT count(*) FROM programaciones AS p WHERE p.robot_id = robots.robot_id AND p.activo = 1) AS programaciones,
         EXISTS (SELECT 1 FROM suspensiones AS s WHERE s.robot_id = robots.robot_id AND s.equipo_id IS NULL AND ${isOpen}) AS suspendido
    FROM robots WHERE ${where}`;

const isOpen = 's.reanudada_at IS NULL AND (s.hasta IS NULL OR s.hasta > @at)';

export const countRobots = (db: Db, filter: RobotFilter): number =>
  db.sql(`SELECT count(*) AS n FROM robots WHERE ${narrowed}`).get(valuesOf(filter))?.n as number;

export type Suspension = {
  readonly suspension_id: number;
  readonly equipo_id: string | null;
  readonly equipo: string | null;
  readonly motivo: string;
  readonly desde: string;
  readonly hasta: string | null;
};

/** What may not be launched of that robot now, anywhere (`equipo_id` NULL) or on one machine. */
export const suspensionsOf = (db: Db, robotId: string, at: string): Suspension[] =>
  db
    .sql(
      `SELECT s.suspension_id, s.equipo_id, e.equipo, s.motivo, s.desde, s.hasta
         FROM suspensiones AS s LEFT JOIN equipos AS e ON e.equipo_id = s.equipo_id
        WHERE s.robot_id = @robotId AND ${isOpen} ORDER BY s.equipo_id IS NOT NULL, s.desde`,
    )
    .all({ robotId, at }) as unknown as Suspension[];

/** How many calendars would start it. */
export const activeProgramaciones = (db: Db, robotId: string): number =>
  db.sql('SELECT count(*) AS n FROM programaciones WHERE robot_id = ? AND activo = 1').get(robotId)?.n as number;
