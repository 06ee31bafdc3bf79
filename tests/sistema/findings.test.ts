import assert from 'node:assert/strict';
import test from 'node:test';
import { type Check, examine, exitCode, line } from '#server/sistema/findings.ts';

const works: Check = { part: 'SQLite', look: async () => 'SQLite 3.50' };
const off: Check = { part: 'Intranet', look: async () => null };
const fails: Check = { part: 'Origen', look: () => Promise.reject(new Error('El archivo no existe.')) };

test('each part is told in one line, as it is found', async () => {
  const told: string[] = [];
  await examine([works, off, fails], (finding) => told.push(line(finding)));
  assert.deepEqual(told, [
    'SQLite        bien            SQLite 3.50',
    'Intranet      sin configurar',
    'Origen        falla           El archivo no existe.',
  ]);
});

test('a part that fails does not keep the next ones from being looked at', async () => {
  const findings = await examine([fails, works], () => undefined);
  assert.deepEqual(
    findings.map((finding) => finding.state),
    ['falla', 'bien'],
  );
});

test('what is not configured is no failure', async () => {
  const nothing = () => undefined;
  assert.equal(exitCode(await examine([works, off], nothing)), 0);
  assert.equal(exitCode(await examine([works, off, fails], nothing)), 1);
});
