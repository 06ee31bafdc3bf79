import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileFullMatch } from '#server/lib/full-match.ts';

test('the whole value must match, with or without anchors', () => {
  for (const pattern of [String.raw`\d{4}/\d{6}-MUL`, String.raw`^\d{4}/\d{6}-MUL$`]) {
    const matches = compileFullMatch(pattern);
    assert.equal(matches?.('2025/160585-MUL'), true);
    assert.equal(matches?.('x2025/160585-MUL'), false);
    assert.equal(matches?.('2025/160585-MUL\n'), false);
    assert.equal(matches?.('2025/160585-mul'), false);
  }
});

test('the alternative that fits the whole value is found', () => {
  assert.equal(compileFullMatch('a|ab')?.('ab'), true);
});

test('what cannot be matched in linear time is no pattern', () => {
  for (const pattern of ['(', '(?=a)b', String.raw`(a)\1`, '(a{1000}){1000}', 'a'.repeat(501)])
    assert.equal(compileFullMatch(pattern), null);
});

test('no pattern hangs on a value made to hurt it', () => {
  const started = performance.now();
  assert.equal(compileFullMatch('(a+)+(b|a*)*$')?.(`${'a'.repeat(199)}!`), false);
  assert.equal(compileFullMatch('.*')?.('a'.repeat(201)), false, 'longer than any expediente');
  assert.ok(performance.now() - started < 1000);
});
