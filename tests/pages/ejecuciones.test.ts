import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { A360Error } from '#server/gateways/a360/a360.ts';
import { addRun, runOf } from '#tests/support/a360-runs.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';
import { addSampleUser, signIn } from '#tests/support/sign-in.ts';
import { activityRow, toldA360 } from '#tests/support/told-a360.ts';

const clock = manualClock('2026-03-02T09:00:00.000Z');

describe('the page of ejecuciones', () => {
  const house = openPageHouse({ clock });
  after(() => house.close());
  before(() => void fillSample(house.db, house.folder, clock.now()));

  test('begins with what is wrong: the late, the orphans, those nobody knows of, the callbacks that found no run', async () => {
    const { text, links } = await visit(house, '/ejecuciones');
    assert.match(text, /Hay algo que mirar/);
    assert.match(text, /1 aviso de A360 sin ejecución/);
    assert.match(text, /d-de-otro/);
    assert.equal(links.get('1 huérfana en la cola de A360'), '/ejecuciones?ver=huerfanas');
    assert.match(text, /1 ejecución de las que A360 no sabe decir/);
  });

  test('shows both kinds of robots, the newest first, and who told each end', async () => {
    const all = await visit(house, '/ejecuciones?ver=todas');
    assert.ok(all.rows.some((cells) => cells.join(' ').includes('PC-RPA-31')));
    assert.ok(all.rows.some((cells) => cells.join(' ').includes('Hilo 1 de esta máquina')));
    assert.ok(all.rows.some((cells) => cells.join(' ').includes('aviso de A360')));
    assert.ok(all.rows.some((cells) => cells.join(' ').includes('inferido')));
  });

  test('each view shows its own', async () => {
    const late = await visit(house, '/ejecuciones?ver=demoradas');
    assert.ok(late.rows.some((cells) => cells[0]?.includes('P10_CARGA_FACTURAS') && cells[2]?.includes('demorada')));
    const orphans = await visit(house, '/ejecuciones?ver=huerfanas');
    assert.ok(orphans.rows[0]?.[2]?.includes('huérfana'));
    const ended = await visit(house, '/ejecuciones?ver=terminadas');
    assert.ok(ended.rows.every((cells) => !cells[2]?.includes('en marcha')));
    assert.ok(ended.rows.length >= 2);
  });

  test('is narrowed by robot and by equipo, by name or id, and each filter can be taken away', async () => {
    const { rows, text } = await visit(house, '/ejecuciones?ver=todas&robot=4711&equipo=PC-RPA-31');
    assert.deepEqual([...new Set(rows.filter((cells) => cells.length > 4).map((cells) => cells[1]))], ['PC-RPA-31']);
    assert.match(text, /Quitar el filtro Robot: P10_CARGA_FACTURAS/);
    assert.match(text, /Quitar el filtro Equipo: PC-RPA-31/);
    const none = await visit(house, '/ejecuciones?robot=no-hay');
    assert.match(none.text, /Nada coincide con el filtro/);
  });

  test('pages by key both ways, with and without a filter', async () => {
    for (let n = 0; n < 120; n += 1)
      addRun(house.db, `p${n}`, {
        ...{ robot_id: '5000', equipo_id: '77', user_id: null, estado: 'RUN_COMPLETED', fecha_fin: '2026-03-02T08:40:00.000Z' },
        fecha_inicio: `2026-03-02T08:${String(10 + Math.floor(n / 10)).padStart(2, '0')}:00.000Z`,
      });
    for (const query of ['ver=todas', 'ver=todas&robot=5000', 'ver=terminadas&equipo=77', 'ver=terminadas&robot=5000&equipo=77']) {
      const first = await visit(house, `/ejecuciones?${query}`);
      const second = await visit(house, first.links.get('Más antiguos') as string);
      const hrefs = (html: string) => [...html.matchAll(/<a href="(\/ejecuciones\/p\d+)"/g)].map((match) => match[1]);
      assert.equal(hrefs(first.html).length, 50, query);
      assert.deepEqual(hrefs(first.html)[0], '/ejecuciones/p119');
      assert.deepEqual(hrefs(second.html)[0], '/ejecuciones/p69');
      const back = await visit(house, second.links.get('Más recientes') as string);
      assert.deepEqual(hrefs(back.html), hrefs(first.html));
    }
    assert.equal((await visit(house, '/ejecuciones?ver=todas&pagina=antes-999999999')).status, 200);
  });

  test('one of A360 shows what A360 sent, folded and as text, and how it went', async () => {
    const { html, text, heading } = await visit(house, '/ejecuciones/a360-avisada');
    assert.equal(heading, 'P10_CARGA_FACTURAS en PC-RPA-31');
    assert.match(html, /<details><summary>/);
    assert.match(html, /&lt;b&gt;no es HTML/);
    assert.match(text, /Falló \(RUN_FAILED\); lo avisa A360/);
    assert.match(text, /Quién dice que terminó aviso de A360/);
  });

  test('one of our own robots leads to its trámite and cannot be ordered about', async () => {
    const id = house.db.sql("SELECT ejecucion_id AS id FROM ejecuciones WHERE fase = 'ready' AND estado = 'RUNNING'").get()?.id;
    const { links, buttons } = await visit(house, `/ejecuciones/${id}`);
    assert.match(links.get('Ver su trámite') as string, /^\/cola\/\d+$/);
    assert.ok(!buttons.includes('Parar') && !buttons.includes('Desbloquear'));
    const refused = await send(house, `/ejecuciones/${id}/desbloquear`, { motivo: 'porque sí' });
    assert.equal(refused.status, 422);
    assert.deepEqual(runOf(house.db, id as string, 'estado'), ['RUNNING']);
  });

  test('one that does not exist is a 404', async () => {
    assert.equal((await visit(house, '/ejecuciones/nada')).status, 404);
    assert.equal((await send(house, '/ejecuciones/nada/parar', {})).status, 404);
  });
});

