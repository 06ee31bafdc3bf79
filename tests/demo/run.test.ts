import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { projectFolder } from '#server/config.ts';
import { createSampleSource } from '#server/demo/source/create.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'cerebro-demo-'));
after(() => rmSync(dataDir, { recursive: true, force: true }));

const demo = (...args: string[]): ChildProcess => {
  const { ORIGEN_URL: _source, XVIA_URL: _intranet, AA_URL: _controlRoom, ...env } = process.env;
  return spawn(process.execPath, [join(projectFolder, 'server/demo/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...env, DATA_DIR: dataDir, PORT: '0', DEMO_SEDE_PORT: '0', DEMO_XVIA_PORT: '0', DEMO_A360_PORT: '0', CICLO_INTERVALO_SEG: '1' },
  });
};

const drained = async (): Promise<{ code: number; lines: string[] }> => {
  const child = demo('--vaciar');
  const [said, [code]] = await Promise.all([text(child.stdout as Readable), once(child, 'exit')]);
  return { code: code as number, lines: said.split('\n') };
};

/** The figures of an organismo's line, without its seconds. */
const figures = (lines: string[], siteId: string) =>
  lines
    .find((line) => line.startsWith(siteId))
    ?.split(/ +/)
    .slice(1, 5)
    .map(Number);

describe('npm run demo', () => {
  // A sample in its place is the sample: two recursos to file and one that no robot serves.
  createSampleSource(join(dataDir, 'mundo', 'origen.db'), { bodies: { xaloc: 2, base: 1 }, traps: false });

  it('-- --vaciar files what there is with a real browser, tells it in a table and ends with 0', async () => {
    const { code, lines } = await drained();
    assert.match(lines[0] ?? '', /^Cerebro: http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(figures(lines, 'xaloc_girona'), [2, 2, 0, 0]);
    assert.deepEqual(figures(lines, 'base_online'), [1, 0, 0, 0]);
    assert.ok(lines.includes('Pendientes sin robot: 1.'));
    assert.equal(code, 0);
  });

  it('-- --vaciar files nothing again over the same folder', async () => {
    const { code, lines } = await drained();
    assert.deepEqual(figures(lines, 'xaloc_girona'), [2, 2, 0, 0]);
    assert.equal(code, 0);
  });

  it('says where it listens and ends with 0 on Ctrl+C', async () => {
    const child = demo();
    const lines = createInterface({ input: child.stdout as Readable });
    const [line] = (await once(lines, 'line')) as [string];
    const address = line.slice('Cerebro: '.length);
    assert.equal((await fetch(`${address}/salud`)).status, 200);
    child.kill('SIGINT');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });
});
