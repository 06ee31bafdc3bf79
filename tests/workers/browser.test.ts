import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { type BrowserKeeper, createBrowserKeeper, type Session } from '#workers/browser.ts';
import type { BrowserChoice } from '#workers/messages.ts';
import { findBrowser } from './support/filing.ts';

let choice: BrowserChoice;
let keeper: BrowserKeeper;
before(async () => {
  choice = await findBrowser();
  keeper = createBrowserKeeper({ recycleAfter: 3 });
});
after(() => keeper.close());

const serve = async (use: (session: Session) => Promise<unknown> = async () => undefined): Promise<number | null> => {
  const session = await keeper.open(choice, {});
  await use(session);
  await session.close();
  return session.pid;
};

const disconnected = (session: Session): Promise<unknown> =>
  new Promise((resolve) => session.context.browser()?.once('disconnected', resolve));

test('one browser serves several trámites, each in a context of its own, and is then replaced', async () => {
  const pids: (number | null)[] = [];
  for (let served = 0; served < 4; served += 1) {
    const pid = await serve(async ({ context }) => {
      assert.deepEqual(await context.cookies(), []);
      await context.addCookies([{ name: 'a', value: '1', url: 'http://sede.example' }]);
    });
    pids.push(pid);
  }
  assert.ok(pids[0]);
  assert.deepEqual([pids[1], pids[2]], [pids[0], pids[0]]);
  assert.notEqual(pids[3], pids[0]);
});

test('a browser that died between two trámites is replaced without anybody noticing', async () => {
  const first = await serve(async (session) => {
    const gone = disconnected(session);
    process.kill(session.pid as number, 'SIGKILL');
    await gone;
    assert.equal(session.connected, false);
  });
  const second = await serve(async (session) => assert.equal(session.connected, true));
  assert.notEqual(second, first);
});

test('the browser hears its thread through a pipe, and no debugging port is open', { skip: process.platform !== 'linux' }, async () => {
  await serve(async ({ pid }) => {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    assert.ok(words.includes('--remote-debugging-pipe'));
    assert.ok(!words.some((word) => word.startsWith('--remote-debugging-port')));
  });
});

test('a browser that cannot start is told so', async () => {
  const nothing = createBrowserKeeper();
  await assert.rejects(nothing.open({ ...choice, executablePath: '/nada/chromium' }, {}), {
    code: 'navegador_no_arranca',
    transient: true,
  });
});
