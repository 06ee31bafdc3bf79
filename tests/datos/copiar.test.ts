import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { beginCopy, closeUnfinishedCopies, copyClave, makeCopy, runDueCopy } from '#server/datos/copiar.ts';
import { copyDueAt, workDueAt } from '#server/datos/rules.ts';
import { watchHouse } from '#server/datos/vigilar.ts';
import { silentLog } from '#server/lib/log.ts';
import { tellLateCopies } from '#server/vigilancia/copias.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const never = new AbortController().signal;

const open = (t: TestContext, env: Record<string, string> = {}) => {
  const clock = manualClock();
  const folder = temporaryFolder(t);
  const house = openPageHouse({ clock, folder, env });
  t.after(() => house.close());
  return { house, clock, copies: join(folder, 'copias') };
};

const copies = ({ db }: PageHouse) => db.sql('SELECT verificada, error, borrada_at FROM copias ORDER BY copia_id').all();
const avisos = ({ db }: PageHouse) => db.sql('SELECT clave, nivel, estado FROM avisos').all();

test('a copy made while others write is one instant of the database: no row without the one written with it', async (t) => {
  const { house, copies: folder } = open(t);
  const { db } = house;
  const pair = (n: number) => {
    db.sql(`INSERT INTO error_log (origen, error_mensaje) VALUES ('par', ?)`).run(`${n} ${'x'.repeat(2_000)}`);
    db.sql(`INSERT INTO events (entity, entity_id, kind) VALUES ('sistema', ?, 'par')`).run(String(n));
  };
  for (let n = 0; n < 4_000; n++) pair(n);
  let written = 4_000;
  // A connection of its own, as the threads of the robots have: it would make a plain backup begin again and again.
  const other = new Database(db.sqlite.name, { timeout: 5_000 });
  t.after(() => other.close());
  const both = other.transaction((n: number) => {
    other.prepare(`INSERT INTO error_log (origen, error_mensaje) VALUES ('par', ?)`).run(`${n} ${'x'.repeat(2_000)}`);
    other.prepare(`INSERT INTO events (entity, entity_id, kind) VALUES ('sistema', ?, 'par')`).run(String(n));
  });
  const writing = setInterval(() => both(written++), 1);
  t.after(() => clearInterval(writing));
  const begun = await beginCopy(house.deps, 'a_mano');
  assert.equal(await makeCopy(house.deps, begun, never), true);
  clearInterval(writing);
  assert.ok(written > 4_000, 'something was written meanwhile');
  const copy = new Database(join(folder, begun.name), { readonly: true });
  t.after(() => copy.close());
  assert.equal(copy.pragma('integrity_check', { simple: true }), 'ok');
  const count = (sql: string) => copy.prepare(sql).pluck().get() as number;
  const rows = count(`SELECT count(*) FROM error_log WHERE origen = 'par'`);
  assert.ok(rows >= 4_000);
  assert.equal(count(`SELECT count(*) FROM events WHERE kind = 'par'`), rows);
  assert.deepEqual(readdirSync(folder), [begun.name]);
});

test('the next copy is due so many hours after the last good one, whatever was restarted meanwhile', async (t) => {
  const { house, clock } = open(t, { COPIA_INTERVALO_HORAS: '24' });
  assert.equal(await runDueCopy(house.deps, never), true);
  assert.equal(await runDueCopy(house.deps, never), false);
  await clock.advance(23 * 3_600_000);
  assert.equal(await runDueCopy(house.deps, never), false);
  await clock.advance(3_600_000);
  assert.equal(await runDueCopy(house.deps, never), true);
  assert.equal(copies(house).length, 2);
});

test('with COPIA_INTERVALO_HORAS = 0 copies are made by hand only', async (t) => {
  const { house } = open(t, { COPIA_INTERVALO_HORAS: '0' });
  assert.equal(await runDueCopy(house.deps, never), false);
});

test('one that failed is tried again after an hour, not after a day', () => {
  const good = '2026-03-01T09:00:00.000Z';
  const failed = '2026-03-02T09:00:00.000Z';
  const now = '2026-03-02T09:30:00.000Z';
  assert.equal(copyDueAt({ good, failed }, 24, now), '2026-03-02T10:00:00.000Z');
  assert.equal(copyDueAt({ good, failed: null }, 24, now), '2026-03-02T09:00:00.000Z');
  assert.equal(copyDueAt({ good: null, failed: null }, 24, now), '');
});

