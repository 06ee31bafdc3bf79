import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Absolute path of the project folder. */
export const project = resolve(import.meta.dirname, '../..');

/** Text of a file of the project. */
export const textOf = (path: string): string => readFileSync(join(project, path), 'utf8');

const notOurs = ['**/node_modules/**', '.git/**', 'data/**', 'drizzle/meta/**', 'public/vendor/**'];

/** Every file of the project that ends like that, with forward slashes; what is installed or generated left out. */
export const filesOf = (...endings: string[]): string[] =>
  globSync('**', { cwd: project, exclude: notOurs })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort();

/** Lines that match, as `path:number: text`. */
export const linesMatching = (paths: readonly string[], pattern: RegExp): string[] =>
  paths.flatMap((path) =>
    textOf(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
