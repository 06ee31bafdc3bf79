import type { Locator, Page } from 'playwright-core';
import { finalFailure, passingFailure, type RobotFailure } from '../../failures.ts';
import { selectors } from './selectors.ts';

/**
 * Waits until `wanted` is there; when the portal shows one of its notices instead, fails at once with its own words.
 * `refusal` is the word for a notice that is neither the session's nor the certificate's.
 */
export const expectState = async (place: Page | Locator, wanted: Locator, refusal = 'formulario_rechazado'): Promise<void> => {
  const first = wanted.or(place.locator(`${selectors.notices.any}:visible`)).first();
  const notice = await first.evaluate(
    (element, { any, session, certificate }) =>
      element.matches(any)
        ? { text: element.textContent, session: element.matches(session), certificate: element.matches(certificate) }
        : null,
    selectors.notices,
  );
  if (notice) throw refused(notice, refusal);
};

type Notice = { readonly text: string | null; readonly session: boolean; readonly certificate: boolean };

const refused = ({ text, session, certificate }: Notice, refusal: string): RobotFailure => {
  const words = `«${(text ?? '').replace(/\s+/g, ' ').trim().slice(0, 500)}»`;
  if (session) return passingFailure('sesion_caducada', `La sede cerró la sesión a mitad del trámite: ${words}`);
  if (certificate) return passingFailure('certificado_rechazado', `La sede no aceptó el certificado: ${words}`);
  return finalFailure(refusal, `La sede no lo acepta: ${words}`);
};

const popupMs = 15_000;

/** Clicks and answers the window it opens; once more if the portal says that it was blocked. */
export const openPopup = async (page: Page, link: Locator, again = true): Promise<Page> => {
  const opened = page.waitForEvent('popup', { timeout: popupMs });
  opened.catch(() => undefined);
  await link.click();
  // The notice of the first time may still stand there the second time: only the window itself tells then.
  const blocked = again && (await Promise.race([opened.then(() => false), blockedNotice(page)]));
  return blocked ? openPopup(page, link, false) : opened.catch(() => notOpened());
};

/** Resolves only when the notice is there: a single look, because a watch would go on in a page nobody returns to. */
const blockedNotice = async (page: Page): Promise<true> => {
  if (await page.locator(selectors.landing.popupBlocked).isVisible()) return true;
  return new Promise(() => undefined);
};

const notOpened = (): never => {
  throw passingFailure('ventana_bloqueada', 'La sede no abrió la ventana de tramitación.');
};
