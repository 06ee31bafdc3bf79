import { chromium } from 'playwright-core';
import type { BrowserChoice } from '#workers/messages.ts';

/** Starts the browser, opens a page and closes it again. Answers its version. @throws what the browser said. */
export const tryBrowser = async (choice: BrowserChoice): Promise<string> => {
  const { executablePath, channel, headless, args } = choice;
  const browser = await chromium.launch({
    headless,
    args: [...args],
    // Playwright's own default is to go without.
    chromiumSandbox: !args.includes('--no-sandbox'),
    // Playwright would end this process with 130 on the first signal, while it stops in order.
    ...{ handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false },
    ...(executablePath === undefined ? {} : { executablePath }),
    ...(channel === undefined ? {} : { channel }),
  });
  try {
    const page = await browser.newPage();
    await page.setContent('<title>Cerebro</title>');
    return browser.version();
  } finally {
    await browser.close();
  }
};
