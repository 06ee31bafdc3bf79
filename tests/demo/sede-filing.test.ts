import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { portalInstant } from '#server/demo/sede/receipt-pdf.ts';
import { type Sede, startSede } from '#server/demo/sede/sede.ts';
import { pdfText } from '#workers/receipt.ts';
import * as visitor from './sede-visitor.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sede-'));
let sede: Sede;
let browser: Browser;
before(async () => {
  sede = await startSede({ port: 0, dataDir, paces: { partial: 20, redirect: 50 } });
  browser = await visitor.openBrowser();
});
after(async () => {
  await browser.close();
  await sede.close();
  rmSync(dataDir, { recursive: true });
});

/** A person with a browser of their own at the form. */
const arrive = async (): Promise<Page> => {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  return visitor.enter(await context.newPage(), sede.url);
};

const lastEntry = () => sede.register().at(-1);

test('filing for a company leaves one entry in the register with every field and file, and its receipt says so', async () => {
  const form = await arrive();
  await visitor.fillForCompany(form);
  await visitor.attachPapers(form, [visitor.samplePdf('one'), visitor.samplePdf('two')]);
  await visitor.pressContinue(form);
  assert.match((await form.locator('#resumen').textContent()) ?? '', /B1234567 4[\s\S]*EXEMPLE TRANSPORTS, SL[\s\S]*2025\/160585-MUL/);
  assert.deepEqual(sede.register(), [], 'the summary registers nothing');

  const address = await visitor.send(form);
  const answer = await form.context().request.get(address);
  const bytes = await answer.body();
  const entry = lastEntry();
  assert.equal(sede.register().length, 1);
  assert.equal(entry?.expediente, '2025/160585-MUL');
  assert.deepEqual(
    ['RepCIF', 'RepCIFCtrlDigit', 'RepRazonSoc', 'DinVarMATRICULA', 'contact22'].map((name) => entry?.campos[name]),
    ['B1234567', '4', 'EXEMPLE TRANSPORTS, SL', '0000BBB', visitor.sampleFields.mail],
  );
  assert.deepEqual(
    entry?.ficheros.map(({ nombre, sha256 }) => [nombre, sha256]),
    ['one', 'two'].map((text, at) => [
      `${at ? '1_' : ''}Recurs1.pdf`,
      createHash('sha256').update(visitor.samplePdf(text).buffer).digest('hex'),
    ]),
  );
  assert.match(await (await fetch(address)).text(), /sessió ha caducat/i, 'the receipt is only for the browser that filed');
  assert.ok(bytes.length > 2000);
  const text = await pdfText(bytes);
  for (const fact of [entry?.numero, entry?.expediente, portalInstant(entry?.instante ?? '')]) assert.ok(text.includes(fact ?? '?'), fact);
});

test('filing for a person and for oneself is accepted too', async () => {
  for (const fill of [visitor.fillForPerson, visitor.fillForOneself]) {
    const form = await arrive();
    await fill(form);
    await visitor.attachPapers(form, [visitor.samplePdf()]);
    await visitor.pressContinue(form);
    await visitor.send(form);
  }
  assert.deepEqual(
    sede
      .register()
      .slice(-2)
      .map(({ campos }) => [campos.tipoActuacion, campos.RepNombre, campos.contact21]),
    [
      ['RT', 'NÚRIA', undefined],
      ['II', undefined, visitor.sampleFields.mail],
    ],
  );
});

test('choosing the representation reloads the lower part: another mail field, and what was written is lost', async () => {
  const form = await arrive();
  await form.locator('#contact21').fill('abans@example.org');
  await form.locator('#DinVarNUMEXP').fill('2025/000001-MUL');
  await form.locator('#tipoActuacionRT').click();
  await form.locator('#contact22').waitFor();
  assert.equal(await form.locator('#contact21').count(), 0);
  assert.equal(await form.locator('#DinVarNUMEXP').inputValue(), '');
});

test('the two ways of notification share one id and the status of each paper stands in a cell of its own', async () => {
  const form = await arrive();
  assert.equal(await form.locator('[id=modoNotificacion]').count(), 2);
  assert.deepEqual(await form.locator('td.pendiente').evaluateAll((cells) => cells.map((cell) => cell.id)), ['StatusD1_1', 'StatusD2_1']);
});

test('values are put in capitals and judged when the field is left', async () => {
  const form = await arrive();
  await form.locator('#DinVarMATRICULA').fill('0000bbb');
  await form.locator('#contact21').fill('no és un correu');
  await form.locator('#contact21').blur();
  assert.equal(await form.locator('#DinVarMATRICULA').inputValue(), '0000BBB');
  assert.equal(await form.getByText('El format no és correcte.').isVisible(), true);
});

test('the editor loses line breaks and fills its textarea only when it saves', async () => {
  const form = await arrive();
  await form.waitForFunction("window.tinymce.get('DinVarMOTIUS') !== null");
  await form.evaluate("window.tinymce.get('DinVarMOTIUS').setContent('una\\ndues')");
  const body = form.frameLocator('#DinVarMOTIUS_ifr').locator('body#tinymce');
  assert.equal(await body.innerHTML(), '<p>una dues</p>');
  assert.equal(await form.locator('#DinVarMOTIUS').inputValue(), '');
  await body.fill('escrit a mà');
  await form.evaluate("window.tinymce.get('DinVarMOTIUS').save()");
  assert.match(await form.locator('#DinVarMOTIUS').inputValue(), /escrit a mà/);
});

test('the link to continue only appears once the box of data protection is ticked', async () => {
  const form = await arrive();
  assert.equal(await form.locator('div#botoncontinuar').isVisible(), false);
  await form.locator('#lopdok').check();
  assert.equal(await form.locator('div#botoncontinuar a.naranja').isVisible(), true);
});

test('an incomplete form comes back with its reasons in sight and what was written still there', async () => {
  const form = await arrive();
  await form.locator('#DinVarNUMEXP').fill('2025/000001-MUL');
  await visitor.pressContinue(form);
  const reasons = (await form.getByRole('alert').textContent()) ?? '';
  assert.match(reasons, /Matrícula/);
  assert.match(reasons, /Falta adjuntar/);
  assert.equal(await form.locator('#DinVarNUMEXP').inputValue(), '2025/000001-MUL');
});

test('the uploader offers one more input after each choice and refuses at once what it does not take', async () => {
  const form = await arrive();
  const uploader = await visitor.choosePapers(form, [visitor.samplePdf()]);
  await uploader.locator('#fichero1').setInputFiles({ name: 'foto.png', mimeType: 'image/png', buffer: Buffer.from('x') });
  assert.match((await uploader.locator('#uploadResultado').textContent()) ?? '', /foto\.png no té una extensió permesa/);
  assert.equal(await uploader.locator('#fichero2').count(), 0);
});

test('a second press of Enviar is a second entry for the same expediente', async () => {
  const form = await arrive();
  await visitor.fillForOneself(form);
  await visitor.attachPapers(form, [visitor.samplePdf()]);
  await visitor.pressContinue(form);
  const before = sede.register().length;
  await visitor.send(form);
  await form.goBack();
  await form.getByRole('link', { name: 'Enviar>>' }).waitFor();
  await visitor.send(form);
  const [first, second] = sede.register().slice(before);
  assert.equal(sede.register().length, before + 2);
  assert.equal(first?.expediente, second?.expediente);
  assert.notEqual(first?.numero, second?.numero);
});
