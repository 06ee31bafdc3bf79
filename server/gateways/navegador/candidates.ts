import { existsSync } from 'node:fs';
import type { BrowserChoice } from '#workers/messages.ts';

/** Nothing of the browser's own runs in the background; the sandbox is only left out where it cannot work: as root. */
const args = (): readonly string[] => [
  '--disable-background-networking',
  '--disable-component-update',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];

const shells = ['/usr/bin/chromium-headless-shell'];
const browsers = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** What NAVEGADOR says: a path when it has a separator, else a channel of Playwright (msedge, chrome, chromium…). */
export const fromSetting = (setting: string, visible: boolean): BrowserChoice => ({
  ...(/[\\/]/.test(setting) ? { executablePath: setting } : { channel: setting }),
  headless: !visible,
  args: args(),
});

/** Browsers that may be on this machine, best first. A headless run prefers the headless shell: it costs half. */
export const candidates = ({ full, visible }: { full: boolean; visible: boolean }): readonly BrowserChoice[] => {
  const choice = (where: { channel?: string; executablePath?: string }): BrowserChoice => ({ ...where, headless: !visible, args: args() });
  const installed = (paths: readonly string[]) =>
    paths.filter((path) => existsSync(path)).map((executablePath) => choice({ executablePath }));
  return [
    // Without a channel Playwright starts its own headless shell; with this one, its own full browser.
    ...(full ? [] : [choice({}), ...installed(shells)]),
    choice({ channel: 'chromium' }),
    choice({ channel: 'msedge' }),
    choice({ channel: 'chrome' }),
    ...installed(browsers),
  ];
};
