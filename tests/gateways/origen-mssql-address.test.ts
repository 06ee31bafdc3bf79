import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeIdentity } from '#server/demo/tds/certificate.ts';
import { explained } from '#server/gateways/origen/mssql-errors.ts';
import { readPlace } from '#server/gateways/origen/mssql-url.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
import { scratchFolder } from '#tests/support/source.ts';
import { standUp } from '#tests/support/sql-server.ts';
import { isOrigenError, recurso } from './origen-stage.ts';
import { staged } from './origen-tds-stage.ts';

const one = { RecursosExp: [recurso(1)] };

const mistakes: Record<string, [change: (url: string) => string, sentence: RegExp]> = {
  'a server that does not exist': [
    (url) => url.replace('localhost', 'servidor-mal-escrito.invalid'),
    /^No se encuentra el servidor «servidor-mal-escrito\.invalid»: revise el nombre en ORIGEN_URL\.$/,
  ],
  'a port nobody listens at': [(url) => url.replace(/:\d+\//, ':1/'), /no admite conexiones en el puerto 1/],
  'a wrong password': [(url) => url.replace('c3r3bro', 'equivocada'), /no acepta el usuario o la contraseña/],
  'an unknown database': [(url) => url.replace('/Gestion', '/Otra'), /no tiene la base «Otra»/],
  'a certificate nobody vouches for': [
    (url) => url.replace('trustServerCertificate=true', 'trustServerCertificate=false'),
    /certificado del servidor «localhost» no es de confianza/,
  ],
  'a file of certificates that is not there': [(url) => `${url}&ca=no-existe.pem`, /no se puede leer el archivo «no-existe\.pem»/],
  'a file of certificates that holds none': [(url) => `${url}&ca=package.json`, /«package\.json» no es un certificado en PEM/],
  'no encryption where it is required': [(url) => url.replace('encrypt=true', 'encrypt=false'), /encrypt=/],
  'a table that is not there': [(url) => `${url}&tabla=Otra.Tabla`, /no tiene la tabla Otra\.Tabla/],
  'a column that is not there': [(url) => `${url}&columna.Expedient=NoExiste`, /faltan columnas: NoExiste/],
};
for (const [what, [change, sentence]] of Object.entries(mistakes))
  test(`${what} is told in one sentence that does not show the password`, () =>
    staged(
      one,
      async ({ server }) => {
        const origen = openOrigen(change(server.url));
        try {
          await assert.rejects(
            origen.check(),
            (error) => isOrigenError(error) && sentence.test(error.message) && !/c3r3bro|equivocada/.test(error.message),
          );
        } finally {
          await origen.close();
        }
      },
      { encryption: 'required' },
    ));

for (const [what, identity, sentence] of [
  ['has expired', makeIdentity(new Date('2010-01-01')), /ha caducado o aún no vale/],
  ['is not valid yet', makeIdentity(new Date('2100-01-01')), /ha caducado o aún no vale/],
] as const)
  test(`a certificate that ${what} is told as such`, async () => {
    const folder = scratchFolder();
    const ca = join(folder.path, 'ca.pem');
    writeFileSync(ca, identity.cert);
    const { server, close } = await standUp(one, { encryption: 'required', identity });
    const origen = openOrigen(`${server.url}&trustServerCertificate=false&ca=${encodeURIComponent(ca)}`);
    await assert.rejects(origen.check(), { code: 'origen_certificado', message: sentence });
    await origen.close();
    await close();
    folder.drop();
  });

test('what the driver says is told without the name of the user, and not as another trouble', () => {
  const whose = { host: 'sql', port: 1433, database: 'Gestion', user: 'ana', tables: {} };
  const connecting = { during: 'connecting', loginNumbers: [] } as const;
  const told = (error: object) => explained(Object.assign(new Error(), error), whose, connecting);
  assert.match(told({ code: 'ELOGIN', message: "Login failed for user 'ana'. The account is locked." }).message, /user '…'\. The account/);
  const busy = told({ name: 'TimeoutError', message: 'operation timed out for an unknown reason' });
  assert.deepEqual([busy.code, busy.ambiguous], ['origen_ocupado', false]);
  assert.match(told({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }).message, /no es para el nombre «sql»/);
});

test('a file of certificates that is missing leaves a claim undone, and not in doubt', async () => {
  const origen = openOrigen('mssql://u:p@localhost:1/db?ca=no-existe.pem');
  const rule = { patterns: ['%'], excluded: [], texp: [2], onlyUnassigned: false };
  await assert.rejects(origen.claim(['1'], rule, 'x'), { code: 'origen_certificado', ambiguous: false });
  await origen.close();
});

test('the address is read with its signs decoded, and shown without user or password', () => {
  const place = readPlace('mssql://dominio%5Cana:cl%40ve%3A%2F1@[::1]/Gesti%C3%B3n?instanceName=SQL2016&encrypt=false');
  assert.deepEqual(
    [place.user, place.password, place.database, place.instance, place.encrypt],
    ['dominio\\ana', 'cl@ve:/1', 'Gestión', 'SQL2016', false],
  );
  assert.equal(openOrigen('mssql://u:p@host/db').shownAs, 'mssql://host:1433/db');
});

test('what an abandoned change may take is told by the waits that ORIGEN_URL allows', () => {
  assert.equal(openOrigen('mssql://u:p@host/db').lateChangesMs, 61_000);
  assert.equal(openOrigen('mssql://u:p@host/db?requestTimeout=6000&lockTimeout=500').lateChangesMs, 36_500);
});

for (const [url, sentence] of [
  ['mssql://host/db', /no dice qué usuario/],
  ['mssql://u:secreta@host', /no dice qué base/],
  ['mssql://u:secreta@host/db?encript=true', /opción desconocida, «encript»/],
  ['mssql://u:secreta@host/db?encrypt=si', /debe ser true o false/],
  ['mssql://u:secreta@host/db?requestTimeout=1s', /número de milisegundos/],
  ['mssql://u:secreta@host/db?requestTimeout=1000&lockTimeout=1000', /lockTimeout que no es menor/],
  ['mssql://u:secr%eta@host/db', /% suelto/],
  ['mssql://u:secreta@host:1444/db?instanceName=SQL2016', /un puerto y además instanceName/],
  ['mssql://u:secreta@host/db?columna.Expediente=NumExp', /«columna\.expediente», y el diseño no tiene esa columna/],
  ['mssql://u:sec#reta@host/db', /%23/],
] as const)
  test(`ORIGEN_URL=${url.replace(/:sec[^@]*@/, ':…@')} is refused without showing the password`, () => {
    assert.throws(
      () => openOrigen(url),
      (error) => isOrigenError(error) && sentence.test(error.message) && !/secr|reta/.test(error.message),
    );
  });
