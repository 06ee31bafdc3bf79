import assert from 'node:assert/strict';
import test from 'node:test';
import { asError, CerebroError } from '#server/lib/errors.ts';
import { hideSecrets, redactDeep, redactLine, redactText, withoutSecrets } from '#server/lib/secrets.ts';

const planted = 'Planta/da "ñ"+42';
hideSecrets([planted, 'abcd', 'x1', '']);

const forms = {
  'as it is': planted,
  'in an address': encodeURIComponent(planted),
  'in a form': new URLSearchParams({ clave: planted }).toString(),
  'in JSON': JSON.stringify({ inner: planted }),
  'in base64': Buffer.from(planted).toString('base64'),
};
for (const [how, text] of Object.entries(forms))
  test(`a known secret is hidden ${how}`, () => {
    const clean = withoutSecrets(`antes ${text} después`);
    assert.match(clean, /^antes .*\[oculto\].* después$/);
    assert.doesNotMatch(clean, /Planta|da%20|ñ|UGxhbnRh/);
  });

test('a short one is hidden as a whole word, and the shortest never: every page would be full of holes', () => {
  assert.equal(withoutSecrets('clave abcd, no abcdario ni x1'), 'clave [oculto], no abcdario ni x1');
});

const credentials = [
  ['Authorization: Bearer eyJhbGciOi.JIUzI1NiJ9', /eyJ/],
  ['se envió Basic dXNlcjpwYXNz', /dXNl/],
  ['mssql://lector:s3creta@servidor:1433/base', /s3creta/],
  ['Server=db;User Id=sa;Password=Tr0ub4dor;Encrypt=yes', /Tr0ub/],
  ['POST {"username":"a","apiKey":"K-123-456"}', /K-123/],
  ['Set-Cookie: cerebro=9f8e7d; Path=/', /9f8e7d/],
  ['https://gw/t?access_token=zzz999&scope=a', /zzz999/],
] as const;
for (const [text, secret] of credentials)
  test(`what looks like a credential is hidden: ${text.slice(0, 24)}…`, () => assert.doesNotMatch(redactText(text), secret));

test('what stands around a credential is left', () => {
  assert.equal(redactText('mssql://lector:s3creta@servidor:1433/base'), 'mssql://lector:[oculto]@servidor:1433/base');
  assert.equal(redactText('Password=Tr0ub4dor;Encrypt=yes'), 'Password=[oculto];Encrypt=yes');
});

test('sentences that only speak of keys are left as they are', () => {
  for (const sentence of ['A360 no admite la clave de AA_USER.', 'El token: no llega a tiempo.', 'Falta la contraseña de ese usuario.'])
    assert.equal(redactText(sentence), sentence);
});

test('a value is hidden by the name of its key, at any depth', () => {
  assert.deepEqual(redactDeep({ a: [{ b: { c: { Password: 'uno', AUTHORIZATION: 'dos', otra: 3 } } }], token: null }), {
    a: [{ b: { c: { Password: '[oculto]', AUTHORIZATION: '[oculto]', otra: 3 } } }],
    token: '[oculto]',
  });
});

test('a line that was cleaned is still JSON, with its numbers', () => {
  hideSecrets(['1234']);
  assert.deepEqual(JSON.parse(redactLine(JSON.stringify({ time: 1234, msg: 'pin 1234' }))), { time: 1234, msg: 'pin [oculto]' });
});

test('the sentence of a failure never holds a secret, nor do the words and the stack of one that was met', () => {
  assert.equal(new CerebroError('x', `No entra con ${planted}.`).message, 'No entra con [oculto].');
  const met = asError(new Error(`login failed: ${planted}`));
  assert.equal(met.message, 'login failed: [oculto]');
  assert.ok(!met.stack?.includes(planted));
  assert.equal(asError(new DOMException(`con ${planted}`)).message, 'con [oculto]');
});
