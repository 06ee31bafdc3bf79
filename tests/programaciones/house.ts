/** A panel with robots and machines to schedule, at nine in the morning of a Wednesday in Madrid. */
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { readScreen, type Screen, tokenOf, visit } from '#tests/support/screen.ts';

export const now = '2026-11-25T08:00:00.000Z';

export const openProgramaciones = (): PageHouse => {
  const house = openPageHouse({ clock: manualClock(now) });
  house.db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, es_online) VALUES ('4711', 'P12_Facturas', 1), ('4712', 'P13_Correo', 0);
    INSERT INTO equipos (equipo_id, equipo, activo_sam, permite_balanceo_dinamico)
      VALUES ('31', 'VM-01', 1, 1), ('32', 'VM-02', 1, 0), ('33', 'VM-03', 0, 1), ('34', 'VM-04', 1, 1);`);
  return house;
};

export const daily = { robot_id: '4711', tipo_programacion: 'Diaria', hora_inicio: '08:00', tolerancia: '60' };

/** Sends a form whose fields may repeat, as its page would. */
export const post = async (
  house: PageHouse,
  url: string,
  fields: Readonly<Record<string, string | readonly string[]>>,
): Promise<Screen> => {
  const host = '127.0.0.1:3000';
  const pairs = Object.entries({ _csrf: tokenOf(await visit(house, '/sistema')), ...fields }).flatMap(([name, values]) =>
    [values].flat().map((value): [string, string] => [name, value]),
  );
  const answer = await house.app.inject({
    ...{ method: 'POST', url, payload: new URLSearchParams(pairs).toString() },
    headers: { host, origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' },
  });
  return readScreen(answer.statusCode, answer.headers, answer.body);
};

/** Adds one and answers its id. */
export const add = async (house: PageHouse, fields: Readonly<Record<string, string | readonly string[]>>): Promise<string> => {
  const { status, headers, text } = await post(house, '/programaciones', { ...daily, ...fields });
  if (status !== 303) throw new Error(`${status}: ${text}`);
  return String(headers.location).split('/').at(-1) as string;
};

export const rowOf = ({ db }: PageHouse, id: string) => db.sql('SELECT * FROM programaciones WHERE programacion_id = ?').get(id);
export const machinesOf = ({ db }: PageHouse, id: string): unknown[] =>
  db
    .sql('SELECT equipo_id FROM asignaciones WHERE programacion_id = ? AND es_programado = 1 AND reservado = 0 ORDER BY equipo_id')
    .all(id)
    .map((row) => row.equipo_id);
/** Which machines the balancer may lend. */
export const lent = ({ db }: PageHouse): unknown[] =>
  db
    .sql("SELECT equipo_id FROM equipos WHERE permite_balanceo_dinamico = 1 AND pool_id IS NOT 'local' ORDER BY equipo_id")
    .all()
    .map((row) => row.equipo_id);
export const isOnline = ({ db }: PageHouse, robot: string): boolean =>
  db.sql('SELECT es_online FROM robots WHERE robot_id = ?').get(robot)?.es_online === 1;
