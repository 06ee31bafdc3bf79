import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Clock } from '#server/lib/clock.ts';
import type { Stream } from './sample.ts';

const schema = `CREATE TABLE IF NOT EXISTS tickets (
  nombre TEXT PRIMARY KEY,
  pendientes INTEGER NOT NULL DEFAULT 0,
  olas INTEGER NOT NULL DEFAULT 0,
  desde TEXT NOT NULL
) STRICT`;

type Row = { readonly nombre: string; readonly pendientes: number; readonly olas: number; readonly desde: string };

/** The tickets that wait, in `folder/clouders.db`: what came while the world was down is there when it is back. */
export const openTickets = (folder: string, streams: readonly Stream[], clock: Clock) => {
  mkdirSync(folder, { recursive: true });
  const sqlite = new Database(join(folder, 'clouders.db'));
  sqlite.pragma('journal_mode = WAL');
  sqlite.exec(schema);
  const add = sqlite.prepare('INSERT INTO tickets (nombre, desde) VALUES (?, ?) ON CONFLICT (nombre) DO NOTHING');
  const find = sqlite.prepare<[string], Row>('SELECT * FROM tickets WHERE nombre = ?');
  const wave = sqlite.prepare('UPDATE tickets SET olas = @olas, pendientes = min(@most, pendientes + @more) WHERE nombre = @nombre');
  const take = sqlite.prepare('UPDATE tickets SET pendientes = max(0, pendientes - ?) WHERE nombre = ?');
  const set = sqlite.prepare('UPDATE tickets SET pendientes = ? WHERE nombre = ?');
  for (const { nombre } of streams) add.run(nombre, clock.now().toISOString());

  /** The waves that are due by now have come. */
  const arrive = (): void => {
    for (const stream of streams) {
      const { nombre, olas, desde } = find.get(stream.nombre) as Row;
      const due = wavesAt(stream, clock.now().getTime() - Date.parse(desde));
      if (due > olas) wave.run({ nombre, olas: due, most: stream.most, more: (due - olas) * stream.perWave });
    }
  };

  return {
    /** By name, in the order of the streams. */
    waiting: sqlite.transaction((): (readonly [nombre: string, tickets: number])[] => {
      arrive();
      return streams.map(({ nombre }) => [nombre, (find.get(nombre) as Row).pendientes] as const);
    }),
    /** A run of that bot has come to a good end. */
    worked: sqlite.transaction((fileId: string): void => {
      arrive();
      for (const { nombre, perRun } of streams.filter((stream) => stream.fileId === fileId)) take.run(perRun, nombre);
    }),
    /** So many wait now; false for a name that is not there. */
    set: sqlite.transaction((nombre: string, count: number): boolean => {
      arrive();
      return set.run(count, nombre).changes > 0;
    }),
    close: (): void => void sqlite.close(),
  };
};

/** How many waves have come `ms` after the beginning. */
const wavesAt = ({ firstMs, everyMs }: Stream, ms: number): number => (ms < firstMs ? 0 : Math.floor((ms - firstMs) / everyMs) + 1);
