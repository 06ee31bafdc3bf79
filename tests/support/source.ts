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
