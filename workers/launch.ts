import type { LaunchOptions } from 'playwright-core';
import type { BrowserChoice } from './messages.ts';

/**
 * How a robot's browser is started. Playwright speaks to Chromium through a pipe, so the browser ends with its thread,
 * whatever happens to it: no option may open a debugging port. Signals belong to the main thread.
 */
export const launchOptions = ({ executablePath, channel, headless, args }: BrowserChoice): LaunchOptions => ({
  ...(executablePath === undefined ? {} : { executablePath }),
  ...(channel === undefined ? {} : { channel }),
  headless,
  // Nothing may leave by a side of the proxy.
  args: [...args, '--force-webrtc-ip-handling-policy=disable_non_proxied_udp'],
  // Playwright's own default is to go without.
  chromiumSandbox: !args.includes('--no-sandbox'),
  handleSIGINT: false,
  handleSIGTERM: false,
  handleSIGHUP: false,
  timeout: 60_000,
});
