import assert from 'node:assert/strict';
import { test } from 'node:test';
import { candidates, fromSetting } from '#server/gateways/navegador/candidates.ts';
import { type BrowserNeeds, type Machine, provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { silentLog } from '#server/lib/log.ts';
import type { BrowserChoice } from '#workers/messages.ts';

const needs: BrowserNeeds = { configured: undefined, visible: false, certificate: false, install: false, log: silentLog() };

/** A machine on which only these browsers start; an installer may add one. */
const machine = (starting: string[], installs?: string) => {
  const tried: string[] = [];
  const nameOf = ({ executablePath, channel }: BrowserChoice) => executablePath ?? channel ?? 'own';
  const stand: Machine = {
    candidates: ({ full }) =>
      (full ? ['chromium', 'msedge'] : ['own', 'msedge']).map((name) => ({
        ...(name === 'own' ? {} : { channel: name }),
        headless: true,
        args: [],
      })),
    attempt: async (choice) => {
      tried.push(nameOf(choice));
      if (!starting.includes(nameOf(choice))) throw new Error('Executable does not exist');
      return '1';
    },
    installers: () => [
      { name: 'roto', run: () => Promise.reject(new Error('sin red')) },
      { name: 'bueno', run: async () => void (installs && starting.push(installs)) },
    ],
  };
  return { stand, tried, nameOf };
};

test('the first browser that really starts is taken', async () => {
  const { stand, tried, nameOf } = machine(['msedge']);
  assert.equal(nameOf(await provisionBrowser(needs, stand)), 'msedge');
  assert.deepEqual(tried, ['own', 'msedge']);
});

test('the configured one is taken or nothing is', async () => {
  const { stand, nameOf } = machine(['own', '/opt/chromium']);
  assert.equal(nameOf(await provisionBrowser({ ...needs, configured: '/opt/chromium' }, stand)), '/opt/chromium');
  await assert.rejects(provisionBrowser({ ...needs, configured: 'chrome' }, stand), { code: 'navegador_no_arranca', message: /«chrome»/ });
});

test('a visible browser, or one with a certificate, is a full one', async () => {
  const { stand, tried } = machine(['chromium']);
  await provisionBrowser({ ...needs, visible: true }, stand);
  await provisionBrowser({ ...needs, certificate: true }, stand);
  assert.deepEqual(tried, ['chromium', 'chromium']);
});

test('a missing browser is installed by the first way that works', async () => {
  const { stand, nameOf } = machine([], 'own');
  assert.equal(nameOf(await provisionBrowser({ ...needs, install: true }, stand)), 'own');
});

test('without any browser, one sentence says what to do', async () => {
  await assert.rejects(provisionBrowser(needs, machine([], 'own').stand), { code: 'navegador_no_encontrado', message: /NAVEGADOR/ });
  await assert.rejects(provisionBrowser({ ...needs, install: true }, machine([]).stand), { code: 'navegador_no_encontrado' });
});

test('NAVEGADOR is a path when it has a separator, else a channel', () => {
  assert.equal(fromSetting('/usr/bin/chromium', false).executablePath, '/usr/bin/chromium');
  assert.equal(fromSetting('C:\\Chrome\\chrome.exe', false).executablePath, 'C:\\Chrome\\chrome.exe');
  assert.deepEqual([fromSetting('msedge', true).channel, fromSetting('msedge', true).headless], ['msedge', false]);
});

test('a headless run looks for the headless shell first, any other for the full browser', () => {
  const first = (full: boolean) => candidates({ full, visible: full })[0];
  assert.deepEqual([first(false)?.channel, first(false)?.headless], [undefined, true]);
  assert.deepEqual([first(true)?.channel, first(true)?.headless], ['chromium', false]);
});

test('the sandbox is left out only as root', () => {
  const root = process.getuid?.() === 0;
  for (const { args } of candidates({ full: false, visible: false })) assert.equal(args.includes('--no-sandbox'), root);
});
