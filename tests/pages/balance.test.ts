import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillBalance } from '#tests/support/sample-balance.ts';
import { fillSam } from '#tests/support/sample-sam.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

/** 10:00 in Madrid. */
const now = '2026-03-02T09:00:00.000Z';
const ago = (minutes: number) => new Date(Date.parse(now) - minutes * 60_000).toISOString();

const open = (t: TestContext) => {
  // What the pages ask of it is only whether it is there.
  const house = openPageHouse({ clock: manualClock(now), a360: {} as never });
  t.after(() => house.close());
  fillSam(house.db, ago);
  fillBalance(house.db, ago);
  const column = (sql: string) => house.db.sqlite.prepare(sql).pluck().all();
  return { house, column };
};

test('begins with what is wrong: a source that is down, who waits, names that lead nowhere', async (t) => {
  const { house } = open(t);
  const { text } = await visit(house, '/balance');
  assert.match(text, /La fuente clouders no contesta \(3 fallos seguidos, contestó por última vez hace 6 min\): El servidor no contesta/);
  assert.match(text, /1 robot espera equipos: P48_ALTAS_DE_CLIENTES \(3\)/);
  assert.match(text, /1 nombre con tickets no lleva a ningún robot \(12 en total\)/);
});

test('says that all is well when it is', async (t) => {
  const { house } = open(t);
  house.db.sqlite.exec(`UPDATE fuentes_carga SET fallos_seguidos = 0, respuesta = '{"P49_BAJAS": 7}' WHERE proveedor = 'clouders'`);
  const { text } = await visit(house, '/balance');
  assert.match(text, /Todos los robots tienen los equipos que necesitan/);
  assert.doesNotMatch(text, /espera equipos/);
});

test('a robot that waits comes first, with its tickets, how old they are, its limits and why', async (t) => {
  const { house } = open(t);
  const [first = []] = (await visit(house, '/balance')).rows;
  const [robot, state, tickets, needs, has, limits, why] = first;
  assert.match(robot ?? '', /^P48_ALTAS_DE_CLIENTES General · prioridad 10$/);
  assert.equal(state, 'Espera 3');
  assert.equal(tickets, '45 dato de hace 6 min: clouders no contesta');
  assert.deepEqual([needs, has, limits], ['5', '2', '2 – 8']);
  assert.match(why ?? '', /no hay más equipos libres que pueda usar\. Se enfría hasta las 10:03:00 \( dentro de 3 min \)/);
});

test('an equipo that works and is to be taken back is told as such', async (t) => {
  const { house } = open(t);
  const { rows } = await visit(house, '/balance');
  const row = rows.find(([robot]) => robot?.startsWith('P50_CORREO'));
  assert.equal(row?.[4], '1 1 por retirar');
  const { rows: own } = await visit(house, '/balance/4803');
  assert.ok(own.some((cells) => cells[0] === 'VM-BAL-03' && cells[1] === 'Por retirar' && cells[2] === 'trabajando'));
});

test('counts the equipos that are free, and why the others are not, each with the list that proves it', async (t) => {
  const { house } = open(t);
  const { rows, html } = await visit(house, '/balance');
  assert.ok(rows.some(([reason, n]) => reason === 'Reservados por una persona' && n === '1'));
  assert.match(html, /href="\/equipos\?asignacion=reservado"/);
  assert.match(html, /VM-BAL-05/);
});

test('tells the decisions by robot, by what was done and by day, each with its reason', async (t) => {
  const { house } = open(t);
  const decisions = async (query: string) => {
    const { html, rows } = await visit(house, `/balance?${query}`);
    const ids = [...html.matchAll(/<tr id="decision-(\d+)"/g)].map((match) => Number(match[1]));
    return { ids, rows: rows.slice(-ids.length) };
  };
  assert.deepEqual((await decisions('')).ids, [6, 5, 4, 3, 2, 1]);
  assert.deepEqual((await decisions('robot=4802')).ids, [4, 3]);
  assert.deepEqual((await decisions('accion=RECHAZO')).ids, [6]);
  assert.deepEqual((await decisions('hasta=2026-03-01')).ids, []);
  assert.deepEqual((await decisions('desde=2026-03-02&accion=nada')).ids, [6, 5, 4, 3, 2, 1]);
  const { rows } = await decisions('robot=4801');
  assert.deepEqual(rows[1]?.slice(2), ['Recibe', '20', '0 → 2', 'Tiene 20 tickets a 10 por equipo: necesita 2. VM-BAL-01 , VM-BAL-02']);
});

