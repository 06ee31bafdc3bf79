import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { type PapersServer, startPapers } from '#server/demo/papers/papers.ts';
import { pdfText } from '#workers/receipt.ts';
import { arm, heldRequest } from './sede-client.ts';

let papers: PapersServer;
before(async () => {
  papers = await startPapers({ port: 0, paces: { late: 200, hold: 30_000 } });
});
after(() => papers.close());
afterEach(() => {
  assert.ok(
    papers.faults.view().fallos.every(({ veces }) => veces === 0),
    'every fault was used up',
  );
});

const ask = (path: string): Promise<Response> => fetch(`${papers.url}/servicio/recursos/expedientes/${path}`);
const bytesOf = async (path: string): Promise<Buffer> => Buffer.from(await (await ask(path)).arrayBuffer());

test('the appeal of a recurso is a PDF of its own, the same each time', async () => {
  const [first, again, other] = [await bytesOf('pdf/90001'), await bytesOf('pdf/90001'), await bytesOf('pdf/90002')];
  assert.equal(first.subarray(0, 5).toString(), '%PDF-');
  assert.ok(first.equals(again));
  assert.ok(!first.equals(other));
  assert.match(await pdfText(first), /RECURSO 90001/);
});

test('attachments are PDF under even numbers and JPEG under odd ones, each with bytes of its own', async () => {
  const pdf = await ask('pdf-adjuntos/1000008');
  assert.equal(pdf.headers.get('content-type'), 'application/pdf');
  const [photograph, other] = [await bytesOf('pdf-adjuntos/1000009'), await bytesOf('pdf-adjuntos/1000011')];
  for (const jpeg of [photograph, other]) {
    assert.equal(jpeg.subarray(0, 3).toString('hex'), 'ffd8ff');
    assert.equal(jpeg.subarray(-2).toString('hex'), 'ffd9');
  }
  assert.ok(!photograph.equals(other));
});

test('what is not a number is not there', async () => {
  for (const path of ['pdf/90001.0', 'pdf/-1', 'pdf-adjuntos/abc', 'pdf/']) assert.equal((await ask(path)).status, 404, path);
});

test('html_en_vez_de_pdf answers 200 with the login page, as an expired session does', async () => {
  await arm(papers.url, 'html_en_vez_de_pdf');
  const answer = await ask('pdf/90001');
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /password/);
});

test('error_500, no_encontrado and documento_vacio spoil one document and not the next', async () => {
  for (const [fault, status, size] of [
    ['error_500', 500, 12],
    ['no_encontrado', 404, undefined],
    ['documento_vacio', 200, 0],
  ] as const) {
    await arm(papers.url, fault);
    const answer = await ask('pdf/90001');
    assert.equal(answer.status, status);
    const { byteLength } = await answer.arrayBuffer();
    if (size !== undefined) assert.equal(byteLength, size);
    assert.ok((await bytesOf('pdf/90001')).length > 1000);
  }
});

test('conexion_cortada breaks in the middle of the document', async () => {
  await arm(papers.url, 'conexion_cortada');
  const answer = await ask('pdf/90001');
  assert.equal(answer.status, 200);
  await assert.rejects(answer.arrayBuffer());
});

test('documento_tarde is late and pausa_documento is held until it is let go', async () => {
  const start = performance.now();
  await arm(papers.url, 'documento_tarde');
  await bytesOf('pdf/90001');
  assert.ok(performance.now() - start >= 200);
  await arm(papers.url, 'pausa_documento');
  const held = bytesOf('pdf-adjuntos/8');
  assert.match((await heldRequest(papers.url, 'pausa_documento')).ruta, /pdf-adjuntos\/8$/);
  await arm(papers.url, 'pausa_documento', 0);
  assert.equal((await held).subarray(0, 4).toString(), '%PDF');
});
