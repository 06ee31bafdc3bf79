import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
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

test('the README names every room of the server', () => {
  const readme = textOf('README.md');
  const rooms = readdirSync(join(project, 'server'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const silent = rooms.map(({ name }) => name).filter((name) => !['db', 'lib'].includes(name) && !readme.includes(`\`server/${name}\``));
  assert.deepEqual(silent, []);
});

test('every table that docs/desde-sam.md names is there', () => {
  const db = openMemoryDatabase();
  const tables = new Set(
    db
      .sql(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .all()
      .map(({ name }) => name),
  );
  const named = [...textOf('docs/desde-sam.md').matchAll(/^\| `dbo\.\w+` \| `(\w+)` \|/gm)].map((match) => match[1] as string);
  db.close();
  assert.ok(named.length > 10);
  assert.deepEqual(
    named.filter((name) => !tables.has(name)),
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
