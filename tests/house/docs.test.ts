import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { filesOf, project, textOf } from './project.ts';

for (const page of filesOf('.md')) {
  test(`every link of ${page} leads to something`, () => {
    const links = [...textOf(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => match[1] as string);
    const broken = links.filter((link) => !existsSync(join(project, dirname(page), link)));
    assert.deepEqual(broken, []);
  });
}

test('every command the README gives exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = [...textOf('README.md').matchAll(/npm run ([a-z:-]*[a-z])/g)].map((match) => match[1] as string);
  assert.deepEqual(
    named.filter((name) => !(name in scripts)),
    [],
  );
});

test('decisions are numbered without gaps, dated, and no longer than a page', () => {
  const decisions = filesOf('.md').filter((path) => path.startsWith('docs/decisions/'));
  for (const [index, path] of decisions.entries()) {
    assert.match(path, new RegExp(`/${String(index + 1).padStart(4, '0')}-[a-z-]+\\.md$`));
    const text = textOf(path);
    assert.match(text, /^# \d+\. .+\n\n\d{4}-\d{2}-\d{2}\n/);
    assert.ok(text.split('\n').length <= 60, path);
  }
});
