import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { type Sede, startSede } from '#server/demo/sede/sede.ts';
import { arm, heldRequest, openSession, pdfFile, readyToSend } from './sede-client.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sede-'));
const paces = { partial: 0, redirect: 0, slowPage: 300, mask: 60_000, lateReceipt: 300, hold: 30_000 };
let sede: Sede;
before(async () => {
  sede = await startSede({ port: 0, dataDir, paces });
});
after(async () => {
  await sede.close();
  rmSync(dataDir, { recursive: true });
});
afterEach(() => {
  const armed = sede.faults.view().fallos.filter(({ veces }) => veces > 0);
  assert.deepEqual(armed, [], 'every fault was used up');
});

const receiptOf = async (client: Awaited<ReturnType<typeof readyToSend>>) => {
  const waiting = await (await client.send()).text();
  const next = /location\.replace\("(.*?)"\)/.exec(waiting)?.[1] ?? '';
  const page = await (await client.get(next)).text();
  return /id="iframeJustif"[^>]*src="(.*?)"/.exec(page)?.[1] ?? '';
};

const milliseconds = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

test('the list tells every fault in Spanish, how often it is still to come and what is held', async () => {
  const { fallos, retenidas } = (await (await fetch(`${sede.url}/fallos`)).json()) as ReturnType<Sede['faults']['view']>;
  assert.ok(fallos.length >= 17);
  assert.ok(fallos.every(({ nombre, descripcion, veces }) => /^[a-z0-9_]+$/.test(nombre) && descripcion.endsWith('.') && veces === 0));
  assert.deepEqual(retenidas, []);
});

test('a fault is armed by JSON or form, and an unknown name or number is refused with the known names', async () => {
  const post = (body: string | URLSearchParams, type = 'application/json') =>
    fetch(`${sede.url}/fallos`, { method: 'POST', body, headers: typeof body === 'string' ? { 'content-type': type } : {} });
  assert.deepEqual(await (await post('{"nombre":"mascara","veces":3}')).json(), { nombre: 'mascara', veces: 3 });
  assert.deepEqual(await (await post(new URLSearchParams({ nombre: 'mascara', veces: '0' }))).json(), { nombre: 'mascara', veces: 0 });
  for (const body of [
    '{"nombre":"inventado"}',
    '{"nombre":"mascara","veces":-1}',
    '{"nombre":"mascara","veces":"a"}',
    '{}',
    '{"nombre":"toString"}',
  ]) {
    const answer = await post(body);
    assert.equal(answer.status, 422, body);
    assert.ok(((await answer.json()) as { nombres: string[] }).nombres.includes('redireccion_perdida'));
  }
});

test('pagina_lenta: the next page takes its time', async () => {
  await arm(sede.url, 'pagina_lenta');
  assert.ok((await milliseconds(() => fetch(`${sede.url}/seu-electronica`))) >= 300);
  assert.ok((await milliseconds(() => fetch(`${sede.url}/seu-electronica`))) < 300);
});

test('certificado_rechazado: VÀLid says no, once', async () => {
  await arm(sede.url, 'certificado_rechazado');
  const answer = await fetch(`${sede.url}/valid/certificat`, { method: 'POST', body: new URLSearchParams() });
  assert.equal(answer.status, 403);
  assert.match(await answer.text(), /certificat ha estat rebutjat/);
  assert.notEqual((await openSession(sede.url)).draftId, '');
});

test('sesion_caducada: the form is lost when it is sent', async () => {
  const client = await openSession(sede.url);
  await client.upload([pdfFile()]);
  await arm(sede.url, 'sesion_caducada');
  assert.match(await client.sign(), /id="sesionCaducada"/);
  assert.match(await client.sign(), /id="sesionCaducada"/);
});

