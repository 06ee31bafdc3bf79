import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import Database from 'better-sqlite3';
import { openDatabase } from '#server/db/open.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { writeSource } from '#tests/support/source.ts';
import { spawnCerebro } from './cerebro-process.ts';

const scene = (t: TestContext) => {
  const folder = temporaryFolder(t);
  const source = join(folder, 'origen.db');
  writeSource(source, { RecursosExp: [] });
  const dataDir = join(folder, 'datos');
  const env = {
    ...{ ORIGEN_URL: `sqlite:${source}`, BOT_USER: 'Cerebro Prueba', DATA_DIR: dataDir, PORT: '0', LOG_NIVEL: 'error' },
    ...{ NAVEGADOR: '/bin/false', GRACIA_PARADA_SEG: '1' },
  };
  /** What the last start left written. */
  const lastStart = (): { ended: number; motivo: string | null } => {
    const db = new Database(join(dataDir, 'cerebro.db'), { readonly: true });
    try {
      const sql = 'SELECT terminado_at IS NOT NULL AS ended, motivo FROM arranques ORDER BY arranque_id DESC LIMIT 1';
      return db.prepare(sql).get() as { ended: number; motivo: string | null };
    } finally {
      db.close();
    }
  };
  return { env, dataDir, lastStart };
};

/** Starts that died one after another, a few seconds ago. */
const leaveDeaths = (dataDir: string, deaths: number): void => {
  const db = openDatabase(dataDir);
  for (let n = deaths; n > 0; n -= 1) {
    const at = new Date(Date.now() - n * 5_000).toISOString();
    db.sql("INSERT INTO arranques (at, version, pid) VALUES (?, '0.1.0', 1)").run(at);
  }
  db.close();
};

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  test(`${signal} sends the readers of live pages home, ends with code 0, and the start keeps how it ended`, {
    timeout: 60_000,
  }, async (t) => {
    const { env, lastStart } = scene(t);
    const cerebro = spawnCerebro(t, env);
    const stream = await fetch(`${await cerebro.url}/vivo/panel`);
    cerebro.child.kill(signal);
    await stream.text();
    assert.equal((await cerebro.ended).code, 0);
    assert.deepEqual(lastStart(), { ended: 1, motivo: `Parada en orden (${signal}).` });
  });

test('one whose npm was told to end, and did not say so, does not go on alone', {
  timeout: 60_000,
  skip: process.platform === 'win32' && 'Windows ends the whole tree',
}, async (t) => {
  const { env, lastStart } = scene(t);
  const root = join(import.meta.dirname, '../..');
  const npm = spawn('npm', ['start'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  t.after(() => {
    try {
      process.kill(-(npm.pid as number), 'SIGKILL');
    } catch {
      // It has ended, as it should.
    }
  });
  const closed = once(npm, 'close');
  for await (const text of npm.stdout) if (/^Cerebro: /m.test(String(text))) npm.kill('SIGTERM');
  await closed;
  assert.deepEqual(lastStart(), { ended: 1, motivo: 'Parada en orden (npm ha terminado).' });
});

/** A failure nobody catches, once somebody sends SIGUSR2. */
const faulty = (what: string) => {
  const code = `import { isMainThread } from 'node:worker_threads'; if (isMainThread) process.on('SIGUSR2', () => { ${what} });`;
  return { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(code)}` };
};

for (const [name, what] of [
  ['an exception', 'setTimeout(() => { throw new Error("no hay memoria"); })'],
  ['a rejection', 'void Promise.reject(new Error("no hay memoria"))'],
] as const)
  test(`${name} nobody caught is logged with its cause, and ends it in order with code 1`, { timeout: 60_000 }, async (t) => {
    const { env, lastStart } = scene(t);
    const cerebro = spawnCerebro(t, { ...env, ...faulty(what) });
    await cerebro.url;
    cerebro.child.kill('SIGUSR2');
    const { code, stdout } = await cerebro.ended;
    assert.equal(code, 1);
    assert.match(stdout, /no hay memoria.*"stack"/);
    assert.deepEqual(lastStart(), { ended: 0, motivo: 'Un fallo que nadie esperaba: no hay memoria' });
  });

test('after three starts that died at once it opens the panel, and says how long it rests and why', { timeout: 60_000 }, async (t) => {
  const { env, dataDir, lastStart } = scene(t);
  leaveDeaths(dataDir, 6);
  const cerebro = spawnCerebro(t, env);
  const page = await (await fetch(`${await cerebro.url}/sistema`)).text();
  assert.match(page, /Cerebro se ha reiniciado 6 veces seguidas sin parar en orden: no trabaja hasta el /);
  cerebro.child.kill('SIGTERM');
  assert.equal((await cerebro.ended).code, 0);
  assert.equal(lastStart().ended, 1);
});

test('a stop that comes again cuts the grace, and one press that arrives twice counts once', { timeout: 60_000 }, async (t) => {
  const { env, lastStart } = scene(t);
  const cerebro = spawnCerebro(t, env);
  await cerebro.url;
  cerebro.child.kill('SIGINT');
  cerebro.child.kill('SIGINT');
  assert.equal((await cerebro.ended).code, 0);
  assert.equal(lastStart().motivo, 'Parada en orden (SIGINT).');
});

test('a form that somebody was still sending when it stopped is no error', { timeout: 60_000 }, async (t) => {
  const { env } = scene(t);
  const cerebro = spawnCerebro(t, env);
  const { hostname, port, host, origin } = new URL(await cerebro.url);
  const lingering = connect(Number(port), hostname);
  lingering.on('error', () => undefined);
  const type = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100';
  lingering.write(`POST /mantenimiento HTTP/1.1\r\nHost: ${host}\r\nOrigin: ${origin}\r\n${type}\r\n\r\nmot`);
  // Answered behind it: the other one has been heard.
  await fetch(`${origin}/salud`);
  cerebro.child.kill('SIGTERM');
  const { code, stdout, stderr } = await cerebro.ended;
  assert.deepEqual([code, stderr], [0, '']);
  assert.doesNotMatch(stdout, /ni la página del error/);
});
