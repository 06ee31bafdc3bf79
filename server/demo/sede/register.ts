import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

export type RegisteredFile = { readonly nombre: string; readonly bytes: number; readonly sha256: string };

/** One real submission, as GET /registro.json tells it. */
export type Entry = {
  readonly numero: string;
  readonly expediente: string;
  /** UTC, ISO 8601. */
  readonly instante: string;
  /** Every field received. */
  readonly campos: Readonly<Record<string, string>>;
  readonly ficheros: readonly RegisteredFile[];
};

type Row = { numero: string; expediente: string; instante: string; campos: string; ficheros: string };

const schema = `CREATE TABLE IF NOT EXISTS registro (
  id INTEGER PRIMARY KEY,
  numero TEXT NOT NULL UNIQUE,
  expediente TEXT NOT NULL,
  instante TEXT NOT NULL,
  campos TEXT NOT NULL CHECK (json_valid(campos)),
  ficheros TEXT NOT NULL CHECK (json_valid(ficheros))
) STRICT`;

/** `E2025000123`: entry, year, six digits. */
const registerNumber = (id: number, instant: string): string => `E${instant.slice(0, 4)}${String(id).padStart(6, '0')}`;

const toEntry = (row: Row): Entry => ({
  numero: row.numero,
  expediente: row.expediente,
  instante: row.instante,
  campos: JSON.parse(row.campos),
  ficheros: JSON.parse(row.ficheros),
});

/**
 * The portal's official register, in `folder/sede.db`. `add` has synced the disk when it returns, and it never asks
 * whether the expediente was registered before: a second submission is a second entry.
 */
export const openRegister = (folder: string) => {
  mkdirSync(folder, { recursive: true });
  const sqlite = new Database(join(folder, 'sede.db'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.pragma('synchronous = FULL');
  sqlite.exec(schema);
  const insert = sqlite.prepare('INSERT INTO registro (id, numero, expediente, instante, campos, ficheros) VALUES (?, ?, ?, ?, ?, ?)');
  const nextId = sqlite.prepare<[], number>('SELECT coalesce(max(id), 0) + 1 FROM registro').pluck();
  const all = sqlite.prepare<[], Row>('SELECT * FROM registro ORDER BY id');
  const one = sqlite.prepare<[string], Row>('SELECT * FROM registro WHERE numero = ?');
  return {
    add: sqlite.transaction((submission: Omit<Entry, 'numero'>): Entry => {
      const id = nextId.get() as number;
      const entry = { numero: registerNumber(id, submission.instante), ...submission };
      insert.run(id, entry.numero, entry.expediente, entry.instante, JSON.stringify(entry.campos), JSON.stringify(entry.ficheros));
      return entry;
    }),
    entries: (): Entry[] => all.all().map(toEntry),
    find(numero: string): Entry | undefined {
      const row = one.get(numero);
      return row && toEntry(row);
    },
    close: () => sqlite.close(),
  };
};

export type Register = ReturnType<typeof openRegister>;
