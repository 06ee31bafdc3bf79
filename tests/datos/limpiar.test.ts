import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { clean, cleanWhenDue } from '#server/datos/limpiar.ts';
import { planCleaning } from '#server/datos/plan-cleaning.ts';
import { capturesRemovedAt } from '#server/datos/queries.ts';
import { kept } from '#server/datos/retencion.ts';
import { keepFrom } from '#server/datos/rules.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const never = new AbortController().signal;
const old = '2020-01-01T00:00:00.000Z';
const now = '2026-03-02T09:00:00.000Z';

const open = (t: TestContext, env: Record<string, string> = {}) => {
  const house = openPageHouse({ clock: manualClock(now), env });
  t.after(() => house.close());
  return house;
};

type House = ReturnType<typeof open>;

const count = ({ db }: House, sql: string): number => db.sql(`SELECT count(*) AS n FROM ${sql}`).get()?.n as number;

const fill = ({ db }: House): void => {
  const run = (sql: string, ...values: unknown[]) => db.sql(sql).run(...values);
  for (const at of [old, now]) {
    run(`INSERT INTO error_log (fecha_hora, origen, error_mensaje) VALUES (?, 'x', 'y')`, at);
    run(`INSERT INTO auditoria (fecha, usuario, accion, entidad) VALUES (?, 'ana', 'crear', 'pool')`, at);
    for (const entity of ['organismo', 'tramite', 'recurso'])
      run(`INSERT INTO events (at, entity, entity_id, kind) VALUES (?, ?, '1', 'x')`, at, entity);
    for (const outcome of ['ok', 'ok']) run(`INSERT INTO cycles (name, started_at, outcome) VALUES ('reclamar', ?, ?)`, at, outcome);
    run(`INSERT INTO discards (resource_id, site_id, rule_version, reason, at) VALUES (?, 'x', 'v', 'r', ?)`, at, at);
    run(
      `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, estado, abierto_at, resuelto_at)
         VALUES ('r', 'ALTO', 'SISTEMA', 'PERMANENTE', 't', 'resuelto', ?, ?)`,
      at,
      at,
    );
    run(
      `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fecha_inicio, fecha_fin) VALUES (?, '1', 'COMPLETED', ?, ?)`,
      `fin ${at}`,
      at,
      at,
    );
  }
  run(`INSERT INTO cycle_organismos (cycle_id, site_id) VALUES (1, 'x')`);
  run(
    `INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo, abierto_at) VALUES ('a', 'ALTO', 'SISTEMA', 'PERMANENTE', 't', ?)`,
    old,
  );
  run(`INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fecha_inicio) VALUES ('viva', '1', 'RUNNING', ?)`, old);
  run(
    `INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fecha_inicio, fecha_fin, tramite_id) VALUES ('suya', '1', 'COMPLETED', ?, ?, 1)`,
    old,
    old,
  );
};

test('a cleaning removes what is old of each kind, and never what protects from filing twice', async (t) => {
  const house = open(t);
  fill(house);
  const protectedOnes = [
    ...[`events WHERE entity IN ('tramite', 'recurso')`, `avisos WHERE estado = 'abierto'`, 'tramite_queue', 'reclamaciones'],
    ...[`ejecuciones WHERE tramite_id IS NOT NULL`, `ejecuciones WHERE estado = 'RUNNING'`],
  ];
  const before = protectedOnes.map((sql) => count(house, sql));
  await clean(house.deps, never);
  assert.deepEqual(
    protectedOnes.map((sql) => count(house, sql)),
    before,
  );
  assert.equal(count(house, 'error_log'), 1);
  assert.equal(count(house, 'auditoria'), 1);
  assert.equal(count(house, `events WHERE entity = 'organismo'`), 1);
  assert.equal(count(house, 'cycles'), 2);
  assert.equal(count(house, 'cycle_organismos'), 0);
  assert.equal(count(house, 'discards'), 1);
  assert.equal(count(house, `avisos WHERE estado = 'resuelto'`), 1);
  assert.equal(count(house, `ejecuciones WHERE ejecucion_id LIKE 'fin%'`), 1);
});

test('the last cycle of a name stays however old it is', async (t) => {
  const house = open(t);
  house.db.sql(`INSERT INTO cycles (name, started_at, outcome) VALUES ('reclamar', ?, 'ok')`).run(old);
  await clean(house.deps, never);
  assert.equal(count(house, 'cycles'), 1);
});

test('what is shown before is what goes, kind by kind', async (t) => {
  const house = open(t);
  fill(house);
  const shown = Object.fromEntries((await planCleaning(house.deps)).map((one) => [one.que, one.count]));
  await clean(house.deps, never);
  const gone = Object.fromEntries(
    house.db
      .sql('SELECT que, cuantos FROM limpiezas')
      .all()
      .map((row) => [row.que, row.cuantos]),
  );
  assert.deepEqual(Object.fromEntries(Object.entries(shown).filter(([, n]) => n > 0)), gone);
  assert.deepEqual(
    (await planCleaning(house.deps)).map((one) => one.count),
    Array(kept.length + 1).fill(0),
  );
});

