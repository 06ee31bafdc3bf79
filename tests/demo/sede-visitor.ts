import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { silentLog } from '#server/lib/log.ts';

/** A person in front of the simulated sede, who does each thing the way the page asks for it. */
export type Papers = readonly { name: string; mimeType: string; buffer: Buffer }[];

export const samplePdf = (text = 'recurs') => ({
  name: 'Recurs (1) ñ.pdf',
  mimeType: 'application/pdf',
  buffer: Buffer.from(`%PDF-1.4\n% ${text}\n`),
});

export const sampleFields = {
  DinVarNUMDEN: '2025/160585-MUL',
  DinVarMATRICULA: '0000bbb',
  DinVarNUMEXP: '2025/160585-MUL',
  motives: 'ASSUMPTE: recurs. EXPOSA: que no hi estic d’acord. SOL·LICITA: l’arxiu.',
  mail: 'bustia@example.org',
} as const;

/** The browser the suite brings. */
export const openBrowser = async (): Promise<Browser> => {
  const configured = process.env.NAVEGADOR || undefined;
  const choice = await provisionBrowser({ configured, visible: false, certificate: false, install: false, log: silentLog() });
  return chromium.launch({ ...choice, args: [...choice.args] });
};

/** From the public page, through VÀLid, to the form in its popup. */
export const enter = async (landing: Page, url: string): Promise<Page> => {
  await landing.goto(`${url}/seu-electronica?view=tramits&id=11`);
  await landing.getByRole('button', { name: 'Acceptar totes' }).click();
  const [popup] = await Promise.all([landing.waitForEvent('popup'), landing.getByRole('link', { name: 'Tramitació en línia' }).click()]);
  await popup.locator('#btnContinuaCert').click();
  await popup.locator('#formulario').waitFor();
  return popup;
};

const chooseAndReload = async (form: Page, selector: string, appears: string) => {
  await form.locator(selector).click();
  await form.locator(appears).waitFor();
  await form.locator('#mask').waitFor({ state: 'hidden' });
};

const type = async (form: Page, id: string, value: string) => {
  await form.locator(`#${id}`).fill(value);
  await form.locator(`#${id}`).blur();
};

const fillCase = async (form: Page, contact: string) => {
  await form.locator('input[name=modoNotificacion][value=E]').check();
  await type(form, contact, sampleFields.mail);
  for (const id of ['DinVarNUMDEN', 'DinVarMATRICULA', 'DinVarNUMEXP'] as const) await type(form, id, sampleFields[id]);
  await form.waitForFunction("window.tinymce.get('DinVarMOTIUS') !== null");
  await form.evaluate((text) => {
    const editor = (
      globalThis as unknown as { tinymce: { get(id: string): { setContent(text: string): void; save(): void } } }
    ).tinymce.get('DinVarMOTIUS');
    editor.setContent(text);
    editor.save();
  }, sampleFields.motives);
};

/** Fills the form as the representative of a company. */
export const fillForCompany = async (form: Page): Promise<void> => {
  await chooseAndReload(form, '#tipoActuacionRT', 'input[name=tipoPersonaRepresented][value=RJ]');
  await chooseAndReload(form, 'input[name=tipoPersonaRepresented][value=RJ]', '#RepCIF');
  await type(form, 'RepCIF', 'b1234567');
  await type(form, 'RepCIFCtrlDigit', '4');
  await type(form, 'RepRazonSoc', 'Exemple Transports, SL');
  await fillCase(form, 'contact22');
};

/** Fills the form as the representative of a person. */
export const fillForPerson = async (form: Page): Promise<void> => {
  await chooseAndReload(form, '#tipoActuacionRT', 'input[name=tipoPersonaRepresented][value=RJ]');
  await chooseAndReload(form, 'input[name=tipoPersonaRepresented][value=RF]', '#RepTipoDoc');
  await form.locator('#RepTipoDoc').selectOption('NIF');
  await type(form, 'RepDocuNum', '00000000');
  await type(form, 'RepDigito', 't');
  await type(form, 'RepNombre', 'Núria');
  await type(form, 'RepApellido1', 'Exemple');
  await type(form, 'RepApellido2', 'Mostra');
  await fillCase(form, 'contact22');
};

/** Fills the form for oneself. */
export const fillForOneself = (form: Page): Promise<void> => fillCase(form, 'contact21');

/** Opens the uploader of the first row of papers and chooses every file in it. */
export const choosePapers = async (form: Page, papers: Papers): Promise<Page> => {
  const [uploader] = await Promise.all([form.waitForEvent('popup'), form.locator('a.docs').first().click()]);
  for (const [at, paper] of papers.entries()) await uploader.locator(at === 0 ? '#fichero' : `#fichero${at}`).setInputFiles(paper);
  return uploader;
};

/** The whole of it: choose, upload once, back to the form. */
export const attachPapers = async (form: Page, papers: Papers): Promise<void> => {
  const uploader = await choosePapers(form, papers);
  await uploader.getByRole('link', { name: 'Clicar per adjuntar' }).click();
  await uploader.getByText('Document adjuntat', { exact: true }).waitFor();
  await Promise.all([uploader.waitForEvent('close'), uploader.locator('div#continuar a').click()]);
  await form.locator('#StatusD1_1 span.adjuntado').waitFor();
};

/** Ticks the box and presses Continuar: the summary comes, or the form again with its reasons. */
export const pressContinue = async (form: Page): Promise<void> => {
  await form.locator('#lopdok').check();
  await Promise.all([form.waitForURL('**/TramitaSign'), form.locator('div#botoncontinuar a.naranja').click()]);
};

/** Presses Enviar and waits for the receipt's page. Answers the receipt's address. */
export const send = async (form: Page): Promise<string> => {
  await form.getByRole('link', { name: 'Enviar>>' }).click();
  await form.waitForURL('**/TramitaJustif?**');
  return new URL((await form.locator('iframe#iframeJustif').getAttribute('src')) ?? '', form.url()).href;
};
