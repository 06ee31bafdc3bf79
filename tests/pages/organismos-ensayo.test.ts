import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { canOf } from '#server/acceso/gate.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { free, openSourceHouse } from '#tests/support/source-house.ts';

const recursos = [
  free(1, '2025/160585-MUL'),
  free(2, ' 2025/160586-MUL '),
  free(3, '025/160585-MUL'),
  free(4, '2025/160587-MUL', { TExp: 1 }),
  free(5, '2025/160588-MUL', { Estado: 1 }),
];
const address = '/organismos/xaloc_girona';

describe('the ensayo of an organismo', () => {
  const house = openSourceHouse(recursos);
  after(() => house.close());
  const isOn = () => house.db.sql("SELECT active FROM organismo_config WHERE site_id = 'xaloc_girona'").get()?.active === 1;
  const cookieOf = (headers: Readonly<Record<string, unknown>>) => String(headers['set-cookie']).split(';')[0] ?? '';

  test('says in one line what a cycle would do, and then shows it, though it is off', async () => {
    const { text, status, links } = await visit(house, `${address}/ensayo`);
    assert.equal(status, 200);
    assert.match(text, /Un ciclo reclamaría 2 de 4\./);
    assert.match(
      text,
      /Se reclamarían \(2\) .*1 2025\/160585-MUL .*Expedient=2025%2F160585-MUL.* 2 2025\/160586-MUL .*sin blancos a los lados/,
    );
    assert.match(
      text,
      /La expresión regular rechaza un expediente que parece bueno 1 como 025\/160585-MUL : solo cambia el número de cifras/,
    );
    assert.match(text, /El expediente no cumple la expresión regular \(1\) .*3 025\/160585-MUL/);
    assert.match(text, /Su TExp no está en el filtro \(1\) .*4 2025\/160587-MUL/);
    const [link] = [...links.keys()].filter((word) => word.includes('2025%2F160585-MUL'));
    assert.equal(links.get(link ?? ''), link);
  });

  test('changes nothing at the source nor in the queue', async () => {
    await visit(house, `${address}/ensayo`);
    for (const table of ['reclamaciones', 'tramite_queue', 'discards', 'events', 'auditoria'])
      assert.equal(house.db.sql(`SELECT count(*) AS n FROM ${table}`).get()?.n, 0, table);
  });

  test('keeps what it was run with, to the letter of the version', async () => {
    const kept = house.db.sql('SELECT * FROM ensayos').all();
    assert.deepEqual(
      kept.map(({ site_id, seen, matched }) => [site_id, seen, matched]),
      [['xaloc_girona', 4, 2]],
    );
    assert.equal(kept[0]?.reglas, house.db.sql("SELECT reglas FROM organismo_versiones WHERE site_id = 'xaloc_girona'").get()?.reglas);
  });

  test('switching on without one leads to it, says why, and takes one more click', async () => {
    house.db.sqlite.exec('DELETE FROM ensayos');
    const refused = await send(house, `${address}?vuelta=lista`, { active: '1' });
    assert.deepEqual([refused.status, refused.headers.location, isOn()], [303, `${address}/ensayo`, false]);
    const ensayo = await visit(house, `${address}/ensayo`, { cookie: cookieOf(refused.headers) });
    assert.match(ensayo.text, /Sigue apagado: faltaba un ensayo con las reglas de ahora\./);
    assert.ok(ensayo.buttons.includes('Encender con estas reglas'));
    const done = await send(house, address, { active: '1' });
    assert.deepEqual([done.status, done.headers.location, isOn()], [303, address, true]);
    const page = await visit(house, address, { cookie: cookieOf(done.headers) });
    assert.match(page.text, /Encendido: el próximo ciclo reclama sus recursos\./);
    assert.ok(!(await visit(house, `${address}/ensayo`)).buttons.includes('Encender con estas reglas'));
  });

  test('an edit of a running one switches it off and leads to its ensayo, and what was said is said once', async () => {
    const edited = await send(house, address, { regex_expediente: '^\\d{3,4}/\\d{6}-MUL$' });
    assert.deepEqual([edited.status, edited.headers.location, isOn()], [303, `${address}/ensayo`, false]);
    const ensayo = await visit(house, `${address}/ensayo`, { cookie: cookieOf(edited.headers) });
    assert.match(ensayo.text, /Guardado, y apagado: .* Un ciclo reclamaría 3 de 4\./);
    assert.match(String(ensayo.headers['set-cookie']), /^cerebro_flash=; .*Max-Age=0/);
  });

  test('rules edited after the ensayo are not switched on', async () => {
    await visit(house, `${address}/ensayo`);
    house.db.sqlite.exec("UPDATE organismo_config SET filtro_texp = '2' WHERE site_id = 'xaloc_girona'");
    assert.equal((await send(house, address, { active: '1' })).headers.location, `${address}/ensayo`);
    assert.equal(isOn(), false);
  });

  test('a right form of a new one sent with active=1 is saved switched off and leads to its ensayo', async () => {
    const form = { site_id: 'figueres', query_organisme: '%FIGUERES%', filtro_texp: '2', regex_expediente: '.+', active: '1' };
    const added = await send(house, '/organismos', form);
    assert.deepEqual([added.status, added.headers.location], [303, '/organismos/figueres/ensayo']);
    assert.equal(house.db.sql("SELECT active FROM organismo_config WHERE site_id = 'figueres'").get()?.active, 0);
    const { text } = await visit(house, '/organismos/figueres/ensayo', { cookie: cookieOf(added.headers) });
    assert.match(text, /Guardado, y apagado: .* el origen no tiene ahora recursos libres de esos patrones\./);
  });

  test('what SQL switches on is on, without any ensayo', () => {
    house.db.sqlite.exec("DELETE FROM ensayos; UPDATE organismo_config SET active = 1 WHERE site_id = 'xaloc_girona'");
    assert.ok(readOrganismos(house.db).valid.some(({ siteId, active }) => siteId === 'xaloc_girona' && active));
  });

  test('the one that goes before takes what both want, and both say so', async () => {
    house.db.sqlite.exec(
      "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, active, prioridad) VALUES ('antes', '%XALOC%', '2', '^2025.*585.*$', 1, 1)",
    );
    const mine = await visit(house, `${address}/ensayo`);
    assert.match(
      mine.text,
      /Un ciclo reclamaría 2 de 4; 1 se lo lleva otro organismo\. .*antes también tomaría 1 de ellos: se los lleva él/,
    );
    assert.equal(mine.links.get('antes'), '/organismos/antes');
    assert.match((await visit(house, '/organismos/antes/ensayo')).text, /xaloc_girona también tomaría 1 de ellos: gana este/);
  });

  test('of one that is not valid says why', async () => {
    house.db.sqlite.exec(
      "INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente) VALUES ('malo', '%X%', 'a', '^x$')",
    );
    assert.match(
      (await visit(house, '/organismos/malo/ensayo')).text,
      /no es válido: no se puede ensayar hasta que se corrija El filtro de TExp no es válido/,
    );
  });
});

