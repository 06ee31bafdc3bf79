import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlace } from '#server/gateways/origen/mssql-url.ts';
import { openOrigen } from '#server/gateways/origen/open.ts';
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

test('the address is read with its signs decoded, and shown without user or password', () => {
  const place = readPlace('mssql://dominio%5Cana:cl%40ve%3A%2F1@[::1]:1444/Gesti%C3%B3n?instanceName=SQL2016&encrypt=false');
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
  ['mssql://u:sec#reta@host/db', /%23/],
] as const)
  test(`ORIGEN_URL=${url.replace(/:sec[^@]*@/, ':…@')} is refused without showing the password`, () => {
    assert.throws(
      () => openOrigen(url),
      (error) => isOrigenError(error) && sentence.test(error.message) && !/secr|reta/.test(error.message),
    );
  });
