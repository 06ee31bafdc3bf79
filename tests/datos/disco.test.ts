import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { diskClave, diskGate } from '#server/datos/disk-gate.ts';
import { judgeDisk } from '#server/datos/rules.ts';
import { watchHouse } from '#server/datos/vigilar.ts';
import type { Db } from '#server/db/open.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { watchCycle } from '#server/vigilancia/caida.ts';
import { openLaunchHouse } from '#tests/lanzador/launch-house.ts';
import { recurso, withBrain } from '#tests/support/brain.ts';
import { openQueueHouse } from '#tests/support/queue-house.ts';

const setting = ({ db }: { readonly db: Db }, clave: string, valor: number) =>
  db
    .sql('INSERT INTO ajustes (clave, valor) VALUES (?, ?) ON CONFLICT (clave) DO UPDATE SET valor = excluded.valor')
    .run(clave, String(valor));

const more = 1_000_000_000;
const never = new AbortController().signal;

test('below the least nothing begins, what is under way ends, and it goes on by itself', async (t) => {
  const house = openQueueHouse(t, { threads: 1 });
  await house.queue(['1', '2', '3']);
  house.pool.tell('1', 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 1, 'a robot works');
  setting(house, 'DISCO_LIBRE_MIN_MB', more);
  house.pool.release('1');
  await house.idle();
  await house.dispatcher.pass();
  assert.deepEqual(house.statuses(), { 1: 'completed', 2: 'pending', 3: 'pending' });
  await watchHouse(house.deps);
  assert.deepEqual(house.db.sql('SELECT clave, nivel, veces FROM avisos').all(), [{ clave: diskClave, nivel: 'CRITICO', veces: 1 }]);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT veces FROM avisos').get()?.veces, 1);
  setting(house, 'DISCO_LIBRE_MIN_MB', 0);
  setting(house, 'DISCO_LIBRE_AVISO_MB', 0);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT estado FROM avisos').get()?.estado, 'resuelto');
  assert.deepEqual(house.woken, ['reclamar', 'despachar', 'lanzar']);
  await house.dispatcher.pass();
  await house.idle();
  assert.deepEqual(house.statuses(), { 1: 'completed', 2: 'completed', 3: 'completed' });
});

test('below the least nothing is claimed, what was claimed is still looked after, and the next cycle with room claims it', () =>
  withBrain([recurso(90001), recurso(90002)], async (brain) => {
    mkdirSync(brain.deps.config.DATA_DIR);
    setting(brain, 'DISCO_LIBRE_MIN_MB', more);
    await assert.rejects(brain.cycle(), { code: 'disco_lleno' });
    assert.deepEqual(brain.column('SELECT resource_id FROM reclamaciones'), []);
    assert.equal(brain.at(90001).UsuarioAsignado, recurso(90001).UsuarioAsignado);
    const told = brain.one('SELECT outcome, error FROM cycles ORDER BY cycle_id DESC LIMIT 1');
    assert.match(JSON.stringify(told), /no empieza nada nuevo hasta que haya sitio/);
    setting(brain, 'DISCO_LIBRE_MIN_MB', 0);
    assert.equal((await brain.cycle()).claimed, 2);
  }));

test('an intent that a death left open is settled below the least too: it is at the source already', () =>
  withBrain([recurso(90001)], async (brain) => {
    mkdirSync(brain.deps.config.DATA_DIR);
    let dead = false;
    const stop = brain.watch(({ name, done }) => {
      dead ||= done && name === 'claim';
      if (dead) throw new Error('muerte');
    });
    await brain.cycle().catch(() => undefined);
    stop();
    assert.deepEqual(brain.column('SELECT state FROM reclamaciones'), ['intended']);
    setting(brain, 'DISCO_LIBRE_MIN_MB', more);
    await assert.rejects(brain.cycle(), { code: 'disco_lleno' });
    assert.deepEqual(brain.column('SELECT state FROM reclamaciones'), ['claimed']);
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 1);
  }));

test('below the least nothing is launched, runs under way are still followed, and it goes on by itself', async () => {
  const house = openLaunchHouse({ DATA_DIR: tmpdir() });
  house.online('1', '31');
  await house.launch();
  house.online('2', '32');
  setting(house, 'DISCO_LIBRE_MIN_MB', more);
  await house.launch();
  assert.equal(house.calls.length, 1);
  house.activity = async () => [];
  await house.reconcile();
  setting(house, 'DISCO_LIBRE_MIN_MB', 0);
  assert.equal((await house.launch()).launched, 1);
  assert.equal(house.calls.length, 2);
});

test('between the two limits there is an aviso and everything goes on', async (t) => {
  const house = openQueueHouse(t);
  setting(house, 'DISCO_LIBRE_MIN_MB', 0);
  setting(house, 'DISCO_LIBRE_AVISO_MB', more);
  await watchHouse(house.deps);
  assert.equal(house.db.sql('SELECT nivel FROM avisos').get()?.nivel, 'ALTO');
  assert.equal(diskGate(house.deps).open, true);
});