test('with the source down, the ensayo says so and offers to try again; nothing can be switched on', async () => {
  const house = openPageHouse();
  house.origen.down = true;
  const { status, text, links, buttons } = await visit(house, `${address}/ensayo`);
  assert.equal(status, 502);
  assert.match(text, /No se ha podido ensayar: el origen no contesta/);
  assert.equal(links.get('Ensayar otra vez'), `${address}/ensayo`);
  assert.ok(!buttons.includes('Encender con estas reglas'));
  assert.equal(house.db.sql('SELECT count(*) AS n FROM ensayos').get()?.n, 0);
  await house.close();
});

test('who may only look sees the rules and their versions, and nothing to change them with', async () => {
  const house = openPageHouse();
  house.app.addHook('onRequest', async (_request, reply) => {
    reply.locals = { shell: { ...reply.locals?.shell, can: canOf({ rol: 'lectura' }) } };
  });
  house.db.sqlite.exec("UPDATE organismo_config SET filtro_texp = '3'");
  const { text, buttons, fields } = await visit(house, address);
  assert.match(text, /Filtro de TExp 3 .*Versiones .*antes: 2,3 después: 3/);
  assert.deepEqual(buttons, []);
  assert.deepEqual([...fields.keys()], []);
  const list = await house.app.inject({ url: '/organismos', headers: { host: '127.0.0.1:3000' } });
  assert.match(list.body, /xaloc_girona/);
  await house.close();
});
