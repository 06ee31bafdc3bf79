import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { raise } from '#server/avisos/raise.ts';
import { diskGate } from '#server/datos/disk-gate.ts';
import { openStage, page, paths } from '#tests/gateways/a360-stage.ts';
import { openPageHouse, restingCycle } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';
import { readExposition, sampleOf } from './exposition.ts';

const secret = 'un-secreto-de-prueba';
const clock = manualClock('2026-03-02T09:00:00.000Z');
const house = openPageHouse({
  clock,
  env: { CALLBACK_TOKEN: secret, XVIA_PASSWORD: 'secreta', ADMIN_PASSWORD: 'secretisima' },
});
after(() => house.close());
before(() => void fillSample(house.db, house.folder, clock.now()));

const scrape = async () => {
  await clock.advance(5000);
  return visit(house, '/metrics');
};
const families = async () => readExposition((await scrape()).html);

describe('/metrics', () => {
  test('is the text Prometheus reads, and is kept by nobody', async () => {
    const { status, headers, html } = await scrape();
    assert.equal(status, 200);
    assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    assert.equal(headers['cache-control'], 'no-store');
    const all = readExposition(html);
    assert.ok(all.size > 50);
    for (const { name, help, type } of all.values()) {
      assert.ok(!name.endsWith('_total') || type === 'counter', name);
      if (!name.startsWith('cerebro_')) continue;
      assert.match(help, /^[A-Z0-9].*\.$/, name);
      assert.equal(name.endsWith('_total'), type === 'counter', name);
      assert.doesNotMatch(name, /_(ms|millis|minutes|kb|mb)\b/);
    }
  });

  test('answers HEAD with the headers only', async () => {
    const { statusCode, body, headers } = await house.app.inject({ method: 'HEAD', url: '/metrics', headers: { host: '127.0.0.1:3000' } });
    assert.deepEqual([statusCode, body, headers['cache-control']], [200, '', 'no-store']);
  });

  test('tells how everything stands: queue, cycles, slots, avisos, tickets, storage, version', async () => {
    house.slots = { used: 1, total: 2 };
    house.scheduler.claim = { ...restingCycle, nextAt: '2026-03-02T08:59:00.000Z', lastError: { code: 'x', message: 'No hay red.' } };
    await house.db.write(() =>
      raise(house.db, '2026-03-02T09:00:00.000Z', {
        ...{ clave: 'prueba', nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE', titulo: 'Algo', acciones: ['Mire.'] },
      }),
    );
    house.db.sqlite.exec(`
      INSERT INTO copias (archivo, motivo, terminada_at, verificada) VALUES ('a.db', 'a_mano', '2026-03-02T08:00:00.000Z', 1);
      UPDATE mantenimiento SET activo = 1`);
    const all = await families();
    const value = (name: string, labels = {}) => sampleOf(all, name, labels);
    const n = (sql: string) => Object.values(house.db.sql(sql).get() ?? {})[0];
    const pending = "SELECT n FROM queue_counts WHERE site_id = 'xaloc_girona' AND status = 'pending'";
    assert.equal(value('cerebro_queue_tramites', { organismo: 'xaloc_girona', status: 'pending' }), n(pending));
    assert.equal(value('cerebro_cycle_failing', { cycle: 'reclamar' }), 1);
    assert.ok((value('cerebro_cycle_overdue_seconds', { cycle: 'reclamar' }) ?? 0) >= 60);
    assert.deepEqual([value('cerebro_slots_used'), value('cerebro_slots'), value('cerebro_pool_threads')], [1, 2, 2]);
    const critical = "SELECT count(*) FROM avisos WHERE estado = 'abierto' AND nivel = 'CRITICO'";
    assert.equal(value('cerebro_avisos_open', { level: 'CRITICO' }), n(critical));
    assert.equal(value('cerebro_ticket_source_up', { source: 'clouders' }), 0);
    assert.equal(value('cerebro_ticket_source_tickets', { source: 'clouders' }), 64);
    assert.ok((value('cerebro_ticket_source_age_seconds', { source: 'clouders' }) ?? 0) >= 360);
    assert.equal(value('cerebro_ticket_source_up', { source: 'local' }), 1);
    assert.ok((value('cerebro_sqlite_bytes', { file: 'db' }) ?? 0) >= 4096);
    assert.ok((value('cerebro_sqlite_writes_total') ?? 0) >= 1);
    assert.ok((value('cerebro_disk_free_bytes') ?? 0) > 0);
    assert.equal(value('cerebro_backup_last_success_timestamp_seconds'), Date.parse('2026-03-02T08:00:00Z') / 1000);
    assert.equal(value('cerebro_maintenance'), 1);
    assert.deepEqual(all.get('cerebro_build_info')?.samples[0]?.labels.node, process.versions.node);
    for (const { labels, value } of all.get('cerebro_metrics_part_failed')?.samples ?? []) assert.equal(value, 0, labels.part);
  });

  test('tells how the doors were when somebody last knocked, without waiting for them', async () => {
    await scrape();
    assert.equal(sampleOf(await families(), 'cerebro_door_up', { door: 'origen' }), 1);
    house.origen.down = true;
    await clock.advance(61_000);
    await scrape();
    const all = await families();
    house.origen.down = false;
    assert.equal(sampleOf(all, 'cerebro_door_up', { door: 'origen' }), 0);
    assert.equal(sampleOf(all, 'cerebro_door_up', { door: 'control_room_a360' }), undefined);
  });

  test('counts callbacks by what became of them, refused ones too', async () => {
    const tell = (body: string, authorization: string) =>
      house.app.inject({
        ...{ method: 'POST', url: '/api/callback', payload: body },
        headers: { host: '127.0.0.1:3000', 'content-type': 'application/json', 'x-authorization': authorization },
      });
    await tell('{"deploymentId":"d-nadie","status":"RUNNING"}', secret);
    await tell('{', secret);
    await tell('{}', 'otro');
    const all = await families();
    const counts = (all.get('cerebro_callbacks_total')?.samples ?? []).map(({ labels, value }) => [labels.result, value]);
    assert.deepEqual(Object.fromEntries(counts), { kept: 1, not_valid: 1, unauthorized: 1 });
  });

  test('asked again at once, gives the same answer without looking again', async () => {
    const first = await scrape();
    house.db.sql("DELETE FROM avisos WHERE clave = 'prueba'").run();
    const again = await visit(house, '/metrics');
    assert.equal(again.html, first.html);
    assert.notEqual((await scrape()).html, first.html);
  });

  test('tells no secret, no address and no name of a person', async () => {
    const { html } = await scrape();
    assert.doesNotMatch(html, /secret|127\.0\.0\.1|muestra\.db|cerebro\.db|Prueba|\/tmp\//);
  });

  test('a part that cannot be measured leaves the others be', async (t) => {
    const broken = openPageHouse({ clock });
    t.after(() => broken.close());
    broken.db.sqlite.exec('ALTER TABLE fuentes_carga RENAME TO otra');
    const all = readExposition((await visit(broken, '/metrics')).html);
    assert.equal(sampleOf(all, 'cerebro_metrics_part_failed', { part: 'around' }), 1);
    assert.equal(sampleOf(all, 'cerebro_metrics_part_failed', { part: 'queue' }), 0);
    assert.equal(sampleOf(all, 'cerebro_slots'), 2);
  });
});

describe('/listo', () => {
  test('asked by many at once, knocks once', async (t) => {
    const { room, answer, to } = await openStage(t);
    answer(paths.devices, page([]));
    const busy = openPageHouse({ clock, a360: room });
    t.after(() => busy.close());
    const answers = await Promise.all(Array.from({ length: 10 }, () => visit(busy, '/listo')));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(to(paths.devices).length, 1);
    await clock.advance(1000);
    await visit(busy, '/listo');
    assert.equal(to(paths.devices).length, 2);
  });

  test('does not wait longer for a door than its patience', async (t) => {
    const { room, answer } = await openStage(t);
    answer(paths.devices, { silence: 'never' });
    const slow = openPageHouse({ clock, a360: room });
    t.after(() => slow.close());
    const asked = visit(slow, '/listo');
    for (let n = 0; n < 50; n++) await clock.advance(100);
    const { status, html } = await asked;
    assert.equal(status, 503);
    assert.match(html, /"puerta":"Control Room \(A360\)","estado":"mal","motivo":"No ha contestado a tiempo\."/);
  });

  test('with less free space than it takes to work, is not ready', async (t) => {
    const full = openPageHouse({ clock, env: { DISCO_LIBRE_MIN_MB: '999999999' } });
    t.after(() => full.close());
    const { status, html } = await visit(full, '/listo');
    assert.equal(status, 503);
    assert.match(html, /"puerta":"disco","estado":"mal","motivo":"Quedan \d+ MB libres .* hacen falta 999999999: no empieza nada nuevo/);
    assert.equal(diskGate(full.deps).open, false);
  });

  test('answers HEAD, and is kept by nobody', async (t) => {
    const house = openPageHouse();
    t.after(() => house.close());
    for (const url of ['/listo', '/salud']) {
      const head = await house.app.inject({ method: 'HEAD', url, headers: { host: '127.0.0.1:3000' } });
      assert.deepEqual([head.statusCode, head.body, head.headers['cache-control']], [200, '', 'no-store']);
    }
  });
});
