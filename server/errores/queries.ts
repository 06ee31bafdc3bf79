import { inStatus } from '#server/cola/in-status.ts';
import { sitesInQueue } from '#server/cola/queries.ts';
import type { Db } from '#server/db/open.ts';
import { cutPage, type Page, type PageKey, pageSize } from '#server/lib/page.ts';
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

/** Those that say the same, met at the same place; `reference` is of the newest. */
export type SameErrors = Unexpected & { readonly times: number; readonly since: string };

/** The page looks at the newest ones only. */
export const lookedUnexpected = 5000;

/** `text` = '' for all; what it is looked for in depends on who asks: not everybody is shown what an error says. */
export type UnexpectedFilter = { readonly text: string; readonly saysToo: boolean };

/** What is noted of a row in its JSON, which other programs may have written. */
const noted = (column: string, key: string, otherwise: string): string =>
  `coalesce(CASE WHEN json_valid(${column}) THEN ${column} ->> '$.${key}' END, ${otherwise})`;

const sameErrors = (key: PageKey | null): string => `
  SELECT same.newest AS id, same.times, ${noted('n.parametros', 'ultima', 'n.fecha_hora')} AS at, o.fecha_hora AS since, n.origen, substr(n.error_mensaje, 1, 400) AS message, n.parametros
    FROM (SELECT max(id) AS newest, min(id) AS oldest, sum(1 + ${noted('parametros', 'repetidas', '0')}) AS times
            FROM (SELECT error_log_id AS id, origen, substr(error_mensaje, 1, 400) AS message, coalesce(parametros, '') AS parametros
                    FROM error_log ORDER BY error_log_id DESC LIMIT +@looked)
           GROUP BY origen, message
          HAVING max(@text = '' OR instr(lower(origen), @text) OR instr(lower(parametros), @text) OR (@saysToo = 1 AND instr(lower(message), @text)))
                 ${key === null ? '' : `AND newest ${key.older ? '<' : '>'} @key`}
           ORDER BY newest ${key?.older === false ? 'ASC' : 'DESC'} LIMIT +@size) AS same
    JOIN error_log n ON n.error_log_id = same.newest
    JOIN error_log o ON o.error_log_id = same.oldest
   ORDER BY same.newest ${key?.older === false ? 'ASC' : 'DESC'}`;

/** A page of them, the newest first. */
export const findUnexpected = (db: Db, { text, saysToo }: UnexpectedFilter, key: PageKey | null, size = pageSize): Page<SameErrors> => {
  const values = { looked: lookedUnexpected, text: text.toLowerCase(), saysToo: saysToo ? 1 : 0, size: size + 1 };
  const rows = db.sql(sameErrors(key)).all(key === null ? values : { ...values, key: key.id });
  return cutPage(
    rows.map(({ parametros, ...row }) => ({ ...row, reference: referenceOf(parametros as string | null) }) as SameErrors),
    key,
    size,
  );
};

const referenceOf = (parametros: string | null): string => {
  try {
    return String(JSON.parse(parametros ?? '{}')?.referencia ?? '');
  } catch {
    return '';
  }
};