test('what a clock that ran ahead wrote does not put off the next copy, cleaning or examination', () => {
  const [good, now] = ['2099-01-01T00:00:00.000Z', '2026-03-02T09:30:00.000Z'];
  assert.equal(copyDueAt({ good, failed: null }, 24, now), '');
  assert.equal(workDueAt(good, 24, now), '');
});

test('an order by hand and the clock do not get in each other’s way, and a row that was never closed stops nobody', async (t) => {
  const { house } = open(t);
  house.db.sql(`INSERT INTO copias (archivo, motivo) VALUES ('cerebro-x.db', 'periodica')`).run();
  const begun = await beginCopy(house.deps, 'a_mano');
  assert.equal(await runDueCopy(house.deps, never), false, 'one is under way: no failure of the cycle');
  assert.equal(await makeCopy(house.deps, begun, never), true);
  assert.match(String(copies(house)[0]?.error), /No consta/);
});

test('an old copy that cannot be removed makes the new one no worse', async (t) => {
  const { house, clock, copies: folder } = open(t, { COPIA_CONSERVAR: '1' });
  const first = await beginCopy(house.deps, 'a_mano');
  await makeCopy(house.deps, first, never);
  rmSync(join(folder, first.name));
  mkdirSync(join(folder, first.name));
  await clock.advance(1_000);
  assert.equal(await makeCopy(house.deps, await beginCopy(house.deps, 'a_mano'), never), true);
  assert.deepEqual(avisos(house), []);
});

test('a folder that cannot be written is told in words, with what to look at', async (t) => {
  const place = temporaryFolder(t);
  writeFileSync(join(place, 'ocupado'), '');
  const { house } = open(t, { COPIA_DIRECTORIO: join(place, 'ocupado') });
  await runDueCopy(house.deps, never);
  const told = String(house.db.sql('SELECT detalle || acciones AS told FROM avisos').get()?.told);
  assert.match(told, /^La carpeta de las copias no existe y no se puede crear\. .*ocupado/);
});

test('a folder where the system makes none does not keep the house waiting for ever', {
  skip: process.platform !== 'linux' && 'only Linux has /proc',
}, async (t) => {
  const { house } = open(t, { COPIA_DIRECTORIO: '/proc/cerebro' });
  assert.equal(await runDueCopy(house.deps, never), false);
  await watchHouse(house.deps);
  assert.match(String(copies(house)[0]?.error), /^La carpeta de las copias no existe y no se puede crear/);
});

test('a copy that fails is one aviso, which the next good one ends; nothing half done is left', async (t) => {
  const place = temporaryFolder(t);
  writeFileSync(join(place, 'ocupado'), 'un archivo donde iría la carpeta');
  const { house, clock } = open(t, { COPIA_DIRECTORIO: join(place, 'ocupado') });
  assert.equal(await runDueCopy(house.deps, never), false);
  assert.deepEqual(avisos(house), [{ clave: copyClave, nivel: 'ALTO', estado: 'abierto' }]);
  rmSync(join(place, 'ocupado'));
  assert.equal(await runDueCopy(house.deps, never), false, 'not before an hour has passed');
  await clock.advance(3_600_000);
  assert.equal(await runDueCopy(house.deps, never), true);
  assert.equal(avisos(house)[0]?.estado, 'resuelto');
});

test('a disk without room for it is told before it is filled', async (t) => {
  const { house } = open(t, { DISCO_LIBRE_MIN_MB: '1000000000' });
  assert.equal(await makeCopy(house.deps, await beginCopy(house.deps, 'a_mano'), never), false);
  assert.match(String(copies(house)[0]?.error), /^No queda sitio en /);
});

test('only so many good copies are kept, and the last good one always', async (t) => {
  const { house, clock, copies: folder } = open(t, { COPIA_CONSERVAR: '2' });
  const names: string[] = [];
  for (let n = 0; n < 4; n++) {
    const begun = await beginCopy(house.deps, 'a_mano');
    names.push(begun.name);
    await makeCopy(house.deps, begun, never);
    await clock.advance(1_000);
  }
  assert.deepEqual(readdirSync(folder).sort(), names.slice(2));
  assert.equal(house.db.sql('SELECT count(*) AS n FROM copias WHERE borrada_at IS NOT NULL').get()?.n, 2);
});

test('two copies are never made at once, and one cut short by a death is told as failed', async (t) => {
  const { house } = open(t);
  await beginCopy(house.deps, 'a_mano');
  await assert.rejects(beginCopy(house.deps, 'periodica'), { code: 'copia_en_marcha' });
  await house.db.write(() => closeUnfinishedCopies(house.deps));
  assert.match(String(copies(house)[0]?.error), /se paró/);
  await beginCopy(house.deps, 'a_mano');
});