test('many thousands go with pauses: the loop turns between them', async (t) => {
  const house = open(t);
  house.db
    .sql(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
       INSERT INTO error_log (fecha_hora, origen, error_mensaje) SELECT '${old}', 'x', 'y' FROM n`,
    )
    .run();
  let turns = 0;
  let counting = true;
  const turn = () => {
    turns += 1;
    if (counting) setImmediate(turn);
  };
  setImmediate(turn);
  await clean(house.deps, never);
  counting = false;
  assert.equal(count(house, 'error_log'), 0);
  assert.ok(turns >= 40, `${turns} turns`);
});

test('with 0 days nothing of that kind is ever removed, and never anything of the last three days', async (t) => {
  const house = open(t, { RETENCION_ERRORES_DIAS: '0' });
  fill(house);
  await clean(house.deps, never);
  assert.equal(count(house, 'error_log'), 2);
  assert.equal(keepFrom(new Date(now), 0), null);
  assert.equal(keepFrom(new Date(now), 1), '2026-02-27T09:00:00.000Z');
});

test('captures and receipts stay for ever unless somebody says for how long; then they go only of what was filed long ago, and its page says when', async (t) => {
  const house = open(t);
  const add = (id: number, status: string, at: string) => {
    const sql = `INSERT INTO tramite_queue (id, site_id, resource_id, status, processed_at, attempts) VALUES (?, 'x', ?, ?, ?, 1)`;
    house.db.sql(sql).run(id, `r${id}`, status, at);
    mkdirSync(join(house.folder, 'evidencias', String(id), '1'), { recursive: true });
    writeFileSync(join(house.folder, 'evidencias', String(id), '1', '01-paso.jpg'), 'x'.repeat(1_000));
  };
  add(1, 'completed', old);
  add(2, 'completed', now);
  add(3, 'needs_review', old);
  assert.equal((await planCleaning(house.deps))[0]?.count, 0);
  house.db.sql(`INSERT INTO ajustes (clave, valor) VALUES ('RETENCION_EVIDENCIAS_DIAS', '730')`).run();
  const [files] = await planCleaning(house.deps);
  const page = await house.app.inject({ url: '/datos', headers: { host: '127.0.0.1:3000' } });
  assert.match(page.body, /se va el justificante, que es lo que prueba cada presentación/);
  assert.deepEqual([files?.que, files?.count, files?.bytes, files?.oldest], ['evidencias', 1, 1_000, old]);
  await clean(house.deps, never);
  assert.deepEqual(
    [1, 2, 3].map((id) => existsSync(join(house.folder, 'evidencias', String(id)))),
    [false, true, true],
  );
  assert.equal(capturesRemovedAt(house.db, old), now);
  assert.equal(capturesRemovedAt(house.db, now), null);
  const answer = await house.app.inject({ url: '/cola/1?ver=evidencias', headers: { host: '127.0.0.1:3000' } });
  assert.match(answer.body, /se quitaron el/);
});

test('the counts of the queue and its search stay as they were', async (t) => {
  const house = open(t);
  fill(house);
  house.db.sql(`INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) VALUES ('x', 'r', 'completed', ?)`).run(old);
  const before = house.db.sql('SELECT * FROM queue_counts').all();
  await clean(house.deps, never);
  assert.deepEqual(house.db.sql('SELECT * FROM queue_counts').all(), before);
});

test('it is due so many hours after the last time', async (t) => {
  const house = open(t);
  assert.equal(await cleanWhenDue(house.deps, never), 0);
  assert.equal(await cleanWhenDue(house.deps, never), null);
});

test('a clock that leaps into 2099 removes nothing: a person is asked, once, and answers by cleaning', async (t) => {
  const clock = manualClock(now);
  const house = openPageHouse({ clock });
  t.after(() => house.close());
  fill(house);
  await cleanWhenDue(house.deps, never);
  const before = count(house, 'error_log');
  await clock.advance(73 * 365 * 24 * 3_600_000);
  for (let n = 0; n < 2; n++) assert.equal(await cleanWhenDue(house.deps, never), null);
  assert.equal(count(house, 'error_log'), before);
  assert.deepEqual(house.db.sql(`SELECT nivel, veces, estado FROM avisos WHERE clave = 'limpieza_en_espera'`).all(), [
    { nivel: 'MEDIO', veces: 1, estado: 'abierto' },
  ]);
  await clean(house.deps, never, { usuario: 'ana' });
  assert.equal(house.db.sql(`SELECT estado FROM avisos WHERE clave = 'limpieza_en_espera'`).get()?.estado, 'resuelto');
});

test('what a clock that ran ahead wrote does not keep what came after it for ever', async (t) => {
  const house = open(t);
  house.db
    .sql(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2100)
       INSERT INTO error_log (fecha_hora, origen, error_mensaje) SELECT '2099-01-01T00:00:00.000Z', 'x', 'y' FROM n`,
    )
    .run();
  house.db.sql(`INSERT INTO error_log (fecha_hora, origen, error_mensaje) VALUES (?, 'x', 'y')`).run(old);
  await clean(house.deps, never);
  assert.equal(count(house, `error_log WHERE fecha_hora = '${old}'`), 0);
});

test('no look at a table for what goes walks all of it again at each stretch', (t) => {
  const { db } = open(t);
  for (const { table, key, goes } of kept) {
    const sql = `EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${key} > 1 AND ${key} <= 500 AND (${goes.replaceAll('@limit', "''")})`;
    const plan = db.sqlite
      .prepare(sql)
      .all()
      .map((row) => String((row as { detail: string }).detail));
    assert.deepEqual(
      plan.filter((line) => line.startsWith('SCAN')),
      [],
      table,
    );
    assert.match(String(plan[0]), /USING INTEGER PRIMARY KEY/, table);
  }
});
