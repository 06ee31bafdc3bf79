import assert from 'node:assert/strict';
import test from 'node:test';
import { balanceSettings } from '#server/settings-balance.ts';
import { filesOf, textOf } from '#tests/house/project.ts';

/** SAM renamed one and went on reading the old one: what people changed had no effect. */
test('every setting of the balance is read by something', () => {
  const code = filesOf('.ts').filter((path) => path.startsWith('server/') && !/^server\/(settings|config)/.test(path));
  const all = code.map(textOf).join('\n');
  const unread = Object.keys(balanceSettings).filter((key) => !new RegExp(`\\.${key}\\b`).test(all));
  assert.deepEqual(unread, []);
});
