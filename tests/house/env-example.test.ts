import assert from 'node:assert/strict';
import test from 'node:test';
import { type Setting, settings } from '#server/settings.ts';
import { textOf } from './project.ts';

const known: Record<string, Setting> = settings;
/** Comment, key and value of each setting as .env.example lists them. */
const listed = [...textOf('.env.example').matchAll(/^# (.+)\n(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, comment, key, value]) => ({
  comment: comment as string,
  key: key as string,
  value: value as string,
}));

test('.env.example lists every setting once, in the order of the registry', () => {
  assert.deepEqual(
    listed.map(({ key }) => key),
    Object.keys(settings),
  );
});

for (const { comment, key, value } of listed) {
  test(`.env.example tells what ${key} means and its default`, () => {
    const setting = known[key];
    assert.ok(setting && comment.startsWith(setting.meaning), comment);
    assert.equal(value, setting.fallback ?? '');
    if (setting.fallback !== undefined) assert.ok(comment.includes(`Por defecto: ${setting.fallback}.`), comment);
    if (setting.required) assert.match(comment, /Obligatorio/);
  });
}

test('the name of a setting in the registry is the name it is read by', () => {
  for (const [name, setting] of Object.entries(known)) assert.equal(setting.key, name);
});
