import assert from 'node:assert/strict';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import Database from 'better-sqlite3';
import { type Db, openDatabase } from '#server/db/open.ts';
import { systemClock } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { project } from '#tests/house/project.ts';
import { temporaryFolder } from './support.ts';

type Journal = { entries: { idx: number; version: string; when: number; tag: string; breakpoints: boolean }[] };

/** The shipped migrations and one more, as a later version of Cerebro would carry them. */
const laterVersion = (t: TestContext, sql: string): string => {
  const folder = join(temporaryFolder(t), 'drizzle');
  cpSync(join(project, 'drizzle'), folder, { recursive: true });
  const file = join(folder, 'meta/_journal.json');
  const journal = JSON.parse(readFileSync(file, 'utf8')) as Journal;
  const last = journal.entries.at(-1);
  assert.ok(last);
  const next = { ...last, idx: last.idx + 1, when: last.when + 1, tag: '9999_later' };
  writeFileSync(file, JSON.stringify({ ...journal, entries: [...journal.entries, next] }));
  writeFileSync(join(folder, '9999_later.sql'), sql);
  return folder;
};

const fill = (db: Db): void => {
  for (let id = 1; id <= 50; id++) db.sql("INSERT INTO tramite_queue (site_id, resource_id) VALUES ('xaloc_girona', ?)").run(String(id));
};

/** A filled database of the present version. */
const filled = (t: TestContext): string => {
  const folder = temporaryFolder(t);
  const db = openDatabase(folder);
  fill(db);
  db.close();
  return folder;
};

const backups = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('cerebro.db.antes-de-'));

const columnsOf = (sqlite: Database.Database): string[] =>
  sqlite
    .prepare("SELECT name FROM pragma_table_info('tramite_queue')")
    .all()
    .map((row) => (row as { name: string }).name);

test('a fresh folder gets every migration, and no copy of a database that was not there', (t) => {
  const folder = join(temporaryFolder(t), 'not/yet/there');
  const db = openDatabase(folder);
  assert.equal(db.sql("SELECT active FROM organismo_config WHERE site_id = 'xaloc_girona'").get()?.active, 0);
  assert.equal(db.sqlite.pragma('journal_mode', { simple: true }), 'wal');
  assert.equal(db.sqlite.pragma('foreign_keys', { simple: true }), 1);
  db.close();
  assert.deepEqual(backups(folder), []);
});

test('opening an up-to-date database again changes nothing', (t) => {
  const folder = filled(t);
  const db = openDatabase(folder);
  assert.equal(db.sql('SELECT count(*) AS n FROM tramite_queue').get()?.n, 50);
  db.close();
  assert.deepEqual(backups(folder), []);
});

test('a filled database is upgraded whole, with a copy of what it was beside it', (t) => {
  const folder = filled(t);
  const db = openDatabase(folder, systemClock, laterVersion(t, "ALTER TABLE tramite_queue ADD COLUMN later text DEFAULT 'x' NOT NULL;"));
  assert.equal(db.sql("SELECT count(*) AS n FROM tramite_queue WHERE later = 'x'").get()?.n, 50);
  assert.equal(db.sql("SELECT n FROM queue_counts WHERE status = 'pending'").get()?.n, 50);
  assert.equal(db.sqlite.pragma('foreign_keys', { simple: true }), 1);
  db.close();
  const [copy, ...others] = backups(folder);
  assert.ok(copy && others.length === 0);
  const before = new Database(join(folder, copy), { readonly: true });
  assert.equal(before.prepare('SELECT count(*) FROM tramite_queue').pluck().get(), 50);
  assert.ok(!columnsOf(before).includes('later'));
  before.close();
});

test('every step from the first migration on can be taken with rows in the tables', (t) => {
  const journal = JSON.parse(readFileSync(join(project, 'drizzle/meta/_journal.json'), 'utf8')) as Journal;
  for (const entry of journal.entries.slice(0, -1)) {
    const older = join(temporaryFolder(t), 'drizzle');
    cpSync(join(project, 'drizzle'), older, { recursive: true });
    const until = journal.entries.filter(({ idx }) => idx <= entry.idx);
    writeFileSync(join(older, 'meta/_journal.json'), JSON.stringify({ ...journal, entries: until }));
    const folder = temporaryFolder(t);
    const old = openDatabase(folder, systemClock, older);
    fill(old);
    old.close();
    const db = openDatabase(folder);
    assert.equal(db.sql('SELECT count(*) AS n FROM tramite_queue').get()?.n, 50, entry.tag);
    db.close();
    assert.equal(backups(folder).length, 1);
  }
});

const refusedWith = (code: string, sentence: RegExp) => (error: unknown) => {
  assert.ok(error instanceof CerebroError);
  assert.equal(error.code, code);
  assert.match(error.message, sentence);
  return true;
};

test('a database from a newer version is refused with a sentence and left as it was', (t) => {
  const folder = filled(t);
  openDatabase(folder, systemClock, laterVersion(t, 'CREATE TABLE later (id integer);')).close();
  const before = readFileSync(join(folder, 'cerebro.db'));
  assert.throws(() => openDatabase(folder), refusedWith('base_mas_nueva', /de una versión de Cerebro más nueva/));
  assert.deepEqual(readFileSync(join(folder, 'cerebro.db')), before);
});

test('a migration that fails leaves the database as it was', (t) => {
  const folder = filled(t);
  const broken = laterVersion(
    t,
    'ALTER TABLE tramite_queue ADD COLUMN later text;\n--> statement-breakpoint\nINSERT INTO no_such_table VALUES (1);',
  );
  assert.throws(() => openDatabase(folder, systemClock, broken));
  const db = openDatabase(folder);
  assert.ok(!columnsOf(db.sqlite).includes('later'));
  assert.equal(db.sql('SELECT count(*) AS n FROM tramite_queue').get()?.n, 50);
  db.close();
});

test('a migration that leaves broken references is refused, today and at the next start, and the database stays as it was', (t) => {
  const folder = filled(t);
  const breaking = laterVersion(
    t,
    ['CREATE TABLE child (tramite integer REFERENCES tramite_queue (id));', 'INSERT INTO child VALUES (9999);'].join(
      '\n--> statement-breakpoint\n',
    ),
  );
  const open = () => openDatabase(folder, systemClock, breaking);
  assert.throws(open, refusedWith('base_danada', /1 referencias rotas/));
  assert.throws(open, refusedWith('base_danada', /1 referencias rotas/));
  const db = openDatabase(folder);
  assert.equal(db.sql('SELECT count(*) AS n FROM tramite_queue').get()?.n, 50);
  db.close();
});
