import assert from 'node:assert/strict';
import { copyFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import Database from 'better-sqlite3';
import { openOrigen } from '#server/gateways/origen/open.ts';
import { OrigenError, type SourceRule } from '#server/gateways/origen/origen.ts';
import { openSqliteOrigen } from '#server/gateways/origen/sqlite.ts';
import { scratchFolder, writeSource } from '#tests/support/source.ts';
import { origenContract } from './origen-contract.ts';
import type { Harness, Stage } from './origen-stage.ts';

const harness: Harness = {
  name: 'embedded SQLite source',
  idSpellings: [90001, '90001', '90001.0', '90001.00', ' 90001 ', '090001'],
  looseIds: [null, -7.5, 7.5, 'siete'],
  stage: async (tables, options = {}): Promise<Stage> => {
    const folder = scratchFolder();
    const file = join(folder.path, 'origen.db');
    writeSource(file, tables);
    const origen = openSqliteOrigen(file, options);
    const raw = new Database(file);
    const where = 'WHERE idRecurso = CAST(@id AS INTEGER) OR CAST(idRecurso AS TEXT) = @id';
    return {
      origen,
      another: async () => openSqliteOrigen(file, options),
      look: async (id) =>
        raw.prepare(`SELECT TExp, Estado, UsuarioAsignado FROM RecursosExp ${where}`).get({ id }) as Awaited<ReturnType<Stage['look']>>,
      change: async (id, cells) => {
        const set = Object.keys(cells).map((name) => `"${name}" = @${name}`);
        raw.prepare(`UPDATE RecursosExp SET ${set.join(', ')} ${where}`).run({ ...cells, id });
      },
      refuseChanges: async () =>
        void raw.exec("CREATE TRIGGER refuse BEFORE UPDATE ON RecursosExp BEGIN SELECT RAISE(ABORT, 'permission denied'); END"),
      hold: async () => {
        raw.exec('BEGIN EXCLUSIVE');
        return async () => void raw.exec('COMMIT');
      },
      losingAnswers: async () => {
        const inner = openSqliteOrigen(file, options);
        const claim: typeof inner.claim = async (...order) => {
          await inner.claim(...order);
          throw new OrigenError('origen_no_responde', 'La respuesta del origen se ha perdido.', { ambiguous: true });
        };
        return { ...inner, claim };
      },
      unreachable: async () => {
        const elsewhere = join(folder.path, 'desaparecido.db');
        copyFileSync(file, elsewhere);
        const gone = openSqliteOrigen(elsewhere, options);
        renameSync(elsewhere, `${elsewhere}.fuera`);
        return gone;
      },
      close: async () => {
        raw.close();
        await origen.close();
        folder.drop();
      },
    };
  },
};

origenContract(harness);

const anything: SourceRule = { patterns: ['%'], excluded: [], texp: [2], onlyUnassigned: false };
const row = (idRecurso: number | bigint | string, over = {}) => ({
  idRecurso,
  Expedient: '2025/160585-MUL',
  Organisme: 'XALOC',
  TExp: 2,
  Estado: 0,
  UsuarioAsignado: null,
  ...over,
});

const inFolder = async (work: (file: string) => Promise<void> | void) => {
  const folder = scratchFolder();
  try {
    await work(join(folder.path, 'origen.db'));
  } finally {
    folder.drop();
  }
};

const idsOf = async (origen: ReturnType<typeof openSqliteOrigen>) => {
  const ids: (string | null)[] = [];
  for await (const page of origen.discover(anything)) ids.push(...page.map(({ id }) => id));
  return ids;
};

test('a REAL 90001.0 without declared type is 90001', () =>
  inFolder(async (file) => {
    writeSource(file, { RecursosExp: [row(1)] });
    const db = new Database(file);
    db.exec('UPDATE RecursosExp SET idRecurso = 90001.0');
    assert.equal(db.prepare('SELECT typeof(idRecurso) FROM RecursosExp').pluck().get(), 'real');
    db.close();
    const origen = openSqliteOrigen(file);
    assert.deepEqual(await idsOf(origen), ['90001']);
    assert.equal((await origen.claim(['90001'], anything, 'us')).size, 1);
    await origen.close();
  }));

test('an idRecurso larger than any JavaScript number keeps every digit, also as the primary key', () =>
  inFolder(async (file) => {
    const db = new Database(file);
    db.exec(`CREATE TABLE RecursosExp (idRecurso INTEGER PRIMARY KEY, Expedient, Organisme, TExp, Estado, UsuarioAsignado);
      INSERT INTO RecursosExp VALUES (9007199254740993, 'x', 'XALOC', 2, 0, NULL), (9007199254740992, 'y', 'XALOC', 2, 0, NULL), (-5, 'z', 'XALOC', 2, 0, NULL)`);
    const origen = openSqliteOrigen(file);
    assert.deepEqual(await idsOf(origen), [null, '9007199254740992', '9007199254740993']);
    assert.deepEqual([...(await origen.claim(['9007199254740993'], anything, 'us'))], ['9007199254740993']);
    assert.equal(db.prepare("SELECT Expedient FROM RecursosExp WHERE UsuarioAsignado = 'us'").pluck().get(), 'x');
    db.close();
    await origen.close();
  }));

test('columns declared with other types hold the same numbers', () =>
  inFolder(async (file) => {
    const db = new Database(file);
    db.exec(`CREATE TABLE RecursosExp (idRecurso TEXT, Expedient TEXT, Organisme TEXT, TExp TEXT, Estado NUMERIC(1), UsuarioAsignado TEXT);
      INSERT INTO RecursosExp VALUES (90001.0, 'x', 'XALOC', 2, '0', NULL)`);
    db.close();
    const origen = openSqliteOrigen(file);
    assert.deepEqual(await idsOf(origen), ['90001']);
    assert.equal((await origen.claim(['90001'], anything, 'us')).size, 1);
    assert.equal((await origen.read(['90001'])).get('90001')?.texp, 1);
    await origen.close();
  }));

test('a column that appears while it is open is seen', () =>
  inFolder(async (file) => {
    writeSource(file, { RecursosExp: [row(1)] });
    const origen = openSqliteOrigen(file);
    assert.equal((await origen.rows(['1'])).get('1')?.fields.Matricula, undefined);
    const db = new Database(file);
    db.exec("ALTER TABLE RecursosExp ADD COLUMN Matricula; UPDATE RecursosExp SET Matricula = '0000BBB'");
    db.close();
    assert.equal((await origen.rows(['1'])).get('1')?.fields.Matricula, '0000BBB');
    await origen.close();
  }));

test('a file put in the place of the old one is the source from then on', () =>
  inFolder(async (file) => {
    writeSource(file, { RecursosExp: [row(1)] });
    const origen = openSqliteOrigen(file);
    assert.deepEqual(await idsOf(origen), ['1']);
    renameSync(file, `${file}.viejo`);
    await assert.rejects(origen.check(), { code: 'origen_no_existe' });
    writeSource(file, { RecursosExp: [row(2)] });
    assert.deepEqual(await idsOf(origen), ['2']);
    await origen.close();
  }));

test('long pages give way to everything else', () =>
  inFolder(async (file) => {
    writeSource(file, { RecursosExp: Array.from({ length: 20_000 }, (_, n) => row(n + 1)) });
    const origen = openSqliteOrigen(file);
    let turns = 0;
    const ticking = setInterval(() => turns++, 1);
    await idsOf(origen);
    clearInterval(ticking);
    assert.ok(turns >= 5, `${turns} turns`);
    await origen.close();
  }));

const refusals: [why: string, code: string, prepare: (file: string) => void][] = [
  ['is not there', 'origen_no_existe', () => undefined],
  ['is no database', 'origen_no_es_sqlite', (file) => writeFileSync(file, 'hola'.repeat(1000))],
  ['has no recursos', 'origen_sin_tabla', (file) => writeSource(file, { otra: [{ a: 1 }] })],
  [
    'lacks a column that judging needs',
    'origen_sin_columnas',
    (file) => new Database(file).exec('CREATE TABLE RecursosExp (idRecurso, Expedient, Organisme, TExp, Estado)').close(),
  ],
  [
    'shows recursos through a view',
    'origen_sin_rowid',
    (file) =>
      new Database(file)
        .exec('CREATE TABLE r (idRecurso, Expedient, Organisme, TExp, Estado, UsuarioAsignado); CREATE VIEW RecursosExp AS SELECT * FROM r')
        .close(),
  ],
];
for (const [why, code, prepare] of refusals)
  test(`a file that ${why} is refused with a sentence`, () =>
    inFolder((file) => {
      prepare(file);
      assert.throws(() => openOrigen(`sqlite:${file}`), { code });
    }));

test('an address of an unknown kind is told apart from a mistake', () => {
  assert.throws(() => openOrigen('postgres://x'), /ORIGEN_URL debe ser/);
});
