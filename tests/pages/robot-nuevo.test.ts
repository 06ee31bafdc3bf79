import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

describe('a robot added by hand', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('stands in the catalogue with what every robot begins with', async () => {
    assert.equal((await visit(house, '/robots')).links.get('Añadir a mano'), '/robots/nuevo');
    const fields = { robot_id: '9100', robot: 'P91_<b>"Nuevo"</b>', descripcion: '', pool_id: '' };
    const { status, headers } = await send(house, '/robots', fields);
    assert.deepEqual([status, headers.location], [303, '/robots/9100']);
    const { heading, text } = await visit(house, '/robots/9100');
    assert.equal(heading, 'P91_<b>"Nuevo"</b>');
    assert.match(text, /de A360/);
    const row = house.db.sql("SELECT kind, activo, es_online, min_equipos, max_equipos FROM robots WHERE robot_id = '9100'").get();
    assert.deepEqual({ ...row }, { kind: 'a360', activo: 1, es_online: 0, min_equipos: 1, max_equipos: -1 });
    assert.ok(house.db.sql("SELECT 1 FROM auditoria WHERE accion = 'crear' AND entidad = 'robot' AND entidad_id = '9100'").get());
  });

  test('is refused at the field, and what was typed stays', async () => {
    const wrong = await send(house, '/robots', { robot_id: 'abc', robot: '', descripcion: 'Carga facturas', pool_id: 'nadie' });
    assert.equal(wrong.status, 422);
    assert.match(wrong.text, /Es un número: el del bot \(fileId\) en A360\..*Escriba el nombre del bot\..*Ese pool no existe\./);
    assert.match(wrong.html, /value="abc"/);
    assert.match(wrong.html, /value="Carga facturas"/);
    const twice = await send(house, '/robots', { robot_id: '9100', robot: 'Otro' });
    assert.match(twice.text, /Ya hay un robot con ese identificador/);
  });

  test('is for those who may edit robots', async () => {
    const { cookie } = await signIn(house, 'operador');
    assert.equal((await visit(house, '/robots/nuevo', { cookie })).status, 403);
    assert.ok(!(await visit(house, '/robots', { cookie })).links.has('Añadir a mano'));
  });
});
