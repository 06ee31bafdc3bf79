import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import test, { after, describe } from 'node:test';
import { floorsConfig, floorsFile } from './floors.ts';
import { upstream } from './rooms.ts';

const project = join(import.meta.dirname, '../..');
const biome = join(project, 'node_modules/@biomejs/biome/bin/biome');

type Sample = { readonly file: string; readonly specifier: string; readonly why: RegExp | null };
const samples: Sample[] = [];
const forbidden = (file: string, specifier: string, why: RegExp) => void samples.push({ file, specifier, why });
const allowed = (file: string, specifier: string) => void samples.push({ file, specifier, why: null });

/** Lays the samples out as files under Biome's own configuration, one import per line, and answers what Biome says of each. */
const askBiome = (folder: string): Map<Sample, string> => {
  for (const name of ['biome.json', 'biome.floors.json']) copyFileSync(join(project, name), join(folder, name));
  const files = Map.groupBy(samples, (sample) => sample.file);
  for (const [file, lines] of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), lines.map((line) => `import '${line.specifier}';\n`).join(''));
  }
  const options = ['lint', '--only=noRestrictedImports', '--reporter=github', '--max-diagnostics=none', '--vcs-enabled=false', '.'];
  const answer = spawnSync(process.execPath, [biome, ...options], { cwd: folder, encoding: 'utf8' });
  const said = answer.stdout.matchAll(/title=lint\/style\/noRestrictedImports,file=(.*?),line=(\d+),.*?::(.*)/g);
  const found = [...said].map(([, file, line, sentence]) => ({ file: relative(folder, file as string), line: Number(line), sentence }));
  const sentences = (sample: Sample) =>
    found.filter((one) => one.file === sample.file && files.get(sample.file)?.[one.line - 1] === sample).map((one) => one.sentence);
  return new Map(samples.map((sample) => [sample, sentences(sample).join(' ')]));
};

test('the floors Biome reads are those of the table', () => {
  assert.deepEqual(JSON.parse(readFileSync(floorsFile, 'utf8')), JSON.parse(JSON.stringify(floorsConfig())));
});

test('every folder of the server has its floor', () => {
  const floorless = readdirSync(join(project, 'server'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['db', 'demo', 'gateways', 'lib', 'scheduler'].includes(entry.name))
    .filter((entry) => !(entry.name in upstream));
  assert.deepEqual(floorless, []);
});

forbidden('server/cola/enqueue.ts', '#server/ejecuciones/open.ts', /the queue knows neither end/);
forbidden('server/cola/enqueue.ts', '#server/gateways/origen/sqlite.ts', /by its type only/);
forbidden('server/cola/enqueue.ts', '../historial/record.ts', /climb out/);
forbidden('server/cola/enqueue.ts', './routes.ts', /never knows the page/);
forbidden('server/cola/enqueue.ts', '#server/web.ts', /never knows the page/);
forbidden('server/cola/enqueue.ts', 'better-sqlite3', /gets the database from deps/);
forbidden('server/cola/enqueue.ts', '#server/db/drizzle.ts', /gets the database from deps/);
forbidden('server/cola/transitions.ts', '#server/db/open.ts', /Floor 0 is pure/);
forbidden('server/cola/transitions.ts', '#server/lib/clock.ts', /Floor 0 is pure/);
forbidden('server/cola/transitions.ts', './enqueue.ts', /Floor 0 imports floor 0 only/);
forbidden('server/cola/routes.ts', 'drizzle-orm', /SQL belongs in queries/);
forbidden('server/historial/record.ts', '#server/cola/enqueue.ts', /bottom of the house/);
forbidden('server/recursos/claim.ts', '#server/app.ts', /Floors go one way/);
forbidden('server/recursos/claim.ts', 'node:http', /Nothing but a gateway/);
forbidden('server/recursos/claim.ts', '#workers/journal.ts', /runs in a thread/);
forbidden('server/organismos/save.ts', '#server/demo/main.ts', /never imports its simulated world/);
forbidden('server/lib/clock.ts', '#server/cola/enqueue.ts', /knows nothing of the domain/);
forbidden('server/db/open.ts', '#server/cola/enqueue.ts', /imports lib only/);
forbidden('server/gateways/origen/sqlite.ts', '#server/recursos/claim.ts', /a door, not a room/);
forbidden('server/demo/sede/app.ts', '#server/db/open.ts', /outside the house/);
forbidden('server/demo/main.ts', '#tests/support/x.ts', /never imports the tests/);
forbidden('server/start.ts', '#server/demo/main.ts', /never imports its simulated world/);
forbidden('workers/steps.ts', '#server/cola/enqueue.ts', /through its message and journal/);
forbidden('workers/robots/xaloc_girona/form.ts', './selectors.ts', /must not bring a browser/);

allowed('server/cola/enqueue.ts', '#server/historial/record.ts');
allowed('server/cola/enqueue.ts', '#server/db/open.ts');
allowed('server/cola/routes.ts', './present.ts');
allowed('server/cola/routes.ts', '#server/web.ts');
allowed('server/recursos/claim.ts', '#server/gateways/origen/origen.ts');
allowed('server/recursos/enqueue.ts', '#server/cola/enqueue.ts');
allowed('server/ejecuciones/dispatch.ts', '#workers/robots/catalogue.ts');
allowed('server/start.ts', '#server/gateways/origen/open.ts');
allowed('server/gateways/pool/piscina.ts', '#workers/messages.ts');
allowed('workers/steps.ts', '#server/lib/errors.ts');
allowed('workers/robots/xaloc_girona/robot.ts', './selectors.ts');
allowed('server/demo/main.ts', '#server/start.ts');

describe('Biome', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'floors-')));
  after(() => rmSync(folder, { recursive: true }));
  const sentences = askBiome(folder);

  for (const sample of samples) {
    test(`${sample.why ? 'refuses' : 'accepts'} ${sample.specifier} in ${sample.file}`, () => {
      if (sample.why) assert.match(sentences.get(sample) ?? '', sample.why);
      else assert.equal(sentences.get(sample), '');
    });
  }
});
