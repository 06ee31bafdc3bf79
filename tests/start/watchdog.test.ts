import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openAvisos } from '#server/avisos/queries.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { beginArranque, forgetDeaths, lastArranques } from '#server/sistema/arranques.ts';
import { blockedNoteOf, tellBlocked } from '#server/sistema/bloqueo.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const watchdog = join(import.meta.dirname, '../../server/watchdog.ts');

/** A real process whose event loop is watched, and which does `what` once it runs. */
const watched = (t: TestContext, what: string, limit = 8) => {
  const folder = temporaryFolder(t);
  const options = { limit, note: blockedNoteOf(folder), logFile: join(folder, 'cerebro.log'), tickMs: 50 };
  const code = `import { watchLoop } from ${JSON.stringify(watchdog)}; watchLoop(${JSON.stringify(options)}); ${what}`;
  const child: ChildProcess = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  const ended = once(child, 'close').then(([exit, signal]) => ({ exit, signal, ...said }));
  t.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended, folder };
};

test('a process whose event loop stands still is ended from its own thread, which says why', { timeout: 30_000 }, async (t) => {
  const { ended, folder } = watched(t, 'setTimeout(() => { for (;;); }, 100);');
  const { signal, exit, stderr } = await ended;
  if (process.platform === 'win32') assert.equal(exit, 1);
  else assert.equal(signal, 'SIGKILL');
  assert.match(stderr, /^El bucle de sucesos llevaba \d+ s parado: el vigilante ha terminado el proceso\.$/m);
  assert.match(readFileSync(join(folder, 'cerebro.log'), 'utf8'), /"level":60.*"room":"vigilante"/);
  assert.match(readFileSync(blockedNoteOf(folder), 'utf8'), /"seconds":/);
});

test('one that was stopped for longer than that, as a suspended machine is, goes on and ends by itself', {
  timeout: 30_000,
  skip: process.platform === 'win32' && 'Windows stops no process',
}, async (t) => {
  const { child, ended } = watched(
    t,
    "process.on('SIGUSR2', () => setTimeout(() => process.exit(7), 100)); setInterval(() => {}, 9); console.log('ya');",
  );
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  child.kill('SIGSTOP');
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGCONT');
  child.kill('SIGUSR2');
  const { exit, signal } = await ended;
  assert.deepEqual([exit, signal], [7, null]);
});

test('a watched process with nothing to do ends: nobody is kept alive by the watching', { timeout: 30_000 }, async (t) => {
  assert.equal((await watched(t, '').ended).exit, 0);
});

test('the start after it says in the last arranque and in an aviso why the process ended, once', async (t) => {
  const clock = manualClock();
  const tools = { db: openMemoryDatabase(clock), clock };
  const folder = temporaryFolder(t);
  await beginArranque(tools, '0.1.0');
  writeFileSync(blockedNoteOf(folder), JSON.stringify({ seconds: 120 }));
  await tellBlocked(tools, folder);
  await beginArranque(tools, '0.1.0');
  await tellBlocked(tools, folder);
  assert.deepEqual(
    lastArranques(tools.db).map(({ motivo }) => motivo),
    [null, 'El bucle de sucesos llevaba 120 s parado: el vigilante terminó el proceso.'],
  );
  assert.deepEqual(
    openAvisos(tools.db).map(({ titulo }) => titulo),
    ['Cerebro se quedó bloqueado y ha vuelto a empezar'],
  );
  await forgetDeaths(tools);
  assert.deepEqual(openAvisos(tools.db), []);
});
