import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { filesOf, linesMatching, project, textOf } from './project.ts';

const views = filesOf('.eta');

test('there are views to check', () => {
  assert.ok(views.length > 5);
});

test('no view carries a script of its own', () => {
  assert.deepEqual(
    linesMatching(views, /<script\b/i).filter((line) => !/<script\b[^>]*\bsrc=/i.test(line)),
    [],
  );
});

test('no view carries styles of its own', () => {
  assert.deepEqual(linesMatching(views, /<style\b|\sstyle\s*=/i), []);
});

test('no view carries event handlers or javascript: links', () => {
  assert.deepEqual(linesMatching(views, /\son[a-z]+\s*=\s*["']|hx-on|javascript:/i), []);
});

test('nothing in a view comes from another machine', () => {
  assert.deepEqual(linesMatching(views, /\b(src|href|action)\s*=\s*["'](https?:)?\/\//i), []);
});

test('text reaches a page escaped: raw output is for includes and the body only', () => {
  assert.deepEqual(
    linesMatching(views, /<%[-_]?~/).filter((line) => !/<%[-_]?~\s*(include(Async)?\(|it\.body\b)/.test(line)),
    [],
  );
});

test('a behaviour of the browser is short, and writes neither styles nor HTML of its own', () => {
  const behaviours = filesOf('.js').filter((path) => path.startsWith('public/js/'));
  assert.ok(behaviours.length > 5);
  assert.deepEqual(
    behaviours.filter((path) => textOf(path).split('\n').length > 51),
    [],
  );
  assert.deepEqual(linesMatching(behaviours, /\.style\b|innerHTML|outerHTML|insertAdjacentHTML|\beval\b|new Function/), []);
});

test('every icon a view asks for is drawn', () => {
  const drawn = new Set([...textOf('public/icons.svg').matchAll(/<symbol id="(\w+)"/g)].map((match) => match[1]));
  const asked = views.flatMap((view) => [...textOf(view).matchAll(/shared\/icon', \{ name: '(\w+)'/g)].map((match) => match[1]));
  assert.ok(asked.length > 10);
  assert.deepEqual(
    asked.filter((name) => !drawn.has(name)),
    [],
  );
});

for (const view of views) {
  test(`everything ${view} includes exists`, () => {
    const names = [...textOf(view).matchAll(/\b(?:include|includeAsync|layout)\(\s*(['"`])(.+?)\1/g)].map((match) => match[2] as string);
    for (const name of names) {
      const base = name.startsWith('.') ? join(dirname(view), name) : join('views', name);
      assert.ok(
        [base, `${base}.eta`].some((path) => existsSync(join(project, path))),
        `${view} includes ${name}`,
      );
    }
  });
}

/** The templates that one draws, itself among them. */
const drawnBy = (view: string, seen = new Set<string>()): ReadonlySet<string> => {
  if (seen.has(view)) return seen;
  seen.add(view);
  for (const [, path = ''] of textOf(view).matchAll(/include(?:Async)?\('([^']+)'/g))
    drawnBy(path.startsWith('/') ? `views${path}.eta` : `${join(dirname(view), path)}.eta`, seen);
  return seen;
};

test('a live piece, drawn for every reader of a role and outside of any request, asks nothing of who looks', () => {
  const live = views.filter((path) => /\/live[a-z-]*\.eta$/.test(path) && !path.startsWith('views/shared/'));
  const drawn = new Set(live.flatMap((path) => [...drawnBy(path)]));
  assert.ok(live.length > 10 && drawn.size > 2 * live.length);
  assert.deepEqual(linesMatching([...drawn], /shell\.(?!asset|zone)\w+|shared\/csrf/), []);
});
