import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { capture } from '#workers/capture.ts';
import { classify } from '#workers/failures.ts';

const withCode = (code: string) => Object.assign(new Error(`${code}: something`), { code });

for (const code of ['ENOSPC', 'EMFILE', 'SQLITE_FULL', 'SQLITE_IOERR_WRITE', 'SQLITE_BUSY_SNAPSHOT'])
  test(`${code} is a shortage of this machine and worth another try, not a defect of the trámite`, () => {
    const { code: word, transient } = classify(withCode(code), true);
    assert.deepEqual({ word, transient }, { word: 'maquina_sin_recursos', transient: true });
  });

test('an error nobody knows stays final: it would come back every time', () => {
  assert.deepEqual(classify(new TypeError('x is not a function'), true).transient, false);
});

test('a capture that cannot be written is a missing picture and fails nothing', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'cerebro-captura-'));
  t.after(() => rm(folder, { recursive: true }));
  const page = { context: () => ({ newCDPSession: async () => ({ send: async () => ({ data: 'aGVsbG8=' }) }) }) } as unknown as Page;
  await writeFile(join(folder, '01-abrir.jpg'), 'somebody else was here');
  assert.equal(await capture(page, folder, 1, 'abrir'), null);
  assert.equal(await capture(page, join(folder, 'no-existe'), 2, 'abrir'), null);
  assert.equal(await capture(page, folder, 3, 'abrir'), '03-abrir.jpg');
});
