import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import test from 'node:test';
import { project } from './project.ts';

test('the migrations make exactly the schema: generating them again yields nothing', (t) => {
  // Inside the project, because drizzle-kit prefixes `out` with the folder it is called from.
  const copy = mkdtempSync(join(project, 'node_modules/.drizzle-'));
  t.after(() => rmSync(copy, { recursive: true }));
  cpSync(join(project, 'drizzle'), copy, { recursive: true });
  const options = ['--dialect=sqlite', '--schema=./server/db/schema/*.ts', `--out=./${relative(project, copy)}`];
  execFileSync(process.execPath, [join(project, 'node_modules/drizzle-kit/bin.cjs'), 'generate', ...options], {
    cwd: project,
    stdio: 'pipe',
  });
  assert.deepEqual(migrationsIn(copy), migrationsIn(join(project, 'drizzle')));
});

const migrationsIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.sql'));
