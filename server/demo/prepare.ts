import type { Db } from '#server/db/open.ts';

/** The page of the simulated sede where a filing begins, as at the real one (XVIA.md 5.1). */
const startPage = (sede: string): string => `${sede}/seu-electronica?view=tramits&id=11`;

/**
 * Makes a database the demo's: the first time it switches xaloc_girona on, filing without waiting for a person, and adds
 * an organismo nobody has a robot for. What a person changes afterwards stays; only the addresses of the simulated sede
 * are written at each start, because its ports may be others. Call inside a transaction.
 */
export const prepareDemo = (db: Db, sede: string): void => {
  const first = db
    .sql("UPDATE organismo_config SET active = 1, modo = 'enviar' WHERE site_id = 'xaloc_girona' AND url_inicio IS NULL")
    .run().changes;
  if (first > 0) addOrganismoWithoutRobot(db);
  db.sql("UPDATE organismo_config SET url_inicio = ? WHERE site_id = 'xaloc_girona'").run(startPage(sede));
  const own = JSON.stringify({ user_email: 'recursos@exemple.invalid', origenes: [sede], inicio: startPage(sede) });
  db.sql("UPDATE robots SET parametros = json_patch(coalesce(parametros, '{}'), ?) WHERE robot_id = 'xaloc_girona'").run(own);
};

const addOrganismoWithoutRobot = (db: Db): void => {
  db.sql(
    `INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, url_template, active)
     VALUES ('base_online', '%BASE GESTION%', '2,3', '^(\\d{5}-\\d{4}/\\d{1,5}-GIM|\\d-\\d{4}/\\d{5}-(EXE|ECC))$', NULL, 1)
     ON CONFLICT (site_id) DO NOTHING`,
  ).run();
};
