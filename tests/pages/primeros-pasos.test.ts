import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { checkCertificate } from '#server/sistema/doors.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext) => {
  const house = openPageHouse();
  t.after(() => house.close());
  const step = async (name: string) =>
    (await visit(house, '/sistema/primeros-pasos')).rows.find(([first]) => first === name)?.slice(1) ?? [];
  return { house, step };
};

test('the first steps are those of a fresh house, each with what was seen just now', async (t) => {
  const { house, step } = open(t);
  const { rows, text } = await visit(house, '/sistema/primeros-pasos');
  assert.deepEqual(
    rows.map(([name]) => name),
    [
      ...['Origen de los recursos', 'Primer usuario', 'Intranet', 'Navegador', 'Certificado', 'Primer organismo'],
      ...['Control Room (A360)', 'Correo de los avisos', 'Copias de seguridad'],
    ],
  );
  assert.deepEqual(await step('Origen de los recursos'), ['Hecho', 'sqlite: muestra.db', '—']);
  assert.match((await step('Primer usuario')).join(' '), /^Falta .*ADMIN_PASSWORD/);
  assert.match((await step('Certificado')).join(' '), /^Sin poner .*CERTIFICADO_PFX/);
  assert.match((await step('Control Room (A360)')).join(' '), /^Sin poner .*AA_URL, AA_USER, AA_API_KEY/);
  assert.match(text, /Faltan \d pasos/);
});

test('a source that does not answer is told with the exact fix', async (t) => {
  const { house, step } = open(t);
  house.origen.down = true;
  const [state, detail, fix] = await step('Origen de los recursos');
  assert.deepEqual([state, detail], ['No funciona', 'El origen no contesta.']);
  assert.match(fix ?? '', /^Corrija ORIGEN_URL en \.env .*npm run doctor/);
});

test('an organismo that is switched on and a copy that was checked are done', async (t) => {
  const { house, step } = open(t);
  house.db.sqlite.exec('UPDATE organismo_config SET active = 0');
  assert.deepEqual((await step('Primer organismo')).slice(0, 2), ['Falta', 'Ninguno está encendido: no se reclama nada.']);
  house.db.sqlite.exec("UPDATE organismo_config SET active = 1 WHERE site_id = 'xaloc_girona'");
  assert.deepEqual(await step('Primer organismo'), ['Hecho', 'Hay 1 encendido.', '—']);
  assert.match((await step('Copias de seguridad')).join(' '), /^Falta Todavía no se ha hecho ninguna/);
  const copy = (verified: number, error: string | null) =>
    house.db
      .sql("INSERT INTO copias (motivo, terminada_at, verificada, error) VALUES ('periodica', '2026-01-02T03:04:05.000Z', ?, ?)")
      .run(verified, error);
  copy(0, 'No queda sitio.');
  assert.match((await step('Copias de seguridad')).join(' '), /^No funciona .*falló: No queda sitio\./);
  copy(1, null);
  assert.match((await step('Copias de seguridad')).join(' '), /^Hecho La última, del .* está comprobada\. —$/);
});

test('once there are users that step is done', async (t) => {
  const { house } = open(t);
  assert.equal((await visit(house, '/sistema/primeros-pasos')).links.get('Primer usuario'), '/usuarios/nuevo');
  const { rows } = await visit(house, '/sistema/primeros-pasos', await signIn(house, 'lectura'));
  assert.deepEqual(rows[1], ['Primer usuario', 'Hecho', 'Una persona puede entrar.', '—']);
});

test('a certificate that has run out is told, and one that opens says whose it is', async (t) => {
  const { house } = open(t);
  const until = (validTo: string) => ({ ...house.deps, certificado: async () => ({ subject: 'Empresa', validTo: new Date(validTo) }) });
  assert.match((await checkCertificate(until('2001-01-01')))?.detail ?? '', /caducó el 2001-01-01/);
  assert.deepEqual(await checkCertificate(until('2999-01-01')), {
    ...{ name: 'certificado', state: 'bien', detail: 'Empresa, válido hasta el 2999-01-01' },
  });
  assert.equal(await checkCertificate(house.deps), null);
});
