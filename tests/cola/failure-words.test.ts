import assert from 'node:assert/strict';
import test from 'node:test';
import { failureWords } from '#server/cola/failure-words.ts';
import { filesOf, textOf } from '#tests/house/project.ts';

/** Codes that robots, papers and forms can leave on a trámite, as the code writes them. */
const written = new Set(
  filesOf('.ts')
    .filter((path) => /^(workers|server\/gateways\/xvia|server\/ejecuciones)\//.test(path))
    .flatMap((path) => [...textOf(path).matchAll(/(?:finalFailure|passingFailure|passing|final|problems\.add)\(\s*'([a-z_]+)'/g)])
    .map((match) => match[1] as string),
);

test('every failure a robot or a paper can bring has its words', () => {
  assert.ok(written.size >= 25);
  assert.deepEqual(
    [...written].filter((code) => failureWords(code, false).words === code.replaceAll('_', ' ')),
    [],
  );
});

test('after a submission began nothing is told to be retried, whatever failed', () => {
  for (const code of [...written, 'otra_cosa', null]) assert.equal(failureWords(code, true).again, 'no');
});

test('a code of another program is told by its own words, and with prudence', () => {
  assert.deepEqual(failureWords('portal_cerrado_por_obras', false), {
    words: 'portal cerrado por obras',
    again: 'arreglar',
    advice: 'Lea el motivo y la última captura antes de reintentar.',
  });
  assert.equal(failureWords('constructor', false).words, 'constructor');
  assert.equal(failureWords(null, false).words, 'sin código');
});
