import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export type Cell = string | number | bigint | null;
export type Row = Readonly<Record<string, Cell>>;
export type Tables = Readonly<Record<string, readonly Row[]>>;

const least = ['idRecurso', 'Expedient', 'Organisme', 'TExp', 'Estado', 'UsuarioAsignado', 'FAlta'];

/** A folder that `drop` takes away again. */
export const scratchFolder = (): { path: string; drop(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'cerebro-'));
  return { path, drop: () => rmSync(path, { recursive: true, force: true }) };
};

/** Writes an embedded source; columns are those its rows have (no declared types: values stay as they are given). */
export const writeSource = (file: string, tables: Tables): void => {
  const db = new Database(file);
  for (const [table, rows] of Object.entries(tables)) {
    const given = rows.flatMap((row) => Object.keys(row));
    const columns = [...new Set(table === 'RecursosExp' ? [...least, ...given] : given)];
    db.exec(`CREATE TABLE "${table}" (${columns.map((name) => `"${name}"`).join(', ')})`);
    const insert = db.prepare(`INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`);
    db.transaction(() => {
      for (const row of rows) insert.run(columns.map((name) => row[name] ?? null));
    })();
  }
  db.close();
};

/** The types those columns have at the real source, as far as tests care. */
const usual: Readonly<Record<string, string>> = {
  idRecurso: 'decimal(18,0)',
  Expedient: 'TEXT',
  Organisme: 'nvarchar(400)',
  UsuarioAsignado: 'nvarchar(200)',
  FAlta: 'datetime',
};

type Typed = { readonly name: string; readonly type: string };

/** The columns of those rows with their types: those given, those they usually have, else what the values look like. */
export const sourceColumns = (table: string, rows: readonly Row[], types: Readonly<Record<string, string>> = {}): Typed[] => {
  const given = rows.flatMap((row) => Object.keys(row));
  const names = [...new Set(table === 'RecursosExp' ? [...least, ...given] : given)];
  return names.map((name) => ({ name, type: types[name] ?? usual[name] ?? guessed(name, rows) }));
};

const guessed = (name: string, rows: readonly Row[]): string => {
  const isText = rows.some((row) => typeof row[name] === 'string');
  return isText ? 'nvarchar(400)' : 'int';
};

/** The same with declared types, as SQL Server has them. */
export const writeTyped = (file: string, tables: Tables, types: Readonly<Record<string, string>> = {}): void => {
  const db = new Database(file);
  for (const [table, rows] of Object.entries(tables)) {
    const columns = sourceColumns(table, rows, types);
    db.exec(`CREATE TABLE "${table}" (${columns.map(({ name, type }) => `"${name}" ${type}`).join(', ')})`);
    const insert = db.prepare(`INSERT INTO "${table}" VALUES (${columns.map(() => '?').join(', ')})`);
    db.transaction(() => {
      for (const row of rows) insert.run(columns.map(({ name }) => row[name] ?? null));
    })();
  }
  if (tables.RecursosExp) db.exec('CREATE INDEX RecursosExp_id ON RecursosExp (idRecurso)');
  db.close();
};
