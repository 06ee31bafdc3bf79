import type { Locator } from 'playwright-core';
import { finalFailure } from '../../failures.ts';
import type { Robot, Step, StepContext } from '../../robot.ts';
import { caseEntries, contactEntries, representedEntries } from './entries.ts';
import { type, verifyForm, writeMotive } from './filling.ts';
import { type XalocFields, xalocForm } from './form.ts';
import { expectState, openPopup } from './portal.ts';
import { fetchReceipt, readReceipt, skipReceiptFrame } from './receipt.ts';
import { selectors } from './selectors.ts';
import { attachFiles } from './uploading.ts';

type Context = StepContext<XalocFields>;

const { landing, form, summary } = selectors;

/** The page of the procedure; its cookie banner, if it comes, is answered whenever it gets in the way. */
const openSede = async ({ page, startUrl }: Context): Promise<void> => {
  await page.addLocatorHandler(page.getByRole('button', { name: landing.cookies }), (accept) => accept.click(), { noWaitAfter: true });
  await page.goto(startUrl, { waitUntil: 'domcontentloaded' });
  await expectState(page, page.getByRole('link', { name: landing.start }));
};

/** The rest happens in the window that the link opens. */
const enterWithCertificate = async (context: Context): Promise<void> => {
  const popup = await openPopup(context.page, context.page.getByRole('link', { name: landing.start }));
  context.page = popup;
  await popup.locator(selectors.certificate).first().click();
  await expectState(popup, popup.locator(form.itself));
};

/** Each choice makes the portal reload the lower part of the form, with other fields in it. */
const chooseRepresentation = async ({ page, fields }: Context): Promise<void> => {
  const company = fields.represented.kind === 'company';
  await page.locator(form.representing).click();
  await expectState(page, page.locator('#contact22'));
  await page.locator(company ? form.company : form.person).click();
  await expectState(page, page.locator(company ? '#RepCIF' : '#RepDocuNum'));
};

const fillRepresented = async ({ page, fields }: Context): Promise<void> => {
  if (fields.represented.kind === 'person') await page.locator('#RepTipoDoc').selectOption(fields.represented.tipoDoc);
  await type(page, representedEntries(fields));
  await page.locator(form.electronicNotice).check();
  await type(page, contactEntries(fields));
};

const fillCase = ({ page, fields }: Context): Promise<void> => type(page, caseEntries(fields));

const fillMotive = ({ page, fields }: Context): Promise<void> => writeMotive(page, fields.motivos);

/** The last moment at which everything can still be checked: the form before it goes, the summary after. */
const reviewSummary = async ({ page, fields, expediente }: Context): Promise<void> => {
  await verifyForm(page, fields);
  // By script: the portal's mask may lie over the box for a good while.
  await page.locator(form.accept).dispatchEvent('click');
  await page.locator(form.next).click();
  await expectState(page, sendLink(page.locator('body')));
  const shown = (await page.locator('body').textContent()) ?? '';
  if (!summary.address.test(page.url()) || !shown.includes(expediente))
    throw finalFailure('resumen_distinto', `El resumen de la sede no muestra el expediente ${expediente}.`);
};

const sendLink = (body: Locator): Locator => body.locator(summary.send, { hasText: summary.sendText });

const [open, enter, representation, represented, offence, motive, papers, review, send, receipt] = xalocForm.steps as readonly string[] as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

const steps: readonly Step<XalocFields>[] = [
  { name: open, deadlineSeconds: 60, run: openSede },
  { name: enter, deadlineSeconds: 60, run: enterWithCertificate },
  { name: representation, run: chooseRepresentation },
  { name: represented, run: fillRepresented },
  { name: offence, run: fillCase },
  { name: motive, run: fillMotive },
  { name: papers, deadlineSeconds: 90, run: attachFiles },
  { name: review, deadlineSeconds: 60, run: reviewSummary },
];

/** The filing of an appeal at XALOC, from the public page to the receipt (XVIA.md 5.1). */
export const robot: Robot<XalocFields> = {
  steps,
  submission: {
    send: {
      name: send,
      ready: async ({ page }) => {
        await skipReceiptFrame(page);
        await sendLink(page.locator('body')).click({ trial: true });
      },
      // noWaitAfter: what follows is told by the receipt's page, and by nothing else.
      click: ({ page }) => sendLink(page.locator('body')).click({ noWaitAfter: true }),
    },
    receipt: { name: receipt, deadlineSeconds: 120, fetch: ({ page }) => fetchReceipt(page), read: readReceipt },
  },
};
