import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { createFirstLink, ensureAdmin } from '#server/acceso/primera.ts';
import { findByName } from '#server/acceso/queries.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { send, visit } from '#tests/support/screen.ts';
import { addSampleUser } from '#tests/support/sign-in.ts';

const open = (t: TestContext, env: Record<string, string> = {}) => {
  const clock = manualClock();
  const firstLink = createFirstLink(clock);
  const house = openPageHouse({ clock, env, firstLink });
  t.after(() => house.close());
  return { house, clock, firstLink, path: firstLink.path };
};

const person = { usuario: 'Ana.Perez', nombre: 'Ana Pérez', clave: 'una frase larga', clave_otra_vez: 'una frase larga' };

describe('the link of the first administrator', () => {
  test('makes it, and signs it in', async (t) => {
    const { house, path } = open(t);
    assert.equal((await visit(house, path)).heading, 'Primer administrador');
    const screen = await send(house, path, person);
    assert.deepEqual([screen.status, screen.headers.location], [303, '/']);
    const cookie = String(screen.headers['set-cookie']).split(';')[0] as string;
    assert.match((await visit(house, '/', { cookie })).text, /ana\.perez administrador Salir/);
    assert.deepEqual(findByName(house.db, 'ana.perez')?.rol, 'administrador');
  });

  test('is worth one use', async (t) => {
    const { house, path } = open(t);
    const [one, other] = await Promise.all([send(house, path, person), send(house, path, { ...person, usuario: 'otra' })]);
    assert.deepEqual([one.status, other.status].sort()[0], 303);
    assert.ok([one.status, other.status].some((status) => status !== 303));
    assert.equal(house.db.sql('SELECT count(*) AS n FROM usuarios').get()?.n, 1);
    assert.equal((await visit(house, path)).headers.location, '/acceso');
    house.db.sqlite.exec('DELETE FROM sesiones; DELETE FROM usuarios');
    assert.equal((await visit(house, path)).status, 404);
  });

  test('is worth nothing after a day, nor once there is somebody', async (t) => {
    const { house, clock, path } = open(t);
    await clock.advance(24 * 3_600_000);
    const late = await visit(house, path);
    assert.equal(late.status, 404);
    assert.match(late.text, /Ese enlace ya no vale/);
    const second = open(t);
    await addSampleUser(second.house, 'administrador');
    assert.equal((await visit(second.house, second.path)).headers.location, '/acceso');
  });

  test('is not guessed', async (t) => {
    const { house, path } = open(t);
    for (const wrong of [`${path}x`, path.slice(0, -1), '/acceso/primera/x']) assert.equal((await visit(house, wrong)).status, 404);
    assert.ok(path.length >= '/acceso/primera/'.length + 32);
  });

  test('opens from this machine only', async (t) => {
    const { house, path } = open(t);
    assert.equal((await visit(house, path, { host: 'cerebro.example' })).status, 403);
  });

  test('says at each field what is wrong, keeps what is typed but the password, and stays good', async (t) => {
    const { house, path } = open(t);
    const screen = await send(house, path, { ...person, usuario: 'Ana Pérez', clave_otra_vez: 'otra frase larga' });
    assert.equal(screen.status, 422);
    assert.match(screen.text, /Solo letras minúsculas.*No es la misma que arriba/);
    assert.deepEqual([screen.fields.get('nombre'), screen.fields.get('clave')], ['Ana Pérez', '']);
    assert.match((await send(house, path, { ...person, clave: 'corta', clave_otra_vez: 'corta' })).text, /10 caracteres como mínimo/);
    assert.equal((await send(house, path, person)).status, 303);
  });
});

describe('ADMIN_PASSWORD', () => {
  test('makes the user admin, who can sign in', async (t) => {
    const { house } = open(t, { ADMIN_PASSWORD: 'la primera de todas' });
    await ensureAdmin(house.deps);
    const screen = await send(house, '/acceso', { usuario: 'admin', clave: 'la primera de todas' });
    assert.equal(screen.status, 303);
  });

  test('never changes one that is there', async (t) => {
    const { house } = open(t, { ADMIN_PASSWORD: 'la primera de todas' });
    await addSampleUser(house, 'lectura', 'admin');
    const before = findByName(house.db, 'admin');
    await ensureAdmin(house.deps);
    assert.deepEqual(findByName(house.db, 'admin'), before);
  });

  test('makes nobody where it is not given, and stands in no page and no book', async (t) => {
    const { house } = open(t);
    await ensureAdmin(house.deps);
    assert.equal(findByName(house.db, 'admin'), undefined);
    const other = open(t, { ADMIN_PASSWORD: 'la primera de todas' }).house;
    assert.doesNotMatch((await visit(other, '/sistema')).html, /la primera de todas/);
    await ensureAdmin(other.deps);
    assert.doesNotMatch(JSON.stringify(other.db.sql('SELECT * FROM auditoria').all()), /la primera de todas|scrypt/);
  });
});