test('copies that one death after another cuts short are told once there is no good one for twice the time, and the next good one ends it', async (t) => {
  const { house, clock } = open(t);
  const die = async () => {
    await beginCopy(house.deps, 'periodica');
    await house.db.write(() => closeUnfinishedCopies(house.deps));
    await tellLateCopies(house.deps);
  };
  await die();
  await clock.advance(48 * 3_600_000);
  await die();
  assert.deepEqual(avisos(house), [], 'not yet: forty-eight hours, and not a minute more');
  await clock.advance(60_000);
  await die();
  await die();
  const [aviso] = house.db.sql('SELECT clave, detalle, veces FROM avisos').all();
  assert.deepEqual(aviso, {
    ...{ clave: 'copia_atrasada', veces: 1 },
    detalle: 'Todavía no hay ninguna copia buena, y las 3 que se empezaron después no terminaron.',
  });
  assert.equal(await makeCopy(house.deps, await beginCopy(house.deps, 'a_mano'), never), true);
  await tellLateCopies(house.deps);
  assert.equal(avisos(house)[0]?.estado, 'resuelto');
  // Stopped for a week: it has not tried yet.
  await clock.advance(7 * 24 * 3_600_000);
  await tellLateCopies(house.deps);
  assert.equal(avisos(house)[0]?.estado, 'resuelto');
});

test('a good copy that somebody took away is no copy: another one is made, an hour later at the soonest', async (t) => {
  const { house, clock, copies: folder } = open(t);
  assert.equal(await runDueCopy(house.deps, never), true);
  rmSync(folder, { recursive: true });
  assert.equal(await runDueCopy(house.deps, never), false);
  await clock.advance(3_600_000);
  assert.equal(await runDueCopy(house.deps, never), true);
});

test('two houses that share the folder leave the other’s copy alone while it is being made', async (t) => {
  const { house, copies: folder } = open(t);
  mkdirSync(folder);
  const mine = await beginCopy(house.deps, 'periodica');
  await house.db.write(() => closeUnfinishedCopies(house.deps));
  const lefts = {
    own: `${mine.name}.parte`,
    theirs: 'cerebro-2026-03-02T090000.123Z.db.parte',
    old: 'cerebro-2020-01-01T000000.000Z.db.parte',
  };
  for (const name of Object.values(lefts)) {
    writeFileSync(join(folder, name), '');
    utimesSync(join(folder, name), house.deps.clock.now(), name === lefts.old ? new Date('2020-01-01') : house.deps.clock.now());
  }
  const begun = await beginCopy(house.deps, 'a_mano');
  assert.equal(await makeCopy(house.deps, begun, never), true);
  assert.deepEqual(readdirSync(folder).sort(), [lefts.theirs, begun.name].sort());
});

test('one that is stopped leaves no file behind, and is no failure in the log either', async (t) => {
  const { house, copies: folder } = open(t);
  const failures: unknown[] = [];
  const log = Object.assign(silentLog(), { error: (told: unknown) => failures.push(told) });
  const stopped = new AbortController();
  stopped.abort();
  const deps = { ...house.deps, log };
  assert.equal(await makeCopy(deps, await beginCopy(deps, 'a_mano'), stopped.signal), false);
  assert.deepEqual(failures, []);
  assert.deepEqual(existsSync(folder) ? readdirSync(folder) : [], []);
  assert.deepEqual(avisos(house), [], 'a stop in order is no failure');
});

test('one that is stopped in the middle leaves no file behind either, and the house folds its log as before', async (t) => {
  const { house, copies: folder } = open(t);
  const fill = house.db.sqlite.prepare(`INSERT INTO error_log (origen, error_mensaje) VALUES ('x', zeroblob(1000000))`);
  for (let n = 0; n < 60; n++) fill.run();
  const stopping = new AbortController();
  const making = makeCopy(house.deps, await beginCopy(house.deps, 'a_mano'), stopping.signal);
  while (!existsSync(folder) || readdirSync(folder).length === 0) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(house.db.sqlite.pragma('wal_autocheckpoint', { simple: true }), 0);
  stopping.abort();
  assert.equal(await making, false);
  assert.deepEqual(readdirSync(folder), []);
  assert.equal(house.db.sqlite.pragma('wal_autocheckpoint', { simple: true }), 4000);
});
