import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { BodyName } from './bodies.ts';
import type { Row } from './people.ts';
import { planSample, type SampleOptions } from './plan.ts';
import { firstId, inventRecurso, lastOrdinaryId, type SampleRecurso } from './recurso.ts';
import { type Table, tables } from './tables.ts';

/**
 * Writes the sample into a new SQLite file, whole or not at all: a process killed meanwhile leaves no file behind.
 * An existing file is left as it is, so a demo started again goes on where it was.
 * @returns the recursos written; empty when the file was already there.
 */
export const createSampleSource = (file: string, options?: SampleOptions): readonly SampleRecurso[] => {
  if (existsSync(file)) return [];
  const sample = planSample(options);
  const unfinished = `${file}.nuevo`;
  mkdirSync(dirname(file), { recursive: true });
  rmSync(unfinished, { force: true });
  const db = new Database(unfinished);
  for (const table of tables) db.exec(table.ddl);
  insertAll(db, sample);
  db.close();
  renameSync(unfinished, file);
  return sample;
};

/** Adds `count` ordinary recursos of a body after the last one, as people keep doing at the real source. Answers them. */
export const addRecursos = (file: string, body: BodyName, count: number): readonly SampleRecurso[] => {
  const db = new Database(file, { fileMustExist: true, timeout: 2000 });
  try {
    const add = db.transaction(() => {
      const next = nextNumber(db);
      const sample = Array.from({ length: count }, (_, k) => inventRecurso(body, next + k));
      insertAll(db, sample);
      return sample;
    });
    return add.immediate();
  } finally {
    db.close();
  }
};

/** Numbers are never reused; a trap whose id is odd leaves its number in `automatic_id`. */
const nextNumber = (db: Database.Database): number => {
  const greatest = db
    .prepare('SELECT max(CAST(idRecurso AS INTEGER)) FROM RecursosExp WHERE CAST(idRecurso AS INTEGER) BETWEEN ? AND ?')
    .pluck()
    .get(firstId, lastOrdinaryId) as number | null;
  const last = db.prepare('SELECT max(automatic_id) FROM RecursosExp').pluck().get() as number | null;
  return Math.max((greatest ?? firstId - 1) - firstId, (last ?? 600_000 - 1) - 600_000) + 1;
};

const insertAll = (db: Database.Database, sample: readonly SampleRecurso[]): void => {
  const insertTable = db.transaction((table: Table) => {
    const insert = db.prepare(table.insert);
    for (const one of sample) for (const row of table.rows(one)) insert.run(filled(table, row));
  });
  for (const table of tables) insertTable(table);
};

const filled = (table: Table, row: Row): unknown[] => table.columns.map((column) => row[column] ?? null);
