import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { projectFolder } from '#server/config.ts';
import { temporaryFolder } from '#tests/db/support.ts';

test('the demo refuses a folder with real data: what waits there must not be filed at a simulated sede', (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'cerebro.db'), '');
  const { status, stderr } = spawnSync(process.execPath, [join(projectFolder, 'server/demo/main.ts')], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0', DEMO_SEDE_PORT: '0', DEMO_XVIA_PORT: '0', DEMO_A360_PORT: '0' },
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.equal(status, 1);
  assert.match(stderr, /guarda datos que no son de una demostración/);
  assert.deepEqual(readdirSync(folder), ['cerebro.db']);
});
