import type { Response } from 'playwright-core';
import type { Session } from './browser.ts';
import type { Egress } from './egress.ts';
import { passingFailure } from './failures.ts';
import type { BrowserWatch } from './steps.ts';

/** Keeps an eye on one session while its steps walk. It ends with the context. */
export const watchBrowser = (session: Session, egress: Egress): BrowserWatch => {
  const broken = Promise.withResolvers<never>();
  broken.promise.catch(() => undefined);
  session.context.on('response', (response) => {
    if (isWholePage(response) && response.status() >= 500)
      broken.reject(passingFailure('portal_con_error', `La sede respondió con un error propio (HTTP ${response.status()}).`));
  });
  return {
    get connected() {
      return session.connected;
    },
    broken: broken.promise,
    takeRefused: egress.takeRefused,
    renewConnections: egress.renewConnections,
    abandon: session.close,
  };
};

/** Not a frame inside a page, nor a file of it. */
const isWholePage = (response: Response): boolean => {
  const request = response.request();
  if (!request.isNavigationRequest()) return false;
  try {
    return request.frame().parentFrame() === null;
  } catch {
    // The first answer of a popup comes before its page exists.
    return true;
  }
};
