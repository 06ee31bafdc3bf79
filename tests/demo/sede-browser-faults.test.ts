import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { type Sede, startSede } from '#server/demo/sede/sede.ts';
import { arm } from './sede-client.ts';
import * as visitor from './sede-visitor.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'sede-'));
let sede: Sede;
let browser: Browser;
before(async () => {
  sede = await startSede({ port: 0, dataDir, paces: { partial: 20, redirect: 50, mask: 60_000 } });
  browser = await visitor.openBrowser();
});
after(async () => {
  await browser.close();
  await sede.close();
  rmSync(dataDir, { recursive: true });
});

const newPage = async (): Promise<Page> => {
  const context = await browser.newContext();
  context.setDefaultTimeout(10_000);
  return context.newPage();
};

const linkIsReachable = (page: Page): Promise<boolean> =>
  page
    .getByRole('link', { name: 'Tramitació en línia' })
    .click({ trial: true, timeout: 500 })
    .then(
      () => true,
      () => false,
    );

test('banner_cookies: nothing can be pressed before the cookies are accepted', async () => {
  await arm(sede.url, 'banner_cookies');
  const page = await newPage();
  await page.goto(`${sede.url}/seu-electronica?view=tramits&id=11`);
  assert.equal(await linkIsReachable(page), false);
  await page.getByRole('button', { name: 'Acceptar totes' }).click();
  assert.equal(await linkIsReachable(page), true);
});

test('the usual banner covers nothing that matters and stays away once accepted', async () => {
  const page = await newPage();
  await page.goto(`${sede.url}/seu-electronica?view=tramits&id=11`);
  assert.equal(await linkIsReachable(page), true);
  await page.getByRole('button', { name: 'Acceptar totes' }).click();
  await page.reload();
  assert.equal(await page.getByRole('button', { name: 'Acceptar totes' }).isVisible(), false);
});

test('popup_bloqueado: the page says that the window was blocked, and the next press opens it', async () => {
  await arm(sede.url, 'popup_bloqueado');
  const page = await newPage();
  await page.goto(`${sede.url}/seu-electronica?view=tramits&id=11`);
  const link = page.getByRole('link', { name: 'Tramitació en línia' });
  await link.click();
  await page.getByText('ha bloquejat la finestra emergent').waitFor();
  assert.equal(page.context().pages().length, 1);
  await Promise.all([page.waitForEvent('popup'), link.click()]);
});

test('mascara: after the papers the mask covers the box until a script ticks it', async () => {
  await arm(sede.url, 'mascara');
  const form = await visitor.enter(await newPage(), sede.url);
  await visitor.fillForOneself(form);
  await visitor.attachPapers(form, [visitor.samplePdf()]);
  const box = form.locator('#lopdok');
  assert.equal(
    await box.check({ timeout: 300 }).then(
      () => true,
      () => false,
    ),
    false,
  );
  await box.evaluate((element) => (element as unknown as { click(): void }).click());
  await form.locator('div#botoncontinuar a.naranja').click();
  await form.getByRole('link', { name: 'Enviar>>' }).waitFor();
});

test('cargador_en_marco: the uploader works the same one frame further in', async () => {
  const form = await visitor.enter(await newPage(), sede.url);
  await arm(sede.url, 'cargador_en_marco');
  const [popup] = await Promise.all([form.waitForEvent('popup'), form.locator('a.docs').first().click()]);
  const uploader = popup.frameLocator('iframe#contenido');
  await uploader.locator('#fichero').setInputFiles(visitor.samplePdf());
  await uploader.getByRole('link', { name: 'Clicar per adjuntar' }).click();
  await Promise.all([popup.waitForEvent('close'), uploader.locator('div#continuar a').click()]);
  await form.locator('#StatusD1_1 span.adjuntado').waitFor();
});

test('subida_rechazada: the popup shows why and stays open', async () => {
  const form = await visitor.enter(await newPage(), sede.url);
  await arm(sede.url, 'subida_rechazada');
  const uploader = await visitor.choosePapers(form, [visitor.samplePdf()]);
  await uploader.getByRole('link', { name: 'Clicar per adjuntar' }).click();
  await uploader.getByText("El document no s'ha pogut adjuntar").waitFor();
  assert.equal(await uploader.locator('div#continuar').isVisible(), false);
  assert.equal(await form.locator('td#StatusD1_1.pendiente').count(), 1);
});

test('a session lost before a partial reload shows the page that says so', async () => {
  const form = await visitor.enter(await newPage(), sede.url);
  await form.context().clearCookies();
  await form.locator('#tipoActuacionRT').click();
  await form.locator('#sesionCaducada').waitFor();
});
