import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { findByName } from '#server/acceso/queries.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { sampleClave, signIn } from '#tests/support/sign-in.ts';

const open = async (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  const [here, elsewhere] = [await signIn(house, 'lectura', 'ana'), await signIn(house, 'lectura', 'ana')];
  return { house, here, elsewhere };
};

const change = { actual: sampleClave, clave: 'otra frase larga', clave_otra_vez: 'otra frase larga' };

describe('/cuenta', () => {
  test('says who one is and from where one is in', async (t) => {
    const { house, here } = await open(t);
    const screen = await visit(house, '/cuenta', here);
    assert.match(screen.text, /Entra como ana \(Persona ana\), con el rol lectura/);
    assert.equal(screen.rows.length, 2);
    assert.equal(screen.rows.filter((row) => row[0]?.endsWith('esta')).length, 1);
  });

  test('another password ends the other sessions, and this one goes on', async (t) => {
    const { house, here, elsewhere } = await open(t);
    const screen = await send(house, '/cuenta/clave', change, here);
    assert.deepEqual([screen.status, screen.headers.location], [303, '/cuenta?hecho=clave']);
    assert.match((await visit(house, '/cuenta?hecho=clave', here)).text, /La contraseña ha cambiado/);
    assert.equal((await visit(house, '/', elsewhere)).status, 303);
    assert.equal((await send(house, '/acceso', { usuario: 'ana', clave: change.clave })).status, 303);
  });

  test('asks for the present one, and the failures count at the door', async (t) => {
    const { house, here } = await open(t);
    const hash = findByName(house.db, 'ana')?.clave_hash;
    const screen = await send(house, '/cuenta/clave', { ...change, actual: 'no es esta' }, here);
    assert.equal(screen.status, 422);
    assert.match(screen.text, /No es la contraseña con la que entra ahora/);
    house.db.sqlite.exec("UPDATE accesos_fallidos SET veces = 9 WHERE usuario = 'ana'");
    const tenth = await send(house, '/cuenta/clave', { ...change, actual: 'no es esta' }, here);
    assert.equal(tenth.status, 429);
    assert.ok(Number(tenth.headers['retry-after']) > 800);
    assert.equal((await send(house, '/cuenta/clave', change, here)).status, 429);
    assert.equal(findByName(house.db, 'ana')?.clave_hash, hash);
  });

  for (const [what, fields, reason] of [
    ['too short', { clave: 'corta', clave_otra_vez: 'corta' }, /10 caracteres/],
    ['typed differently', { clave_otra_vez: 'otra frase corta' }, /No es la misma que arriba/],
  ] as const)
    test(`a password ${what} answers 422 with the reason at the field`, async (t) => {
      const { house, here } = await open(t);
      const screen = await send(house, '/cuenta/clave', { ...change, ...fields }, here);
      assert.equal(screen.status, 422);
      assert.match(screen.text, reason);
      assert.doesNotMatch(screen.html, /otra frase/);
    });

  test('ends another session, and the own one leads to the door', async (t) => {
    const { house, here, elsewhere } = await open(t);
    const idOf = async (own: boolean) => {
      const html = (await visit(house, '/cuenta', here)).html;
      const rows = html.split('<tr>').filter((row) => row.includes('/cuenta/sesiones/') && row.includes('>esta<') === own);
      return /\/cuenta\/sesiones\/(\w+)/.exec(rows[0] ?? '')?.[1] as string;
    };
    assert.equal((await send(house, `/cuenta/sesiones/${await idOf(false)}`, {}, here)).headers.location, '/cuenta');
    assert.equal((await visit(house, '/', elsewhere)).status, 303);
    assert.equal((await send(house, `/cuenta/sesiones/${await idOf(true)}`, {}, here)).headers.location, '/acceso');
    assert.equal((await visit(house, '/', here)).status, 303);
  });

  test('does not end the session of somebody else', async (t) => {
    const { house, here } = await open(t);
    const other = await signIn(house, 'administrador', 'jefa');
    const id = String(
      house.db.sql("SELECT sesion_hash FROM sesiones JOIN usuarios USING (usuario_id) WHERE usuario = 'jefa'").get()?.sesion_hash,
    );
    assert.equal((await send(house, `/cuenta/sesiones/${id.slice(0, 16)}`, {}, here)).status, 404);
    assert.equal((await visit(house, '/', other)).status, 200);
  });

  test('while there are no users says so, and there is nothing to change', async (t) => {
    const house = openPageHouse();
    t.after(() => house.close());
    assert.match((await visit(house, '/cuenta')).text, /Todavía no hay usuarios/);
    assert.equal((await send(house, '/cuenta/clave', change)).status, 409);
  });
});
