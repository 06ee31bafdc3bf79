import type { Deps } from '#server/deps.ts';
import type { RobotForm } from '#workers/robot.ts';
import { forms as catalogue } from '#workers/robots/catalogue.ts';
import { judgeSite, type Servable, type SiteRow, type Slots, type Waiting } from './rules.ts';

export type ServableDeps = Pick<Deps, 'db' | 'papers' | 'pool' | 'a360'>;
export type Forms = Readonly<Record<string, RobotForm>>;

/** Which organismos can be served now, with what, and why the others wait. */
export type Serving = { readonly servable: ReadonlyMap<string, Servable>; readonly waiting: readonly Waiting[] };

const rowsOf = (sites: string) => `
  WITH sites (site_id) AS (${sites}),
       wanted AS (
         SELECT s.site_id, o.id, o.modo, o.url_inicio, o.min_equipos, o.max_equipos, o.prioridad, coalesce(nullif(trim(o.robot), ''), s.site_id) AS robot
           FROM sites AS s LEFT JOIN organismo_config AS o ON o.site_id = s.site_id)
  SELECT w.site_id AS siteId, w.id IS NOT NULL AS organismo, w.modo, w.url_inicio AS urlInicio, w.robot AS wanted,
         w.min_equipos AS minEquipos, w.max_equipos AS maxEquipos, w.prioridad,
         r.robot_id AS robotId, r.kind, r.activo, r.parametros, r.presente_en_a360 AS presente, r.es_online AS esOnline,
         r.kind = 'a360' AND EXISTS (SELECT 1 FROM programaciones AS p WHERE p.robot_id = r.robot_id AND p.activo = 1) AS programado
    FROM wanted AS w LEFT JOIN robots AS r ON r.robot_id = w.robot
   ORDER BY w.site_id`;

const withPending = `SELECT site_id FROM queue_counts WHERE status = 'pending' AND n > 0`;
const everySite = `${withPending} UNION SELECT site_id FROM organismo_config`;

const judge = (deps: ServableDeps, forms: Forms, sql: string): Serving => {
  const means = { forms, papers: deps.papers !== null, threads: deps.pool.size, a360: deps.a360 !== null };
  const judged = (deps.db.sql(sql).all() as SiteRow[]).map((row) => judgeSite(row, means));
  return {
    servable: new Map(judged.flatMap((one) => (one.ok ? [[one.servable.siteId, one.servable] as const] : []))),
    waiting: judged.flatMap((one) => (one.ok ? [] : [one.waiting])),
  };
};

const pendingRows = rowsOf(withPending);
const allRows = rowsOf(everySite);

/** The organismos with pending trámites only. Read afresh before each take: an operator may have changed `modo`. */
export const servePending = (deps: ServableDeps, forms: Forms = catalogue): Serving => judge(deps, forms, pendingRows);

/** Every organismo configured or waiting in the queue: those that robots serve, and why the others wait. */
export const servableSites = (
  deps: ServableDeps,
  forms: Forms = catalogue,
): { readonly sites: readonly string[]; readonly waiting: readonly Waiting[] } => {
  const { servable, waiting } = judge(deps, forms, allRows);
  return { sites: [...servable.keys()], waiting };
};

/** How each organismo that robots of this machine serve shares in their slots. */
export const servableSlots = (deps: ServableDeps, forms: Forms = catalogue): ReadonlyMap<string, Slots> =>
  new Map([...judge(deps, forms, allRows).servable].map(([siteId, { slots }]) => [siteId, slots]));

/** Reason by site, for the pages: «sin robot», or what is missing. */
export const waitingSites = (deps: ServableDeps, forms: Forms = catalogue): ReadonlyMap<string, string> =>
  new Map(servableSites(deps, forms).waiting.map(({ siteId, reason }) => [siteId, reason]));
