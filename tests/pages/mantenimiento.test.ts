import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { holdOf, maintenanceOf } from '#server/mantenimiento/queries.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { addSampleUser, signIn } from '#tests/support/sign-in.ts';

describe('maintenance', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('without a reason the form comes back and nothing is paused', async () => {
    const { status, text } = await send(house, '/mantenimiento', { motivo: '  ' });
    assert.equal(status, 422);
    assert.match(text, /Diga por qué/);
    assert.equal(maintenanceOf(house.db), null);
  });

  test('with one, every page says who paused the house and why, and what begins work is held, also by order', async () => {
    await send(house, '/mantenimiento', { motivo: 'Se cambia el <disco>' });
    for (const url of ['/', '/cola', '/sistema', '/nada', '/lanzador'])
      assert.match(
        (await visit(house, url)).text,
        /En mantenimiento: no empieza nada nuevo .* lo ha pausado el .*: Se cambia el <disco>/,
        url,
      );
    for (const cycle of ['reclamar', 'despachar', 'lanzar', 'balancear'])
      assert.match(holdOf(house.db, cycle, true) ?? '', /está en mantenimiento .*Se cambia el <disco>\.$/, cycle);
    for (const cycle of ['sincronizar', 'conciliar', 'indexar', 'avisar']) assert.equal(holdOf(house.db, cycle, false), null, cycle);
  });

  test('the process lives and is ready, and says that it is in maintenance', async () => {
    assert.equal((await visit(house, '/salud')).status, 200);
    const { mantenimiento } = JSON.parse((await visit(house, '/listo')).html);
    assert.equal(mantenimiento.motivo, 'Se cambia el <disco>');
  });

  test('a second one is refused with who began the first', async () => {
    const { status, text } = await send(house, '/mantenimiento', { motivo: 'Otra cosa' });
    assert.equal(status, 409);
    assert.match(text, /Ya está en mantenimiento/);
  });

  test('once it ends the pages say nothing, robots are given work at once, and what people did is kept', async () => {
    await send(house, '/mantenimiento/fin');
    assert.doesNotMatch((await visit(house, '/cola')).text, /En mantenimiento/);
    assert.equal(holdOf(house.db, 'reclamar', false), null);
    assert.ok(house.woken.includes('despachar'));
    const acts = house.db.sql('SELECT accion, entidad, motivo FROM auditoria ORDER BY rowid').all();
    assert.deepEqual(
      acts.map(({ accion, entidad, motivo }) => [accion, entidad, motivo]),
      [
        ['pausar', 'sistema', 'Se cambia el <disco>'],
        ['reanudar', 'sistema', null],
      ],
    );
    assert.match((await send(house, '/mantenimiento/fin')).headers.location as string, /mantenimiento/);
  });
});

test('an operador may pause the house, and who only looks may not', async (t) => {
  const house = openPageHouse();
  t.after(() => house.close());
  await addSampleUser(house, 'administrador');
  const order = async (rol: 'lectura' | 'operador') =>
    (await send(house, '/mantenimiento', { motivo: 'Obras' }, await signIn(house, rol))).status;
  assert.equal(await order('lectura'), 403);
  assert.equal(await order('operador'), 303);
});

describe('a cycle by itself', () => {
  const house = openPageHouse();
  after(() => house.close());
  const row = async () => (await visit(house, '/sistema')).rows.find(([name]) => name?.endsWith('reclamar')) ?? [];

  test('is paused with a reason, and the page says who and why', async () => {
    assert.equal((await send(house, '/sistema/ciclos/reclamar/pausar', { motivo: '' })).status, 422);
    await send(house, '/sistema/ciclos/reclamar/pausar', { motivo: 'Revisamos Madrid' });
    assert.match((await row()).join(' | '), /En pausa .*: Revisamos Madrid\. A mano se puede ejecutar una vez\. .*Reanudar reclamar/);
    assert.match((await visit(house, '/sistema')).text, /En pausa: Reclamar recursos\. Puertas/);
    const again = await send(house, '/sistema/ciclos/reclamar/pausar', { motivo: 'Otra cosa' });
    assert.equal(again.status, 409);
    assert.match(again.text, /Ya está en pausa: .* lo ha pausado: Revisamos Madrid\./);
  });

  test('is held of its own accord, and a person may still run it once', async () => {
    assert.match(holdOf(house.db, 'reclamar', false) ?? '', /Revisamos Madrid/);
    assert.equal(holdOf(house.db, 'reclamar', true), null);
    assert.equal((await send(house, '/sistema/ciclos/reclamar')).status, 303);
    assert.deepEqual(house.scheduler.ran, ['reclamar']);
  });

  test('goes on once somebody resumes it', async () => {
    await send(house, '/sistema/ciclos/reclamar/reanudar');
    assert.equal(holdOf(house.db, 'reclamar', false), null);
    assert.doesNotMatch((await row()).join(' '), /En pausa/);
  });

  test('one that there is not is not found', async () => {
    assert.equal((await send(house, '/sistema/ciclos/nada/pausar', { motivo: 'x' })).status, 404);
    assert.equal((await send(house, '/sistema/ciclos/nada/reanudar')).status, 404);
  });
});
