import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { after, describe, it } from 'node:test';
import type { RegisteredRun } from '#server/demo/a360/register.ts';
import { runs } from '#server/demo/a360/script.ts';
import { standControlRoom } from '#tests/support/control-room.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { catchCallbacks, deploy4, enter, paths, post } from './a360-client.ts';

const program = resolve(import.meta.dirname, '../../server/demo/world.ts');
const dataDir = mkdtempSync(join(tmpdir(), 'mundo-'));
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(dataDir, { recursive: true });
});

const startWorld = async (folder: string, environment: Record<string, string> = {}) => {
  const { AA_USER: _user, AA_API_KEY: _key, ...inherited } = process.env;
  const env = {
    ...inherited,
    DATA_DIR: join(dataDir, folder),
    DEMO_SEDE_PORT: '0',
    DEMO_XVIA_PORT: '',
    DEMO_A360_PORT: '0',
    ...environment,
  };
  const child = spawn(process.execPath, [program], { stdio: 'pipe', env });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, a360: (JSON.parse(line) as { a360?: string }).a360 ?? '' };
};

const registerOf = async (url: string): Promise<RegisteredRun[]> => (await (await fetch(`${url}/registro.json`)).json()) as RegisteredRun[];

const deploy = async (url: string) => {
  const { token } = (await post(url, '/v2/authentication', { username: 'cerebro', apiKey: 'clave-de-ejemplo' })).body;
  return post(url, paths.deploy4, { ...deploy4(81), botId: 4713 }, token);
};

const held = async (url: string): Promise<void> => {
  for (;;) {
    const { retenidas } = (await (await fetch(`${url}/fallos`)).json()) as { retenidas: unknown[] };
    if (retenidas.length > 0) return;
  }
};

describe('the Control Room in the simulated world', () => {
  it('is not there where its port is given empty', async () => {
    const { child, a360 } = await startWorld('sin', { DEMO_A360_PORT: '' });
    assert.equal(a360, '');
    child.kill('SIGKILL');
  });

  it('lets in with the credentials of the environment', async () => {
    const { child, a360 } = await startWorld('propias', { AA_USER: 'ana', AA_API_KEY: 'suya' });
    assert.equal((await post(a360, '/v2/authentication', { username: 'ana', apiKey: 'suya' })).status, 200);
    child.kill('SIGKILL');
  });

  for (const [fault, kept] of [
    ['pausa_deploy_antes', 0],
    ['pausa_deploy_despues', 1],
  ] as const)
    it(`killed while ${fault} holds a deploy, it has ${kept} runs when it is back, and goes on from there`, async () => {
      const first = await startWorld(fault);
      await post(first.a360, '/fallos', { nombre: fault });
      const unanswered = assert.rejects(deploy(first.a360));
      await held(first.a360);
      first.child.kill('SIGKILL');
      await unanswered;
      const second = await startWorld(fault);
      const entries = await registerOf(second.a360);
      assert.equal(entries.length, kept);
      assert.ok(entries.every((entry) => entry.equipo === 'VM-RPA-01' && entry.fin === null));
      await deploy(second.a360);
      const ids = (await registerOf(second.a360)).map(({ id }) => id);
      assert.deepEqual(ids, kept === 0 ? ['1'] : ['1', '2']);
      second.child.kill('SIGKILL');
    });
});

it('a run that came due while the Control Room was down has ended on time when it is back, and is told then', async () => {
  const folder = join(dataDir, 'vuelta');
  const clock = manualClock('2026-03-02T09:00:00.000Z');
  const catcher = await catchCallbacks();
  const script = { usualPlan: runs(60_000) };
  const first = await standControlRoom(script, { dataDir: folder, clock });
  const visitor = await enter(first);
  await visitor.deploy(88, { callbackInfo: { url: catcher.url } });
  await visitor.deploy(88);
  await first.close();
  await clock.advance(90_000);
  const second = await standControlRoom(script, { dataDir: folder, clock });
  const [one, two] = second.register();
  assert.deepEqual([one?.status, one?.fin], ['COMPLETED', '2026-03-02T09:01:00.000Z']);
  assert.deepEqual([two?.status, two?.inicio], ['RUNNING', '2026-03-02T09:01:00.000Z']);
  assert.equal((await catcher.next()).body.deploymentId, one?.deploymentId);
  await second.close();
  catcher.close();
});
