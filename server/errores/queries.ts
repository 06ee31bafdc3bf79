import { inStatus } from '#server/cola/in-status.ts';
import { sitesInQueue } from '#server/cola/queries.ts';
import type { Db } from '#server/db/open.ts';
import type { Failure } from './rules.ts';

/** The page looks at the newest ones only, of each of the two statuses, and says so when there are more. */
export const looked = 2000;

const wanted = ['failed', 'needs_review'] as const;

/** Ids of the newest failures: each organismo and status walks its own index, and the few that come together are sorted. */
export const newestSql = (sites: number): string => {
  const arm = (site: number, status: (typeof wanted)[number]) =>
    `SELECT * FROM (SELECT id FROM ${inStatus(status)} AND site_id = @sites ->> '$[${site}]' ORDER BY id DESC LIMIT +@limit)`;
  const arms = Array.from({ length: sites }, (_, site) => wanted.map((status) => arm(site, status))).flat();
  return `SELECT id FROM (${arms.join(' UNION ALL ')}) ORDER BY id DESC LIMIT +@limit`;
};

/** With the last attempt of each, and the last step of that attempt. */
export const failuresSql = `
  SELECT t.id, t.expediente, t.site_id AS site, t.status, t.error_code AS code, substr(coalesce(t.error_log, ''), 1, 400) AS message, t.processed_at AS at,
         e.intento AS attempt, s.name, s.outcome, s.capture
    FROM json_each(?) AS wanted
    CROSS JOIN tramite_queue t ON t.id = wanted.value
    LEFT JOIN ejecuciones e ON e.ejecucion_id =
      (SELECT ejecucion_id FROM ejecuciones WHERE tramite_id = t.id ORDER BY intento DESC LIMIT 1)
    LEFT JOIN steps s ON s.step_id = (SELECT step_id FROM steps WHERE ejecucion_id = e.ejecucion_id ORDER BY number DESC LIMIT 1)`;

type Row = Omit<Failure, 'doubtful' | 'step'> & {
  readonly status: (typeof wanted)[number];
  readonly name: string | null;
  readonly outcome: string | null;
};

/** The failed ones and those to be reviewed of now, the newest `looked`. */
export const findFailures = (db: Db): Failure[] => {
  const sites = sitesInQueue(db);
  if (sites.length === 0) return [];
  const ids = db
    .sql(newestSql(sites.length))
    .all({ sites: JSON.stringify(sites), limit: looked })
    .map((row) => row.id as number);
  return (db.sql(failuresSql).all(JSON.stringify(ids)) as unknown as Row[]).map(readFailure);
};

const readFailure = ({ status, name, outcome, ...row }: Row): Failure => ({
  ...row,
  doubtful: status === 'needs_review',
  message: row.message || (row.code ?? '').replaceAll('_', ' '),
  step: stepOf(name, outcome),
});

const stepOf = (name: string | null, outcome: string | null): string => {
  if (name === null) return 'preparación';
  return outcome === 'failed' ? name : `después de «${name}»`;
};

/** An error nobody expected. */
export type Unexpected = {
  readonly id: number;
  readonly at: string;
  readonly origen: string;
  readonly message: string;
  readonly reference: string;
};

/** The newest ones. */
export const lastUnexpected = (db: Db, limit = 50): Unexpected[] =>
  db
    .sql(
      `SELECT error_log_id AS id, fecha_hora AS at, origen, substr(error_mensaje, 1, 400) AS message, parametros
         FROM error_log ORDER BY error_log_id DESC LIMIT +?`,
    )
    .all(limit)
    .map(({ parametros, ...row }) => ({ ...row, reference: referenceOf(parametros as string | null) }) as Unexpected);

const referenceOf = (parametros: string | null): string => {
  try {
    return String(JSON.parse(parametros ?? '{}')?.referencia ?? '');
  } catch {
    return '';
  }
};
