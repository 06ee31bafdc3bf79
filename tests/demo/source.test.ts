import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { addRecursos, createSampleSource } from '#server/demo/source/create.ts';
import { cif, nie, nif, withWrongControl } from '#server/demo/source/identity.ts';
import { planSample } from '#server/demo/source/plan.ts';
import { phases } from '#server/demo/source/recurso.ts';
import { traps } from '#server/demo/source/traps.ts';

const folder = mkdtempSync(join(tmpdir(), 'cerebro-origen-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const readAll = <T>(file: string, sql: string): T[] => {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(sql).all() as T[];
  } finally {
    db.close();
  }
};

describe('the sample of recursos', () => {
  const sample = planSample();

  it('holds at least 240 recursos of which at least 120 can be filed at xaloc', () => {
    assert.ok(sample.length >= 240, `${sample.length} recursos`);
    assert.ok(sample.filter((one) => one.fate === 'fileable').length >= 120);
  });

  it('is the same every time', () => {
    assert.deepEqual(planSample(), sample);
  });

  it('sets every trap exactly once', () => {
    const set = sample.flatMap((one) => one.trap ?? []);
    assert.deepEqual(set.toSorted(), traps.map((trap) => trap.name).toSorted());
  });

  it('gives every recurso its own number, and its own expediente to each that can be claimed', () => {
    assert.equal(new Set(sample.map((one) => one.n)).size, sample.length);
    const claimable = sample.filter((one) => one.fate === 'fileable' || one.fate === 'claimed');
    assert.equal(new Set(claimable.map((one) => String(one.recurso.Expedient).trim())).size, claimable.length);
  });

  it('goes through every phase of the procedure among those that can be filed', () => {
    const seen = new Set(sample.filter((one) => one.fate === 'fileable').map((one) => one.recurso.FaseProcedimiento));
    assert.deepEqual([...seen].toSorted(), [...phases].toSorted());
  });

  it('carries between none and three attachments', () => {
    const counts = new Set(sample.map((one) => one.attachments.length));
    assert.deepEqual([...counts].toSorted(), [0, 1, 2, 3]);
  });

  it('names several bodies, both spellings of xaloc among them', () => {
    const spellings = sample.map((one) => String(one.recurso.Organisme));
    for (const start of [
      'XALOC, ',
      'XALOC DIPUTACIO',
      'BASE GESTION',
      'SUBDIRECCION GNAL',
      'SERVEI CATALA DE TRANSIT',
      'JEFATURA PROVINCIAL',
    ])
      assert.ok(
        spellings.some((spelling) => spelling.startsWith(start)),
        start,
      );
  });
});

describe('the invented identities', () => {
  it('carry the control characters the law computes', () => {
    assert.equal(nif(12_345_678), '12345678Z');
    assert.equal(nie('X', 1_234_567), 'X1234567L');
    assert.equal(cif('A', 5_881_850), 'A58818501');
    assert.equal(cif('Q', 2_826_000), 'Q2826000H');
  });

  it('lose them when a trap wants a wrong one', () => {
    assert.notEqual(withWrongControl('12345678Z'), '12345678Z');
    assert.equal(withWrongControl('A58818501'), 'A58818502');
  });
});

describe('the sample source', () => {
  const file = join(folder, 'mundo', 'origen.db');
  const written = createSampleSource(file);

  it('holds every recurso once and the tables joined to it', () => {
    assert.equal(readAll(file, 'SELECT 1 FROM RecursosExp').length, written.length);
    const held = readAll<{ name: string }>(file, "SELECT name FROM sqlite_schema WHERE type = 'table'").map((row) => row.name);
    assert.deepEqual(held.toSorted(), [
      'DadesIdentif',
      'RecursosExp',
      'attachments_resource_documents',
      'clientes',
      'expedientes',
      'pubExp',
    ]);
  });

  it('keeps the ids as they come: whole, decimal, text and none', () => {
    const types = readAll<{ type: string }>(file, 'SELECT DISTINCT typeof(idRecurso) AS type FROM RecursosExp').map((row) => row.type);
    assert.deepEqual(types.toSorted(), ['integer', 'null', 'real', 'text']);
  });

  it('has an orphan numclient that an inner join would hide', () => {
    const orphans = readAll(
      file,
      `SELECT 1 FROM RecursosExp r LEFT JOIN clientes c ON c.numerocliente = r.numclient
       WHERE r.numclient IS NOT NULL AND c.numerocliente IS NULL AND r.Organisme LIKE 'XALOC%'`,
    );
    assert.equal(orphans.length, 1);
  });

  it('leaves an existing file as it is', () => {
    assert.deepEqual(createSampleSource(file), []);
    assert.equal(readAll(file, 'SELECT 1 FROM RecursosExp').length, written.length);
  });

  it('begins again over what a killed process left half written', () => {
    const other = join(folder, 'otro.db');
    writeFileSync(`${other}.nuevo`, 'a medias');
    assert.ok(createSampleSource(other, { bodies: { xaloc: 3 }, traps: false }).length === 3);
    assert.equal(existsSync(`${other}.nuevo`), false);
  });

  it('takes new recursos with new numbers, ids and expedientes', () => {
    const before = readAll<{ Expedient: string }>(file, 'SELECT Expedient FROM RecursosExp').map((row) => row.Expedient);
    const added = [...addRecursos(file, 'xaloc', 3), ...addRecursos(file, 'base', 2)];
    assert.equal(new Set(added.map((one) => one.n)).size, 5);
    for (const one of added) assert.ok(!before.includes(one.recurso.Expedient as string));
    assert.equal(readAll(file, 'SELECT DISTINCT idRecurso FROM RecursosExp WHERE idRecurso IS NOT NULL').length, written.length - 1 + 5);
  });
});
