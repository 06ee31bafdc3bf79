import assert from 'node:assert/strict';
import test from 'node:test';
import { openLaunchHouse } from './launch-house.ts';

const called = (house: ReturnType<typeof openLaunchHouse>) =>
  house.db.sqlite
    .prepare("SELECT data FROM events WHERE entity = 'ejecucion' AND kind = 'called'")
    .pluck()
    .all()
    .map((data) => JSON.parse(data as string));

test('the story of a run begins with what A360 is asked for and what the bot is given', async () => {
  const house = openLaunchHouse({ LANZADOR_ROBOT_REPETICIONES: '4' });
  house.online('1', '31');
  await house.launch();
  const [told] = called(house);
  assert.equal(told.equipo, house.db.sqlite.prepare("SELECT equipo FROM equipos WHERE equipo_id = '31'").pluck().get());
  assert.equal(told.repeticiones, 4);
  assert.deepEqual(told.input, [{ nombre: 'in_NumRepeticion', tipo: 'NUMBER', valor: '4' }]);
});

test('it is there too when the answer is lost', async () => {
  const house = openLaunchHouse();
  house.online('1', '31');
  house.deploy = async () => {
    throw new Error('se cortó');
  };
  await house.launch();
  assert.equal(called(house).length, 1);
});

test('what is secret by its name is never written, not even inside of a dictionary', async () => {
  const house = openLaunchHouse();
  house.online('1', '31');
  const parametros = { in_Clave: 's3creto', in_Datos: { usuario: 'ana', password: 's3creto' }, in_Lista: [1, true] };
  house.db.sqlite.prepare('UPDATE robots SET parametros = ?').run(JSON.stringify(parametros));
  await house.launch();
  const [told] = called(house);
  assert.doesNotMatch(JSON.stringify(told), /s3creto/);
  assert.deepEqual(
    told.input.map((one: { valor: string }) => one.valor),
    ['(oculto)', 'usuario = ana, password = (oculto)', '1, sí'],
  );
  assert.match(JSON.stringify(house.calls[0]?.botInput), /s3creto/);
});
