import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSample, tinyJpeg } from '#tests/support/sample-data.ts';
import { visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

describe('the evidence of an attempt', () => {
  const house = openPageHouse();
  const { ids } = fillSample(house.db, house.folder, new Date());
  const folder = join(house.folder, 'evidencias', String(ids.completed), '1');
  after(() => house.close());
  const fetchFile = (file: string, attempt = '1', headers: Record<string, string> = {}) =>
    house.app.inject({ url: `/cola/${ids.completed}/evidencias/${attempt}/${file}`, headers: { host: 'localhost', ...headers } });

  test('a capture is shown inside the page, as the picture it is', async () => {
    const answer = await fetchFile('01-paso.jpg');
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-type'], 'image/jpeg');
    assert.equal(answer.headers['content-disposition'], "inline; filename*=UTF-8''01-paso.jpg");
    assert.deepEqual(answer.rawPayload, tinyJpeg);
  });

  test('a receipt is downloaded', async () => {
    const answer = await fetchFile('justificante.pdf');
    assert.equal(answer.headers['content-type'], 'application/pdf');
    assert.equal(answer.headers['content-disposition'], "attachment; filename*=UTF-8''justificante.pdf");
  });

  test('the browser asks for it each time, and is not sent again what it has', async () => {
    const first = await fetchFile('01-paso.jpg');
    assert.equal(first.headers['cache-control'], 'private, no-cache');
    const etag = String(first.headers.etag);
    for (const known of [etag, `W/${etag}`, `"otro", ${etag}`]) {
      const again = await fetchFile('01-paso.jpg', '1', { 'if-none-match': known });
      assert.deepEqual([again.statusCode, again.body, again.headers.etag], [304, '', etag]);
    }
    writeFileSync(join(folder, '02-otra.jpg'), Buffer.concat([tinyJpeg, tinyJpeg]));
    for (const file of ['02-otra.jpg', 'justificante.pdf'])
      assert.equal((await fetchFile(file, '1', { 'if-none-match': etag })).statusCode, 200);
  });

  test('what a browser has does not spare it the session', async () => {
    const other = openPageHouse();
    const sample = fillSample(other.db, other.folder, new Date());
    const url = `/cola/${sample.ids.completed}/evidencias/1/01-paso.jpg`;
    const cookie = await signIn(other, 'lectura', 'ana');
    const { headers } = await other.app.inject({ url, headers: { host: '127.0.0.1:3000', ...cookie } });
    const stranger = { host: '127.0.0.1:3000', 'if-none-match': String(headers.etag) };
    const answers = [stranger, { ...stranger, ...cookie }].map((asked) => other.app.inject({ url, headers: asked }));
    const codes = (await Promise.all(answers)).map((answer) => answer.statusCode);
    await other.close();
    assert.deepEqual(codes, [303, 304]);
  });

  test('captured HTML never opens in the browser', async () => {
    writeFileSync(join(folder, 'pagina.html'), '<script>alert(1)</script>');
    const answer = await fetchFile('pagina.html');
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    assert.match(String(answer.headers['content-disposition']), /^attachment/);
  });

  test('nothing in a file may run, whatever it is', async () => {
    const { headers } = await fetchFile('01-paso.jpg');
    assert.equal(headers['content-security-policy'], "default-src 'none'; sandbox");
    assert.equal(headers['x-content-type-options'], 'nosniff');
  });

  test('a name with odd characters travels in the header without breaking it', async () => {
    writeFileSync(join(folder, 'recurso «ñ».txt'), 'hola');
    const answer = await fetchFile(encodeURIComponent('recurso «ñ».txt'));
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-disposition'], `attachment; filename*=UTF-8''${encodeURIComponent('recurso «ñ».txt')}`);
  });

  const outside = [
    '..%2F..%2F..%2Fpanel.clave',
    '..%2f1%2f01-paso.jpg',
    '%2Fetc%2Fpasswd',
    '..',
    '.',
    'nada.jpg',
    'carpeta',
    'enlace.jpg',
    '%00.jpg',
  ];
  for (const file of outside)
    test(`«${file}» does not exist as evidence`, async () => {
      mkdirSync(join(folder, 'carpeta'), { recursive: true });
      if (file === 'enlace.jpg') symlinkSync(join(house.folder, 'panel.clave'), join(folder, file));
      const answer = await fetchFile(file);
      assert.equal(answer.statusCode, 404);
      assert.ok(!answer.rawPayload.includes(tinyJpeg));
    });

  test('neither trámite nor attempt can lead out of the folder', async () => {
    for (const url of ['/cola/..%2F..%2F/evidencias/1/panel.clave', `/cola/${ids.completed}/evidencias/..%2F/panel.clave`])
      assert.equal((await visit(house, url)).status, 404);
  });
});
