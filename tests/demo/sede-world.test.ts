import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import type { Entry } from '#server/demo/sede/register.ts';
import { arm, heldRequest, readyToSend } from './sede-client.ts';

const program = resolve(import.meta.dirname, '../../server/demo/world.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'mundo-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

const spawnWorld = (environment: Record<string, string> = {}) => {
  const env = { ...process.env, DATA_DIR: dataDir, DEMO_SEDE_PORT: '0', DEMO_XVIA_PORT: '0', DEMO_A360_PORT: '', ...environment };
  const child = spawn(process.execPath, [program], { stdio: 'pipe', env });
  children.push(child);
  return child;
};

const startWorld = async (environment: Record<string, string> = {}) => {
  const child = spawnWorld(environment);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, ...(JSON.parse(line) as { sede: string; xvia?: string }) };
};

const registerOf = async (url: string): Promise<Entry[]> => (await (await fetch(`${url}/registro.json`)).json()) as Entry[];

test('the world says where it listens and ends by itself, with 0, when its stdin closes', async () => {
  const { child, sede, xvia } = await startWorld();
  assert.equal((await fetch(`${sede}/seu-electronica`)).status, 200);
  assert.equal((await fetch(`${xvia}/servicio/recursos/expedientes/pdf/1`)).status, 200);
  child.stdin.end();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('with DEMO_XVIA_PORT given empty there are no papers', async () => {
  const { child, xvia } = await startWorld({ DEMO_XVIA_PORT: '' });
  assert.equal(xvia, undefined);
  child.stdin.end();
  await once(child, 'exit');
});

test('a port already taken ends it with 1 and a sentence that names the port', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const child = spawnWorld({ DEMO_XVIA_PORT: String(port) });
  const [said, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  assert.equal(code, 1);
  assert.match(said, new RegExp(`el puerto ${port} está ocupado`));
  taken.close();
});

test('killed right after the entry was written and before the answer, it still has the entry, and numbers go on from there', async () => {
  const first = await startWorld();
  const client = await readyToSend(first.sede, { DinVarNUMEXP: '2025/000123-MUL' });
  await arm(first.sede, 'pausa_envio_despues');
  const unanswered = assert.rejects(client.send());
  await heldRequest(first.sede, 'pausa_envio_despues');
  first.child.kill('SIGKILL');
  await unanswered;

  const second = await startWorld();
  const [entry, ...rest] = await registerOf(second.sede);
  assert.deepEqual([entry?.expediente, entry?.ficheros[0]?.nombre, rest.length], ['2025/000123-MUL', 'recurs.pdf', 0]);
  await (await readyToSend(second.sede, { DinVarNUMEXP: '2025/000123-MUL' })).send();
  const numbers = (await registerOf(second.sede)).map(({ numero }) => numero.slice(5));
  assert.deepEqual(numbers, ['000001', '000002'], 'a double shows as two entries');
  second.child.stdin.end();
  await once(second.child, 'exit');
});

test('killed before the entry was written, nothing was registered', async () => {
  const folder = join(dataDir, 'antes');
  const first = await startWorld({ DATA_DIR: folder });
  const client = await readyToSend(first.sede);
  await arm(first.sede, 'pausa_envio_antes');
  const unanswered = assert.rejects(client.send());
  await heldRequest(first.sede, 'pausa_envio_antes');
  first.child.kill('SIGKILL');
  await unanswered;
  const second = await startWorld({ DATA_DIR: folder });
  assert.deepEqual(await registerOf(second.sede), []);
  second.child.stdin.end();
  await once(second.child, 'exit');
});
