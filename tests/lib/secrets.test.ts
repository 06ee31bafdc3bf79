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
  'in base64 of addresses': Buffer.from(planted).toString('base64url'),
  'in hexadecimal': Buffer.from(planted).toString('hex'),
  'in an address with small escapes': encodeURIComponent(planted).replace(/%../g, (one) => one.toLowerCase()),
};
for (const [how, text] of Object.entries(forms))
  test(`a known secret is hidden ${how}`, () => {
    const clean = withoutSecrets(`antes ${text} después`);
    assert.match(clean, /^antes .*\[oculto\].* después$/);
    assert.doesNotMatch(clean, /Planta|da%20|ñ|UGxhbnRh|506c616e7461/);
  });

test('a short one is hidden as a whole word, and the shortest never: every page would be full of holes', () => {
  assert.equal(withoutSecrets('clave abcd, no abcdario ni x1'), 'clave [oculto], no abcdario ni x1');
});

for (const before of ['u:', 'us:', 'usr:', '\0user\0'])
  test(`a known secret is hidden in base64 after ${JSON.stringify(before)}`, () => {
    const clean = withoutSecrets(Buffer.from(`${before}${planted}`).toString('base64'));
    assert.doesNotMatch(Buffer.from(clean.replace('[oculto]', ''), 'base64').toString(), /lanta|42/);
  });

test('a key of many lines is hidden line by line', () => {
  hideSecrets(['-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----']);
  assert.equal(withoutSecrets('línea ilegible: b3BlbnNzaC1rZXktdjEAAAAABG5vbmU.'), 'línea ilegible: [oculto].');
});

test('bytes are not written down: nobody can tell what is in them', () => {
  assert.deepEqual(redactDeep(JSON.parse(JSON.stringify({ cuerpo: Buffer.from('lo que sea') }))), { cuerpo: '[bytes]' });
});

test('a value is hidden by the end of the name of its key', () => {
  const names = [
    'pass',
    'smtp_pass',
    'xviaPassword',
    'CERTIFICADO_PASSWORD',
    'AA_API_KEY',
    'csrfToken',
    'x-api-key',
    'privateKey',
    'sesion',
  ];
  for (const name of names) assert.deepEqual(redactDeep({ [name]: 'uno' }), { [name]: '[oculto]' });
  for (const name of ['paso', 'tokens_leidos', 'claves', 'compass']) assert.deepEqual(redactDeep({ [name]: 'uno' }), { [name]: 'uno' });
});

const credentials = [
  ['xviaPassword=zzz999&b=1', /zzz999/],
  ["options: { user: 'u', pass: 'zzz999' }", /zzz999/],
  ['_csrf=zzz999; X-Api-Key: yyy999', /zzz999|yyy999/],
  ['token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', /eyJ/],
  ['-----BEGIN PRIVATE KEY-----\nzzz999\n-----END PRIVATE KEY-----', /zzz999/],
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
