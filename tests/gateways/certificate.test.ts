import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { readCertificate } from '#server/gateways/navegador/certificate.ts';

/** Self-signed, of an invented company; its password is «ejemplo». */
const example = join(import.meta.dirname, '../support/certificado-de-ejemplo.pfx');

test('a certificate tells whose it is and until when', async () => {
  const { subject, validTo } = await readCertificate(example, 'ejemplo');
  assert.equal(subject, 'EMPRESA DE EJEMPLO SL');
  assert.ok(validTo.getUTCFullYear() > 2100);
});

test('a wrong password is told as such', async () => {
  await assert.rejects(readCertificate(example, 'otra'), /la contraseña \(CERTIFICADO_PASSWORD\) no es la suya/);
});

test('a file that is not there is told as such', async () => {
  await assert.rejects(readCertificate('/no/hay.pfx', 'x'), /\/no\/hay\.pfx no se puede abrir: el archivo no existe/);
});

test('a file of another kind is told as such', async () => {
  await assert.rejects(readCertificate(import.meta.filename, 'x'), /no parece un archivo \.pfx o \.p12/);
});
