import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import { temporaryFolder } from '#tests/db/support.ts';

test('an attempt that left nothing has no files; one whose folder cannot be read is no attempt that left nothing', async (t) => {
  const folder = temporaryFolder(t);
  const evidence = createEvidence(folder);
  assert.deepEqual(await evidence.list(7, 1), []);
  mkdirSync(join(folder, 'evidencias/7'), { recursive: true });
  writeFileSync(join(folder, 'evidencias/7/1'), 'no es una carpeta');
  await assert.rejects(evidence.list(7, 1), { code: 'ENOTDIR' });
});
