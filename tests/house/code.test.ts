import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { filesOf, linesMatching, project, textOf } from './project.ts';

const code = filesOf('.ts', '.js', '.cjs', '.mjs').filter((path) => !path.startsWith('tests/house/'));

test('no file is longer than 260 lines', () => {
  const long = [...filesOf('.ts', '.js', '.cjs', '.mjs', '.eta', '.css')]
    .map((path) => [path, textOf(path).split('\n').length - 1] as const)
    .filter(([, lines]) => lines > 260);
  assert.deepEqual(long, []);
});

test('nothing is left for later in the code', () => {
  assert.deepEqual(linesMatching(code, /\b(TODO|FIXME|XXX|HACK)\b/), []);
});

test('types are never silenced', () => {
  assert.deepEqual(linesMatching(code, /\bas any\b|: any\b|<any>|@ts-(ignore|expect-error|nocheck)/), []);
});

test('lint rules are silenced only with a reason', () => {
  assert.deepEqual(
    linesMatching(code, /biome-ignore/).filter((line) => !/biome-ignore(-all|-start|-end)? [\w/]+: \S.{9,}/.test(line)),
    [],
  );
});

test('every package stands at one exact version', () => {
  for (const path of filesOf('package.json')) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(textOf(path)) as Record<string, Record<string, string>>;
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      assert.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, `${path}: ${name} ${version}`);
  }
});

test('every npm script starts a file that exists, and begins with the check of the Node version', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const started = Object.values(scripts).filter((script) => script.startsWith('node '));
  assert.ok(started.length >= 6);
  for (const script of started) {
    const file = /^node -r \.\/server\/node-version\.cjs (\S+\.ts)$/.exec(script)?.[1];
    assert.ok(file && existsSync(join(project, file)), script);
  }
});

test('the Node that comes with the project meets its own requirement, and .nvmrc names it', () => {
  const { engines, dependencies } = JSON.parse(textOf('package.json')) as Record<'engines' | 'dependencies', Record<string, string>>;
  const [major = 0, minor = 0] = numbers(dependencies.node);
  const [neededMajor = 0, neededMinor = 0] = numbers(engines.node);
  assert.ok(major > neededMajor || (major === neededMajor && minor >= neededMinor));
  assert.equal(textOf('.nvmrc').trim(), String(major));
});

const numbers = (version = ''): number[] => [...version.matchAll(/\d+/g)].map(Number);

test('no LIMIT makes SQLite plan its statement anew each time (see Db.sql)', () => {
  const served = code.filter((path) => path.startsWith('server/') && path !== 'server/db/open.ts');
  assert.deepEqual(linesMatching(served, /LIMIT [?@]/), []);
});
