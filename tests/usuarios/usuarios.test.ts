import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { findByName } from '#server/acceso/queries.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';
import { addSampleUser, sampleClave, signIn } from '#tests/support/sign-in.ts';

const open = async (t: TestContext, env: Record<string, string> = {}) => {
  const house = openPageHouse({ env });
  t.after(() => house.close());
  const admin = await signIn(house, 'administrador', 'jefa');
  return { house, admin };
};

const person = { usuario: 'ana.perez', nombre: 'Ana Pérez', rol: 'operador', clave: 'una frase larga' };

describe('/usuarios', () => {
  test('lists who may come in, as what, since when and how often', async (t) => {
    const { house, admin } = await open(t);
    await addSampleUser(house, 'operador', 'ana');
    house.db.sqlite.exec("UPDATE usuarios SET activo = 0, clave_hash = NULL WHERE usuario = 'ana'");
    const { rows } = await visit(house, '/usuarios', admin);
    assert.deepEqual(
      rows.map((row) => [row[0], row[1], row[2], row[4]]),
      [
        ['jefa Persona jefa', 'administrador', 'Activo', '1'],
        ['ana Persona ana', 'operador', 'Desactivado sin contraseña: solo por el proxy', '0'],
      ],
    );
  });

  test('without users says what that means and how to begin', async (t) => {
    const house = openPageHouse();
    t.after(() => house.close());
    const screen = await visit(house, '/usuarios');
    assert.match(screen.text, /Todavía no hay usuarios.*El primero tiene que ser administrador/);
    assert.match(screen.text, /Solo en esta máquina, sin usuarios\. Crear el primero/);
  });

  test('the first one has to be an administrator who can sign in; from then on everybody has to', async (t) => {
    const house = openPageHouse();
    t.after(() => house.close());
    const reader = await send(house, '/usuarios', person);
    assert.equal(reader.status, 422);
    assert.match(reader.text, /Rol No quedaría ningún administrador activo/);
    const without = await send(house, '/usuarios', { ...person, rol: 'administrador', clave: '' });
    assert.match(without.text, /No quedaría ningún administrador activo/);
    assert.equal((await send(house, '/usuarios', { ...person, rol: 'administrador' })).status, 303);
    assert.equal((await visit(house, '/')).status, 303);
  });

  test('a new one can sign in with the name in any case', async (t) => {
    const { house, admin } = await open(t);
    const made = await send(house, '/usuarios', { ...person, usuario: ' Ana.Perez ' }, admin);
    assert.deepEqual([made.status, made.headers.location], [303, `/usuarios/${findByName(house.db, 'ana.perez')?.usuario_id}`]);
    assert.equal((await send(house, '/acceso', { usuario: 'ana.perez', clave: person.clave })).status, 303);
  });

  test('one without a password cannot sign in at the door', async (t) => {
    const { house, admin } = await open(t);
    await send(house, '/usuarios', { ...person, clave: '' }, admin);
    assert.equal(findByName(house.db, 'ana.perez')?.clave_hash, null);
    assert.equal((await send(house, '/acceso', { usuario: 'ana.perez', clave: '' })).status, 422);
  });

  for (const [what, fields, reason] of [
    ['no name', { usuario: '' }, /Escriba el nombre/],
    ['a name with other signs', { usuario: 'ana pérez' }, /Solo letras minúsculas/],
    ['a name that is taken', { usuario: 'jefa' }, /Ya hay un usuario «jefa»/],
    ['a role there is not', { rol: 'dios' }, /Elija un rol/],
    ['a short password', { clave: 'corta' }, /10 caracteres/],
    ['a long name', { nombre: 'x'.repeat(101) }, /100 caracteres/],
  ] as const)
    test(`with ${what} answers 422, the reason at the field and what was typed kept, but the password`, async (t) => {
      const { house, admin } = await open(t);
      const screen = await send(house, '/usuarios', { ...person, ...fields }, admin);
      assert.equal(screen.status, 422);
      assert.match(screen.text, reason);
      assert.match(screen.html, /aria-describedby="campo-\w+-motivo/);
      assert.equal(screen.fields.get('clave'), '');
      assert.equal(findByName(house.db, 'ana.perez'), undefined);
    });
});

describe('/usuarios/:id', () => {
  test('changes name and role, and the book has the before and the after', async (t) => {
    const { house, admin } = await open(t);
    const id = await addSampleUser(house, 'operador', 'ana');
    assert.equal((await send(house, `/usuarios/${id}`, { nombre: 'Ana', rol: 'revisor', activo: '1' }, admin)).status, 303);
    const entry = house.db.sql("SELECT * FROM auditoria WHERE accion = 'editar'").get();
    assert.deepEqual(
      [entry?.usuario, entry?.entidad_id, entry?.antes, entry?.despues],
      ['jefa', 'ana', '{"nombre":"Persona ana","rol":"operador"}', '{"nombre":"Ana","rol":"revisor"}'],
    );
  });

  test('switched off, its sessions end at once and it cannot come back', async (t) => {
    const { house, admin } = await open(t);
    const ana = await signIn(house, 'operador', 'ana');
    const id = findByName(house.db, 'ana')?.usuario_id;
    await send(house, `/usuarios/${id}`, { activo: '0' }, admin);
    assert.equal((await visit(house, '/', ana)).status, 303);
    assert.equal((await send(house, '/acceso', { usuario: 'ana', clave: sampleClave })).status, 422);
    assert.equal((await visit(house, `/usuarios/${id}`, admin)).status, 200);
  });

  for (const [what, fields, where] of [
    ['another role', { rol: 'revisor' }, 'campo-rol-motivo'],
    ['being switched off', { activo: '0' }, 'aria-describedby="campo-activo-motivo'],
  ] as const)
    test(`the last administrator is kept from ${what}`, async (t) => {
      const { house, admin } = await open(t);
      await addSampleUser(house, 'administrador', 'otra');
      house.db.sqlite.exec("UPDATE usuarios SET clave_hash = NULL WHERE usuario = 'otra'");
      const before = findByName(house.db, 'jefa');
      const screen = await send(house, `/usuarios/${before?.usuario_id}`, fields, admin);
      assert.equal(screen.status, 422);
      assert.match(screen.text, /No quedaría ningún administrador activo que pueda entrar/);
      assert.match(screen.html, new RegExp(where));
      assert.deepEqual(findByName(house.db, 'jefa'), before);
      assert.equal((await visit(house, '/', admin)).status, 200);
    });

  test('an administrator whom the proxy brings in counts', async (t) => {
    const { house, admin } = await open(t, { PROXY_USUARIO_CABECERA: 'X-Usuario', PROXY_DIRECCIONES: '10.0.0.7' });
    await addSampleUser(house, 'administrador', 'otra');
    house.db.sqlite.exec("UPDATE usuarios SET clave_hash = NULL WHERE usuario = 'otra'");
    assert.equal((await send(house, `/usuarios/${findByName(house.db, 'jefa')?.usuario_id}`, { rol: 'revisor' }, admin)).status, 303);
  });

  test('another password ends its sessions, and only the new one is good', async (t) => {
    const { house, admin } = await open(t);
    const ana = await signIn(house, 'operador', 'ana');
    const id = findByName(house.db, 'ana')?.usuario_id;
    assert.equal((await send(house, `/usuarios/${id}/clave`, { clave: 'otra frase larga' }, admin)).status, 303);
    assert.equal((await visit(house, '/', ana)).status, 303);
    assert.equal((await send(house, '/acceso', { usuario: 'ana', clave: sampleClave })).status, 422);
    assert.equal((await send(house, '/acceso', { usuario: 'ana', clave: 'otra frase larga' })).status, 303);
    const short = await send(house, `/usuarios/${id}/clave`, { clave: 'corta' }, admin);
    assert.equal(short.status, 422);
    assert.match(short.text, /10 caracteres/);
  });

  test('its sessions are seen and ended', async (t) => {
    const { house, admin } = await open(t);
    const ana = await signIn(house, 'operador', 'ana');
    const id = findByName(house.db, 'ana')?.usuario_id;
    assert.equal((await visit(house, `/usuarios/${id}`, admin)).rows.length, 1);
    await send(house, `/usuarios/${id}/sesiones`, {}, admin);
    assert.equal((await visit(house, '/', ana)).status, 303);
    assert.equal((await visit(house, '/', admin)).status, 200);
  });

  for (const id of ['0', '999', 'x', '1.5', '99999999999999999999'])
    test(`answers 404 for «${id}»`, async (t) => {
      const { house, admin } = await open(t);
      assert.equal((await visit(house, `/usuarios/${id}`, admin)).status, 404);
      assert.equal((await send(house, `/usuarios/${id}`, { rol: 'lectura' }, admin)).status, 404);
    });

  test('the book holds neither a password nor a hash', async (t) => {
    const { house, admin } = await open(t);
    await send(house, '/usuarios', person, admin);
    const id = findByName(house.db, 'ana.perez')?.usuario_id;
    await send(house, `/usuarios/${id}/clave`, { clave: 'otra frase larga' }, admin);
    await send(house, '/acceso', { usuario: 'ana.perez', clave: 'no es esta frase' });
    const book = JSON.stringify(house.db.sql('SELECT * FROM auditoria').all());
    assert.doesNotMatch(book, /frase|scrypt/);
    assert.match(book, /cambiar_clave/);
    assert.match(book, /fallar_entrada/);
  });
});