test('the decisions are walked page by page', async (t) => {
  const { house } = open(t);
  const insert = house.db.sql(
    "INSERT INTO historico_balanceo (fecha_balanceo, robot_id, equipos_antes, equipos_despues, accion_tomada) VALUES (?, '4802', 0, 1, 'ASIGNAR_DEMANDA_POOL')",
  );
  for (let n = 0; n < 60; n++) insert.run(now);
  const first = await visit(house, '/balance?robot=4802');
  const older = await visit(house, first.links.get('Más antiguos') ?? '');
  assert.equal([...older.html.matchAll(/<tr id="decision-/g)].length, 12);
  assert.ok(older.links.has('Más recientes'));
});

test('the page of a robot tells the whole story: tickets by source, how its need comes out, its equipos, its cooling', async (t) => {
  const { house } = open(t);
  const { text, heading, rows } = await visit(house, '/balance/4801');
  assert.equal(heading, 'P48_ALTAS_DE_CLIENTES');
  assert.match(text, /45 tickets \/ 10 por equipo \(lo dice el robot\) = 4,5, que son 5\./);
  assert.match(text, /Su máximo es 8: no cambia nada\. Necesita 5 equipos\./);
  assert.match(text, /No cambia hasta las 10:03:00 \( dentro de 3 min \)\. Antes, solo si llega a 26 tickets o baja a 12 tickets\./);
  assert.ok(rows.some(([source, name, tickets]) => source === 'clouders' && name === 'RBT_ALTAS' && tickets === '45'));
});

test('a robot that cannot have equipos says why', async (t) => {
  const { house } = open(t);
  assert.match((await visit(house, '/balance/4713')).text, /El robot está desactivado/);
  assert.equal((await visit(house, '/balance/no-existe')).status, 404);
});

test('sharing out now is for those who command the launcher, and says what was moved', async (t) => {
  const { house } = open(t);
  house.scheduler.cycle = async () => ({ asignados: 2, retirados: 1, drenando: 0 });
  const answer = await send(house, '/balance/repartir');
  assert.deepEqual([answer.status, answer.headers.location], [303, '/balance']);
  assert.deepEqual(house.scheduler.ran, ['balancear']);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] as string;
  assert.match((await visit(house, '/balance', { cookie })).text, /Reparto hecho Equipos: 2 prestados, 1 retirados\./);
  const reader = await signIn(house, 'lectura');
  assert.equal((await send(house, '/balance/repartir', {}, reader)).status, 403);
  assert.ok(!(await visit(house, '/balance', reader)).buttons.includes('Repartir ahora'));
});

test('sharing out while it runs answers 409, and 502 when nobody counts the tickets', async (t) => {
  const { house } = open(t);
  house.scheduler.cycle = async () => {
    throw new LoadError('Ninguna fuente de tickets ha contestado.');
  };
  const failed = await send(house, '/balance/repartir');
  assert.deepEqual([failed.status, /Ninguna fuente de tickets ha contestado/.test(failed.text)], [502, true]);
  house.scheduler.claim = { ...house.scheduler.claim, running: true };
  assert.equal((await send(house, '/balance/repartir')).status, 409);
});

test('the pools tell what their robots need, and what they have', async (t) => {
  const { house } = open(t);
  const { rows } = await visit(house, '/pools');
  assert.deepEqual(rows.find(([pool]) => pool?.startsWith('Norte'))?.slice(4), ['1', '1', '1']);
});

test('the Panel counts the robots with tickets and no equipo, and leads here', async (t) => {
  const { house } = open(t);
  const figures = async () => (await visit(house, '/')).links;
  assert.equal((await figures()).get('0 robots sin equipos'), '/balance');
  house.db.sqlite.exec("DELETE FROM asignaciones WHERE robot_id = '4801'");
  assert.equal((await figures()).get('1 robots sin equipos'), '/balance');
});