test('subida_rechazada: the papers are not kept, and the next try works', async () => {
  const client = await openSession(sede.url);
  await arm(sede.url, 'subida_rechazada');
  assert.match(await client.upload([pdfFile()]), /"correcto":false,"mensaje":"El document no s'ha pogut adjuntar/);
  assert.match(await client.upload([pdfFile()]), /"nombres":\["recurs.pdf"\]/);
});

test('justificante_tarde: the receipt comes, later', async () => {
  const client = await readyToSend(sede.url);
  await arm(sede.url, 'justificante_tarde');
  const address = await receiptOf(client);
  let answer = new Response();
  const took = await milliseconds(async () => {
    answer = await client.get(address);
  });
  assert.ok(took >= 300);
  assert.equal(answer.headers.get('content-type'), 'application/pdf');
});

test('justificante_no_pdf and justificante_500: registered, but that receipt never comes', async () => {
  for (const [fault, status] of [
    ['justificante_no_pdf', 200],
    ['justificante_500', 500],
  ] as const) {
    const client = await readyToSend(sede.url);
    const before = sede.register().length;
    await arm(sede.url, fault);
    const address = await receiptOf(client);
    assert.equal(sede.register().length, before + 1);
    for (const answer of [await client.get(address), await client.get(address)]) {
      assert.equal(answer.status, status);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    }
  }
});

test('redireccion_perdida: the connection breaks after the entry was written', async () => {
  const client = await readyToSend(sede.url, { DinVarNUMEXP: '2025/000777-MUL' });
  await arm(sede.url, 'redireccion_perdida');
  await assert.rejects(client.send());
  assert.equal(sede.register().at(-1)?.expediente, '2025/000777-MUL');
});

test('envio_500_antes: an error, nothing registered, and a later try registers once', async () => {
  const client = await readyToSend(sede.url);
  const before = sede.register().length;
  await arm(sede.url, 'envio_500_antes');
  assert.equal((await client.send()).status, 500);
  assert.equal(sede.register().length, before);
  assert.equal((await client.send()).status, 200);
  assert.equal(sede.register().length, before + 1);
});

test('pausa_formulario and pausa_subida hold the request until they are let go', async () => {
  const client = await openSession(sede.url);
  await arm(sede.url, 'pausa_formulario');
  const form = client.get('/sta/Relec/TramitaForm?held=1');
  assert.equal((await heldRequest(sede.url, 'pausa_formulario')).ruta, '/sta/Relec/TramitaForm?held=1');
  await arm(sede.url, 'pausa_formulario', 0);
  assert.match(await (await form).text(), /id="formulario"/);

  await arm(sede.url, 'pausa_subida');
  const upload = client.upload([pdfFile()]);
  await heldRequest(sede.url, 'pausa_subida');
  await arm(sede.url, 'pausa_subida', 0);
  assert.match(await upload, /"correcto":true/);
});

test('pausa_envio_antes: held with its expediente and unregistered; if the browser goes away it never registers', async () => {
  const client = await readyToSend(sede.url, { DinVarNUMEXP: '2025/000888-MUL' });
  await arm(sede.url, 'pausa_envio_antes');
  const leave = new AbortController();
  const sent = client.send(leave.signal);
  assert.equal((await heldRequest(sede.url, 'pausa_envio_antes')).expediente, '2025/000888-MUL');
  leave.abort();
  await assert.rejects(sent);
  while (sede.faults.view().retenidas.length > 0) await new Promise(setImmediate);
  assert.ok(!sede.register().some(({ expediente }) => expediente === '2025/000888-MUL'));
});

test('pausa_envio_despues: registered while its answer is held', async () => {
  const client = await readyToSend(sede.url, { DinVarNUMEXP: '2025/000999-MUL' });
  await arm(sede.url, 'pausa_envio_despues');
  const sent = client.send();
  await heldRequest(sede.url, 'pausa_envio_despues');
  assert.equal(sede.register().filter(({ expediente }) => expediente === '2025/000999-MUL').length, 1);
  await arm(sede.url, 'pausa_envio_despues', 0);
  assert.match(await (await sent).text(), /TramitaJustif/);
});

test('pausa_recibo: the receipt of the next submission is held, whoever asks for it', async () => {
  const client = await readyToSend(sede.url);
  await arm(sede.url, 'pausa_recibo');
  const address = await receiptOf(client);
  const asked = [client.get(address), client.get(address)];
  while (sede.faults.view().retenidas.length < 2) await new Promise(setImmediate);
  await arm(sede.url, 'pausa_recibo', 0);
  for (const answer of await Promise.all(asked)) assert.equal(answer.headers.get('content-type'), 'application/pdf');
});

test('a hold lets go by itself when its time is over, and closing the sede lets go whatever is held', async () => {
  const other = await startSede({ port: 0, dataDir: join(dataDir, 'otra'), paces: { ...paces, hold: 20 } });
  const client = await readyToSend(other.url);
  await arm(other.url, 'pausa_envio_despues');
  assert.equal((await client.send()).status, 200);
  await other.close();
  const third = await startSede({ port: 0, dataDir: join(dataDir, 'tercera'), paces });
  await arm(third.url, 'pausa_formulario');
  const held = assert.rejects(fetch(`${third.url}/sta/Relec/TramitaForm`));
  await heldRequest(third.url, 'pausa_formulario');
  await third.close();
  await held;
});
