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

test('one who never answers is told as failing, and the others do not wait for it to be looked at', async () => {
  const told: string[] = [];
  const mute: Check = { part: 'Origen', patienceMs: 50, look: () => new Promise(() => undefined) };
  const first: Check = { part: 'Disco', isAlone: true, look: async () => 'hay sitio' };
  await examine([mute, mute, works, first], (finding) => told.push(`${finding.part} ${finding.state} ${finding.detail}`));
  assert.deepEqual(told, [
    'Disco bien hay sitio',
    'Origen falla No ha contestado en 0.05 segundos.',
    'Origen falla No ha contestado en 0.05 segundos.',
    'SQLite bien SQLite 3.50',
  ]);
});

test('what is not configured is no failure', async () => {
  const nothing = () => undefined;
  assert.equal(exitCode(await examine([works, off], nothing)), 0);
  assert.equal(exitCode(await examine([works, off, fails], nothing)), 1);
});
