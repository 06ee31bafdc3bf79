import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { temporaryFolder } from '#tests/db/support.ts';
import { writeSource } from '#tests/support/source.ts';
import { spawnCerebro } from './cerebro-process.ts';

const ours = { idRecurso: 90001, Expedient: '2025/160585-MUL', Organisme: 'XALOC, DIPUTACIO DE GIRONA', TExp: 2, Estado: 0 };

const scene = (folder: string): Record<string, string> => {
  const source = join(folder, 'origen.db');
  writeSource(source, { RecursosExp: [{ ...ours, UsuarioAsignado: null, FAlta: null }] });
  return { ORIGEN_URL: `sqlite:${source}`, BOT_USER: 'Cerebro Prueba', DATA_DIR: join(folder, 'datos'), PORT: '0', LOG_NIVEL: 'silent' };
};

const readSource = (folder: string): unknown => {
  const source = new Database(join(folder, 'origen.db'), { readonly: true });
  try {
    return source.prepare('SELECT TExp, UsuarioAsignado FROM RecursosExp').get();
  } finally {
    source.close();
  }
};

test('with nothing set, every missing setting is told by name and the exit code is 1', async (t) => {
  const { code, stderr } = await spawnCerebro(t, { PORT: 'muchos', DATA_DIR: temporaryFolder(t) }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /ORIGEN_URL falta/);
  assert.match(stderr, /BOT_USER falta/);
  assert.match(stderr, /PORT \(«muchos»\)/);
});

test('a first start claims nothing, answers, and ends with exit code 0 on SIGTERM', async (t) => {
  const folder = temporaryFolder(t);
  const cerebro = spawnCerebro(t, { ...scene(folder), CICLO_INTERVALO_SEG: '1' });
  const url = await cerebro.url;
  assert.equal((await fetch(`${url}/salud`)).status, 200);
  assert.equal((await fetch(`${url}/listo`)).ok, true);
  cerebro.child.kill('SIGTERM');
  const { code } = await cerebro.ended;
  assert.equal(code, 0);
  assert.deepEqual(readSource(folder), { TExp: 2, UsuarioAsignado: null });
});

// Left alone, fastify waits for its keep-alive of 72 s: the limit is there to notice a hang.
test('a connection that somebody keeps open does not keep it from ending', { timeout: 60_000 }, async (t) => {
  const cerebro = spawnCerebro(t, { ...scene(temporaryFolder(t)), GRACIA_PARADA_SEG: '1' });
  const { hostname, port } = new URL(await cerebro.url);
  const lingering = connect(Number(port), hostname);
  t.after(() => lingering.destroy());
  lingering.write('POST /ciclos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\n');
  const page = await fetch(`${await cerebro.url}/vivo/panel`);
  assert.equal(page.status, 200);
  cerebro.child.kill('SIGTERM');
  const { code } = await cerebro.ended;
  assert.equal(code, 0);
});

test('a setting given by its old name works, and the log says the new one', async (t) => {
  const cerebro = spawnCerebro(t, { ...scene(temporaryFolder(t)), LANZADOR_BOT_INPUT_VUELTAS: '4', LOG_NIVEL: 'warn' });
  await cerebro.url;
  cerebro.child.kill('SIGTERM');
  const { stdout } = await cerebro.ended;
  assert.match(stdout, /LANZADOR_BOT_INPUT_VUELTAS sigue valiendo, pero ahora se llama LANZADOR_ROBOT_REPETICIONES/);
});

test('a signal while it is still starting ends it politely too', async (t) => {
  const cerebro = spawnCerebro(t, scene(temporaryFolder(t)));
  cerebro.child.kill('SIGTERM');
  const { code, stdout } = await cerebro.ended;
  assert.ok(code === 0 || (code === null && stdout === ''), `ended with ${code}`);
});

test('another HOST is refused with a sentence while nobody can sign in', async (t) => {
  const { code, stderr } = await spawnCerebro(t, { ...scene(temporaryFolder(t)), HOST: '0.0.0.0' }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /HOST=0\.0\.0\.0 no se admite mientras no haya usuarios/);
});

test('with ADMIN_PASSWORD it may listen for other machines, and everybody signs in', async (t) => {
  const environment = { ...scene(temporaryFolder(t)), HOST: '0.0.0.0', ADMIN_PASSWORD: 'una frase larga de prueba' };
  const cerebro = spawnCerebro(t, environment);
  const { port } = new URL(await cerebro.url);
  const page = await fetch(`http://127.0.0.1:${port}/cola`, { redirect: 'manual', headers: { host: 'cerebro.example' } });
  assert.deepEqual([page.status, page.headers.get('location')], [303, '/acceso']);
  cerebro.child.kill('SIGTERM');
  const { stdout, stderr } = await cerebro.ended;
  assert.doesNotMatch(stdout + stderr, /una frase larga|primera\//);
  const again = spawnCerebro(t, { ...environment, ADMIN_PASSWORD: '' });
  assert.match(await again.url, /^http/);
});

test('without users it prints the link of the first administrator, once', async (t) => {
  const cerebro = spawnCerebro(t, scene(temporaryFolder(t)));
  await cerebro.url;
  cerebro.child.kill('SIGTERM');
  const { stdout } = await cerebro.ended;
  assert.equal([...stdout.matchAll(/http:\/\/127\.0\.0\.1:\d+\/acceso\/primera\/[\w-]{32}$/gm)].length, 1);
});

test('a port in use is one sentence, and the data folder is left free', async (t) => {
  const taken = createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const environment = scene(temporaryFolder(t));
  const { code, stderr } = await spawnCerebro(t, { ...environment, PORT: String(port) }).ended;
  assert.equal(code, 1);
  assert.match(stderr, new RegExp(`El puerto ${port} de 127\\.0\\.0\\.1 ya está en uso`));
  assert.match(await spawnCerebro(t, environment).url, /^http/);
});

test('a source file that does not exist is one sentence that names it', async (t) => {
  const folder = temporaryFolder(t);
  const missing = join(folder, 'no-existe.db');
  const { code, stderr } = await spawnCerebro(t, { ...scene(folder), ORIGEN_URL: `sqlite:${missing}` }).ended;
  assert.equal(code, 1);
  assert.match(stderr, /no-existe\.db/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});
