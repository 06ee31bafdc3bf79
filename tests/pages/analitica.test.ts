import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { runsSql } from '#server/analitica/queries.ts';
import { middleOf } from '#server/analitica/tiempos.ts';
import { addBusy } from '#server/analitica/uso.ts';
import { addRun } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';

/** Monday, 10:00 in Madrid. */
const now = '2026-03-02T09:00:00.000Z';

const open = (t: TestContext) => {
  const house = openPageHouse({ clock: manualClock(now) });
  t.after(() => house.close());
  house.db.sqlite.exec(`
    INSERT INTO pools (pool_id, nombre) VALUES ('norte', 'Norte');
    INSERT INTO robots (robot_id, robot, pool_id) VALUES ('4711', 'P10_UNO', 'norte'), ('4712', 'P20_DOS', NULL);
    INSERT INTO equipos (equipo_id, equipo, pool_id) VALUES ('31', 'VM-1', 'norte'), ('32', 'VM-2', NULL);`);
  const run = (id: string, columns: Record<string, string | null> = {}) =>
    addRun(house.db, id, {
      ...{ estado: 'RUN_COMPLETED', origen: 'callback', equipo_id: '31', user_id: null },
      ...{ fecha_inicio: '2026-03-01T10:00:00.000Z', fecha_fin: '2026-03-01T11:00:00.000Z', actualizada_at: '2026-03-01T11:00:00.000Z' },
      ...columns,
    });
  return { house, run };
};

test('before anything ran it says so, on every tab', async (t) => {
  const { house } = open(t);
  for (const ver of ['', 'reparto', 'tiempos', 'exito', 'uso', 'horas'])
    assert.match((await visit(house, `/analitica?ver=${ver}`)).text, /Todavía no hay nada que contar/);
});

test('tells who told the end of each run, and how long after it', async (t) => {
  const { house, run } = open(t);
  run('a');
  run('b', { origen: 'conciliador', actualizada_at: '2026-03-01T11:10:00.000Z' });
  run('c', { origen: 'inferido', estado: 'COMPLETED_INFERRED' });
  const { text, rows } = await visit(house, '/analitica');
  assert.match(text, /De 3 ejecuciones acabadas, el 33,3 % se supo por aviso de A360\./);
  assert.match(text, /Hay datos desde el 01\/03\/2026 11:00\./);
  assert.deepEqual(rows[1], ['Conciliador', '1', '33,3 %', '0', '0', '1', '0']);
});

test('only the range, the robot and the pool that are asked for count', async (t) => {
  const { house, run } = open(t);
  run('a');
  run('b', { robot_id: '4712' });
  run('c', { fecha_inicio: '2025-12-01T10:00:00.000Z', fecha_fin: '2025-12-01T11:00:00.000Z' });
  const robots = async (query: string) =>
    (await visit(house, `/analitica?ver=exito&${query}`)).rows.map(([robot, , well]) => `${robot} ${well}`);
  assert.deepEqual((await robots('')).sort(), ['P10_UNO 1', 'P20_DOS 1']);
  assert.deepEqual(await robots('robot=4712'), ['P20_DOS 1']);
  assert.deepEqual(await robots('pool=norte'), ['P10_UNO 1']);
  assert.deepEqual(await robots('pool=general'), ['P20_DOS 1']);
  assert.deepEqual(await robots('desde=2025-12-01&hasta=2025-12-01'), ['P10_UNO 1']);
  assert.match((await visit(house, '/analitica?ver=exito&desde=2024-01-01&hasta=2024-01-02')).text, /No hay datos de esto en esas fechas/);
});

test('dates that are none, or the wrong way round, are the last thirty days', async (t) => {
  const { house } = open(t);
  for (const query of ['desde=ayer', 'desde=2027-01-01&hasta=2026-01-01', 'hasta=2999-01-01']) {
    const { fields } = await visit(house, `/analitica?${query}`);
    assert.equal(Date.parse(fields.get('hasta') ?? '') - Date.parse(fields.get('desde') ?? ''), 29 * 86_400_000, query);
  }
});

test('success counts what ran; what A360 never launched stands apart', async (t) => {
  const { house, run } = open(t);
  run('a');
  run('b', { estado: 'RUN_TIMED_OUT' });
  run('c', { estado: 'DEPLOY_FAILED' });
  run('d', { estado: 'RUNNING', fecha_fin: null });
  assert.deepEqual((await visit(house, '/analitica?ver=exito')).rows, [['P10_UNO', '50 %', '1', '1', '1', '0']]);
});