test('only the disk of the data stops the house; that of the copies is told', () => {
  const space = (folder: string, freeMb: number, vital: boolean) => ({ folder, freeMb, vital });
  const limits = { min: 500, warn: 2_000 };
  assert.equal(judgeDisk([space('datos', 9_000, true), space('copias', 10, false)], limits)?.nivel, 'ALTO');
  assert.equal(judgeDisk([space('datos', 400, true), space('copias', 10, false)], limits)?.nivel, 'CRITICO');
  assert.equal(judgeDisk([space('datos', 9_000, true)], limits), null);
});

test('a disk that goes to and fro around a limit is told once, and works again with a little more room', () => {
  const limits = { min: 500, warn: 2_000 };
  const levels: ('CRITICO' | 'ALTO' | undefined)[] = [];
  for (const freeMb of [499, 501, 498, 540, 560, 499])
    levels.push(judgeDisk([{ folder: 'datos', freeMb, vital: true }], limits, levels.at(-1))?.nivel);
  assert.deepEqual(levels, ['CRITICO', 'CRITICO', 'CRITICO', 'CRITICO', 'ALTO', 'CRITICO']);
  assert.equal(judgeDisk([{ folder: 'datos', freeMb: 2_100, vital: true }], limits, 'ALTO')?.nivel, 'ALTO');
  assert.equal(judgeDisk([{ folder: 'datos', freeMb: 2_200, vital: true }], limits, 'ALTO'), null);
});

test('captures on a disk of their own stop the house too, and a claim cycle that stops for it is one aviso, not two', async (t) => {
  const folder = smallDisk(t);
  if (folder === null) return t.skip('this user may not mount');
  const house = openQueueHouse(t, { threads: 1, env: { DISCO_LIBRE_MIN_MB: '100' } });
  rmSync(join(house.deps.config.DATA_DIR, 'evidencias'), { recursive: true, force: true });
  symlinkSync(folder, join(house.deps.config.DATA_DIR, 'evidencias'));
  assert.equal(diskGate(house.deps).open, false);
  await watchHouse(house.deps);
  const noRoom = new CerebroError('disco_lleno', 'Quedan 12 MB.', { transient: true });
  const full = () => watchCycle(house.deps, 'reclamar', never, () => Promise.reject(noRoom));
  for (let n = 0; n < 4; n++) await assert.rejects(full(), { code: 'disco_lleno' });
  assert.deepEqual(house.db.sql(`SELECT clave FROM avisos WHERE estado = 'abierto'`).all(), [{ clave: diskClave }]);
});

/** A disk of its own that fills up; null where this user may not make one. */
const smallDisk = (t: TestContext): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-disco-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', folder]).status === 0;
  t.after(() => {
    if (mounted) spawnSync('umount', ['-l', folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  if (!mounted) return null;
  return folder;
};

test('a disk that fills up in the middle neither loses a trámite nor files one twice', async (t) => {
  const folder = smallDisk(t);
  if (folder === null) return t.skip('this user may not mount');
  const house = openQueueHouse(t, { threads: 2, dataDir: folder, env: { DISCO_LIBRE_MIN_MB: '0' } });
  const ids = Array.from({ length: 12 }, (_, i) => String(i + 1));
  await house.queue(ids);
  for (const id of ['1', '2']) house.pool.tell(id, 'hang');
  await house.dispatcher.pass();
  await house.until(() => house.pool.tasks.length === 2, 'two robots work');
  const filler = join(folder, 'relleno');
  for (let size = 12_000_000; size >= 1; )
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      size = Math.floor(size / 2);
    }
  house.pool.release('1');
  house.pool.release('2');
  const ticking = setInterval(() => void house.clock.advance(1_000), 20);
  t.after(() => clearInterval(ticking));
  await house.until(() => house.clock.sleeping() > 0 || house.dispatcher.busy().used === 0, 'the disk is met full');
  rmSync(filler);
  await house.until(() => {
    if (house.dispatcher.busy().used === 0) void house.dispatcher.pass();
    return Object.values(house.statuses()).every((status) => status !== 'pending' && status !== 'processing');
  }, 'everything has ended');
  clearInterval(ticking);
  const twice = `SELECT tramite_id FROM ejecuciones WHERE fase IN ('submitting', 'submitted') GROUP BY tramite_id HAVING count(*) > 1`;
  assert.deepEqual(house.db.sql(twice).all(), []);
  const statuses = house.statuses();
  assert.deepEqual(Object.keys(statuses).sort(), ids.sort());
  assert.deepEqual(
    Object.values(statuses).filter((status) => status !== 'completed' && status !== 'needs_review'),
    [],
  );
});
