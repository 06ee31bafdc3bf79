import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { distinctNames, safeName } from '#server/gateways/xvia/names.ts';
import { createPapers } from '#server/gateways/xvia/plain.ts';
import { CerebroError } from '#server/lib/errors.ts';

const pdf = Buffer.from(`%PDF-1.4\n${'recurso '.repeat(2000)}`);
const patient = { timeoutMs: 20_000, maxBytes: 100_000 };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** An intranet that answers by path; what it was not told is a 404. */
const intranet = async (t: TestContext, answers: Readonly<Record<string, Answer>>, limits = patient) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-papeles-'));
  t.after(() => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/public`;
  return { papers: createPapers(base, limits), folder, asked };
};

const appeal = '/public/servicio/recursos/expedientes/pdf/90001';
const attached = (id: string) => `/public/servicio/recursos/expedientes/pdf-adjuntos/${id}`;
const send =
  (body: Buffer | string, type = 'application/pdf', status = 200): Answer =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(body);

const attachments = (...names: string[]) => names.map((filename, i) => ({ id: String(i + 1), filename }));

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);

const codeOf = async (work: Promise<unknown>): Promise<[string, boolean]> => {
  const thrown = await work.then(
    () => null,
    (error) => error,
  );
  assert.ok(thrown instanceof CerebroError, String(thrown));
  return [thrown.code, thrown.transient];
};

test('the appeal comes first, then its attachments in their order, whole and hashed', async (t) => {
  const jpg = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]);
  const { papers, folder } = await intranet(t, {
    [appeal]: send(pdf),
    [attached('1')]: send(jpg, 'image/jpeg'),
    [attached('2')]: send(pdf),
  });
  const files = await papers.download({ resourceId: '90001', attachments: attachments('foto.jpg', 'poder.pdf') }, folder);
  assert.deepEqual(
    files.map((file) => file.name),
    ['recurso-90001.pdf', 'foto.jpg', 'poder.pdf'],
  );
  for (const [i, body] of [pdf, jpg, pdf].entries()) {
    const file = files[i];
    assert.deepEqual(readFileSync(file?.path ?? ''), body);
    assert.deepEqual([file?.bytes, file?.sha256], [body.length, createHash('sha256').update(body).digest('hex')]);
  }
});

test('two attachments of the same name are both kept, and none can leave its folder or hide the receipt', async (t) => {
  const { papers, folder } = await intranet(t, {
    [appeal]: send(pdf),
    ...Object.fromEntries(['1', '2', '3', '4'].map((id) => [attached(id), send(pdf)])),
  });
  const names = ['Foto.pdf', 'foto.PDF', '../../../fuera.pdf', 'justificante.pdf'];
  const files = await papers.download({ resourceId: '90001', attachments: attachments(...names) }, folder);
  assert.deepEqual(
    files.slice(1).map((file) => file.name),
    ['Foto.pdf', 'foto (2).PDF', '_.._.._fuera.pdf', 'justificante.pdf'],
  );
  assert.ok(files.every((file) => basename(file.path) === file.name && file.path.startsWith(join(folder, 'documentos'))));
});

for (const [what, answer, code, transient] of [
  ['a login page', send('<!DOCTYPE html><title>Login</title>', 'text/html; charset=UTF-8'), 'sesion_caducada', true],
  ['a page that says it is a PDF', send('\n <html><body>Login', 'application/pdf'), 'sesion_caducada', true],
  ['a stale token (419)', send('', 'text/plain', 419), 'sesion_caducada', true],
  ['an error of its own (500)', send('boom', 'text/plain', 500), 'intranet_con_errores', true],
  ['nothing', send(''), 'documento_vacio', true],
  ['something else', send('GIF89a', 'image/gif'), 'documento_no_valido', false],
  ['too much', send(Buffer.concat([pdf, Buffer.alloc(100_000)])), 'documento_demasiado_grande', false],
  ['not found', send('', 'text/plain', 404), 'documento_no_encontrado', false],
] as const)
  test(`an intranet that answers with ${what} instead of the appeal fails the download with a word`, async (t) => {
    const { papers, folder } = await intranet(t, { [appeal]: answer, [attached('1')]: send(pdf) });
    const download = papers.download({ resourceId: '90001', attachments: attachments('poder.pdf') }, folder);
    assert.deepEqual(await codeOf(download), [code, transient]);
    assert.deepEqual(filesUnder(folder), []);
  });

test('all or nothing: without one of the attachments no file is left', async (t) => {
  const { papers, folder } = await intranet(t, {
    [appeal]: send(pdf),
    [attached('1')]: send(pdf),
    [attached('2')]: send('x', 'text/plain', 503),
  });
  const download = papers.download({ resourceId: '90001', attachments: attachments('a.pdf', 'b.pdf', 'c.pdf') }, folder);
  const [code] = await codeOf(download);
  assert.ok(['intranet_con_errores', 'documento_no_encontrado'].includes(code), code);
  assert.deepEqual(filesUnder(folder), []);
});

test('an intranet that begins to send and never ends is given up', async (t) => {
  const drip: Answer = (_request, response) => void response.writeHead(200).write('%PDF-1.4');
  const { papers, folder } = await intranet(t, { [appeal]: drip }, { ...patient, timeoutMs: 100 });
  assert.deepEqual(await codeOf(papers.download({ resourceId: '90001', attachments: [] }, folder)), ['intranet_lenta', true]);
  assert.deepEqual(filesUnder(folder), []);
});

test('one that breaks the connection may be asked again', async (t) => {
  const { papers, folder } = await intranet(t, { [appeal]: (request) => request.socket.destroy() });
  assert.deepEqual(await codeOf(papers.download({ resourceId: '90001', attachments: [] }, folder)), ['intranet_no_disponible', true]);
});

test('whoever ordered a download can give it up', async (t) => {
  const order = new AbortController();
  const { papers, folder } = await intranet(t, { [appeal]: () => order.abort() });
  await assert.rejects(papers.download({ resourceId: '90001', attachments: [] }, folder, order.signal));
  assert.deepEqual(filesUnder(folder), []);
});

test('an id that could lead elsewhere is never asked for', async (t) => {
  const { papers, folder, asked } = await intranet(t, {});
  for (const id of ['..', '1/2', '1?x=1', '', ' ', 'é'])
    assert.deepEqual(await codeOf(papers.download({ resourceId: id, attachments: [] }, folder)), ['identificador_no_valido', false]);
  assert.deepEqual(await codeOf(papers.download({ resourceId: '1', attachments: [{ id: '../x', filename: 'a.pdf' }] }, folder)), [
    'identificador_no_valido',
    false,
  ]);
  assert.deepEqual(asked, []);
});

test('the check tells an intranet that answers from one that does not', async (t) => {
  const { papers } = await intranet(t, { '/public/': send('ok', 'text/plain') });
  await papers.check();
  await assert.rejects(createPapers('http://127.0.0.1:9').check(), /no contesta en http:\/\/127.0.0.1:9/);
});

test('any name becomes one that disks and portals take, and an extension survives', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme', minLength: 200, maxLength: 400 })), (given) => {
      const name = safeName(given);
      assert.ok(name.length > 0 && name.length <= 200);
      assert.doesNotMatch(name, /[<>:"/\\|?*\p{Cc}]/u);
      assert.ok(name !== '.' && name !== '..');
      assert.ok(safeName(`${given}.pdf`).endsWith('.pdf'));
    }),
    { numRuns: 50 },
  );
  assert.equal(safeName('con.pdf'), '_con.pdf');
});

test('names told apart are all different, whatever their capitals', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a.pdf', 'A.pdf', 'a (2).pdf', 'b', 'B', `${'x'.repeat(196)}.pdf`)), (names) => {
      const distinct = distinctNames(names).map((name) => name.toLowerCase());
      assert.equal(new Set(distinct).size, names.length);
      assert.ok(distinct.every((name) => name.length <= 200));
    }),
  );
});