test('times are by repetition of the work', async (t) => {
  const { house, run } = open(t);
  run('a');
  house.db
    .sql("INSERT INTO events (at, entity, entity_id, kind, data) VALUES (?, 'ejecucion', 'a', 'called', ?)")
    .run(now, JSON.stringify({ repeticiones: 3 }));
  assert.deepEqual((await visit(house, '/analitica?ver=tiempos')).rows, [['P10_UNO', '1', '20 min 0 s', '20 min 0 s', '20 min 0 s']]);
});

test('the middle leaves out the fastest and the slowest', () => {
  const { low, median, high } = middleOf([100, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual([low, median, high], [2, 5, 9]);
});

test('a machine is busy for the part of its runs within the range, also of one begun before or still going', () => {
  const busy = new Map<string, number>();
  const run = { robot: 'r', equipo: 'q', estado: 'RUNNING', origen: null, a360: 1, real: null, sabida: null };
  const hour = (h: number) => new Date(h * 3_600_000).toISOString();
  addBusy(
    busy,
    [
      { ...run, inicio: hour(1), fin: hour(3) },
      { ...run, inicio: hour(9), fin: null },
    ],
    { from: 2 * 3_600_000, to: 10 * 3_600_000 },
  );
  assert.equal(busy.get('q'), 2 * 3_600_000);
});

test('machines and pools tell the part of the time they worked', async (t) => {
  const { house, run } = open(t);
  run('a');
  const { rows } = await visit(house, '/analitica?ver=uso');
  assert.deepEqual(
    rows.find(([name]) => name === 'VM-1'),
    ['VM-1', 'Norte', '1 h 0 min', '4,3 %'],
  );
  assert.ok(rows.some(([name, , , part]) => name === 'Todo el pool Norte (1)' && part === '4,3 %'));
});

test('the hours are those of the business', async (t) => {
  const { house, run } = open(t);
  run('a');
  run('b', { fecha_inicio: '2026-02-28T23:30:00.000Z' });
  const { rows } = await visit(house, '/analitica?ver=horas');
  const sunday = rows.find(([day]) => day === 'Do') ?? [];
  assert.deepEqual([sunday[1], sunday[12]], ['1', '1']);
});

test('a move taken back within the hour is thrash; later it is not', async (t) => {
  const { house } = open(t);
  const insert = house.db.sql(
    "INSERT INTO historico_balanceo (fecha_balanceo, robot_id, equipos_antes, equipos_despues, accion_tomada) VALUES (?, '4711', ?, ?, ?)",
  );
  insert.run('2026-03-01T10:00:00.000Z', 0, 2, 'ASIGNAR_DEMANDA_POOL');
  insert.run('2026-03-01T10:10:00.000Z', 2, 2, 'RECHAZO');
  insert.run('2026-03-01T10:30:00.000Z', 2, 1, 'DESASIGNAR_EXCEDENTE_POOL');
  insert.run('2026-03-01T12:00:00.000Z', 1, 2, 'ASIGNAR_DEMANDA_POOL');
  const { text, rows } = await visit(house, '/analitica?ver=reparto');
  assert.match(text, /3 cambios, 1 vaivén\./);
  assert.deepEqual(rows, [['P10_UNO', '2', '1', '1', '1']]);
});

test('every picture is drawn, in both themes, and runs nothing', async (t) => {
  const { house, run } = open(t);
  run('a');
  for (const ver of ['', 'tiempos', 'exito', 'uso', 'horas']) {
    const page = await visit(house, `/analitica?ver=${ver}`);
    const pictures = [...page.html.matchAll(/src="(\/graficos\/analitica\.svg[^"]+)"/g)].map((match) =>
      (match[1] as string).replaceAll('&amp;', '&'),
    );
    assert.equal(pictures.length, 2, ver);
    for (const url of pictures) {
      const { headers, body } = await house.app.inject({ url, headers: { host: '127.0.0.1:3000' } });
      assert.equal(headers['content-security-policy'], "default-src 'none'; style-src 'unsafe-inline'");
      assert.match(body, /^<svg/);
    }
  }
});

test('the runs of a range are found by the index of each robot or equipo', (t) => {
  const { house } = open(t);
  for (const sql of Object.values(runsSql)) {
    const values = { from: '', to: '', robot: '', pool: '' };
    const plan = house.db.sqlite.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as { detail: string }[];
    assert.match(
      plan.map(({ detail }) => detail).join(),
      /SEARCH e USING INDEX ejecuciones_by_(robot|equipo) \(\w+=\? AND fecha_inicio>\? AND fecha_inicio<\?\)/,
    );
  }
});