describe('the orders', () => {
  const a360 = toldA360();
  const house = openPageHouse({ clock, a360 });
  after(() => house.close());
  const again = () => {
    house.db.sqlite.exec('DELETE FROM ejecuciones; DELETE FROM auditoria; DELETE FROM events');
    Object.assign(a360, { rows: [], refuses: {}, before: () => undefined });
    a360.stopped.length = 0;
    addRun(house.db, 'a', { equipo_id: '31' });
  };
  const audited = () => house.db.sql('SELECT accion, entidad, entidad_id, motivo FROM auditoria').all();

  test('parar asks A360 for the activity of that deployment, and leaves the run as it is', async () => {
    again();
    a360.rows = [activityRow('d-a', { id: 'act-7' })];
    assert.equal((await send(house, '/ejecuciones/a/parar', {})).status, 303);
    assert.deepEqual(a360.stopped, ['act-7']);
    assert.deepEqual(runOf(house.db, 'a', 'estado', 'parada_pedida_at', 'activity_id'), ['RUNNING', '2026-03-02T09:00:00.000Z', 'act-7']);
    assert.deepEqual(audited(), [{ accion: 'parar', entidad: 'ejecucion', entidad_id: 'a', motivo: null }]);
    assert.deepEqual(house.woken, ['conciliar']);
  });

  test('what A360 refuses to stop is told with its reason, and nothing is written', async () => {
    again();
    a360.rows = [activityRow('d-a')];
    a360.refuses = { 'a-d-a': 'Ya había terminado allí.' };
    const { status, text } = await send(house, '/ejecuciones/a/parar', {});
    assert.equal(status, 422);
    assert.match(text, /Ya había terminado allí/);
    assert.deepEqual([runOf(house.db, 'a', 'parada_pedida_at'), audited()], [[null], []]);
  });

  test('A360 that does not answer is a 502', async () => {
    again();
    a360.before = () => {
      throw new A360Error('red', 'El Control Room no contesta.');
    };
    const { status, text } = await send(house, '/ejecuciones/a/parar', {});
    assert.equal(status, 502);
    assert.match(text, /no contesta/);
  });

  test('one that has ended, or whose deployment is not known, cannot be stopped', async () => {
    again();
    addRun(house.db, 'b', { estado: 'RUN_COMPLETED', fecha_fin: '2026-03-02T08:50:00.000Z' });
    addRun(house.db, 'c', { estado: 'PENDING_EXECUTION', deployment_id: null });
    for (const id of ['b', 'c']) assert.equal((await send(house, `/ejecuciones/${id}/parar`, {})).status, 422, id);
    assert.deepEqual(a360.stopped, []);
  });

  test('desbloquear closes the run here, by hand and with its reason, and A360 is not asked', async () => {
    again();
    assert.equal((await send(house, '/ejecuciones/a/desbloquear', { motivo: 'La máquina se apagó.' })).status, 303);
    assert.deepEqual(runOf(house.db, 'a', 'estado', 'origen', 'fecha_fin', 'mensaje'), [
      ...['RUN_ABORTED', 'manual', '2026-03-02T09:00:00.000Z', 'La máquina se apagó.'],
    ]);
    assert.deepEqual(audited(), [{ accion: 'desbloquear', entidad: 'ejecucion', entidad_id: 'a', motivo: 'La máquina se apagó.' }]);
    addRun(house.db, 'next', { equipo_id: '31' });
  });

  test('without a reason the same page comes back, with the question open', async () => {
    again();
    const { status, html } = await send(house, '/ejecuciones/a/desbloquear', { motivo: ' ' });
    assert.equal(status, 422);
    assert.match(html, /<dialog[^>]* id="desbloquear"[^>]* open>/);
    assert.deepEqual(runOf(house.db, 'a', 'estado'), ['RUNNING']);
  });

  test('one that has ended is not unlocked', async () => {
    again();
    addRun(house.db, 'b', { estado: 'RUN_FAILED', fecha_fin: '2026-03-02T08:50:00.000Z' });
    assert.equal((await send(house, '/ejecuciones/b/desbloquear', { motivo: 'x' })).status, 422);
    assert.deepEqual(runOf(house.db, 'b', 'estado'), ['RUN_FAILED']);
  });

  test('who may only look sees no buttons', async () => {
    again();
    await addSampleUser(house, 'administrador');
    const reader = await signIn(house, 'lectura');
    const { text, buttons } = await visit(house, '/ejecuciones/a', reader);
    assert.match(text, /en marcha/);
    assert.ok(!buttons.includes('Parar') && !buttons.includes('Desbloquear'));
  });
});
