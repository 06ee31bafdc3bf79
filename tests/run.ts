/**
 * Runs the whole suite, or the files whose path contains one of the given words: `npm test -- cola pages`.
 * Makes sure of a browser first, as the demo does. Exit code 0 only if every test passed.
 */
import { globSync } from 'node:fs';
import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { availableParallelism } from 'node:os';
import { relative, resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseConfig, readEnvironment } from '#server/config.ts';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { silentLog } from '#server/lib/log.ts';

const testTimeoutMs = 120_000;
const suiteTimeoutMs = 15 * 60_000;
/** One more than cores: some file always waits for a browser, a process or a port. */
const filesAtOnce = availableParallelism() + 1;
/** Files with browsers or whole processes take longest: begun first, they do not leave one core idle at the end. */
const slowFirst = ['tests/system/', 'tests/demo/', 'tests/chaos/', 'tests/workers/', 'tests/start/', 'tests/db/'];

const project = resolve(import.meta.dirname, '..');

const wanted = (words: readonly string[]): string[] => {
  const files = globSync('tests/**/*.test.ts', { cwd: project, exclude: ['**/node_modules/**'] }).sort();
  const slot = (file: string) => slowFirst.findIndex((folder) => file.startsWith(folder)) >>> 0;
  const chosen = files.filter((file) => words.length === 0 || words.some((word) => file.includes(word)));
  return chosen.sort((a, b) => slot(a) - slot(b));
};

const ensureBrowser = async (): Promise<void> => {
  const config = parseConfig({ ORIGEN_URL: 'sqlite:-', BOT_USER: '-', ...readEnvironment() });
  await provisionBrowser({ configured: config.NAVEGADOR, visible: false, certificate: false, log: silentLog(), install: true });
};

/** Each file is a process that loads the house anew: what one has compiled, the others read. */
const shareCompiled = (): void => {
  enableCompileCache();
  const folder = getCompileCacheDir();
  if (folder) process.env.NODE_COMPILE_CACHE ??= folder;
};

const main = async (): Promise<void> => {
  const files = wanted(process.argv.slice(2));
  if (files.length === 0) throw new Error(`no test file matches ${process.argv.slice(2).join(' ')}`);
  await ensureBrowser();
  shareCompiled();
  const stop = new AbortController();
  const giveUp = setTimeout(() => {
    process.stderr.write(`The suite took longer than ${suiteTimeoutMs / 60_000} minutes and was stopped.\n`);
    process.exitCode = 1;
    stop.abort();
  }, suiteTimeoutMs);
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      process.exitCode = 1;
      stop.abort();
    });
  }
  run({
    cwd: project,
    files: files.map((file) => resolve(project, file)),
    concurrency: filesAtOnce,
    timeout: testTimeoutMs,
    signal: stop.signal,
  })
    .on('test:fail', () => {
      process.exitCode = 1;
    })
    .once('end', () => clearTimeout(giveUp))
    .compose(new spec())
    .pipe(process.stdout);
  process.stdout.write(`${files.length} files of ${relative(process.cwd(), project) || '.'}\n`);
};

await main();
