import type { Database } from 'better-sqlite3';

/** Rows `from`…`from + n - 1` as a table `rows(i)`. */
const numbers = (from: number, n: number): string =>
  `WITH RECURSIVE rows (i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM rows WHERE i < ${from + n - 1})`;

const batch = 100_000;

const inBatches = (n: number, run: (from: number, count: number) => void): void => {
  for (let from = 1; from <= n; from += batch) run(from, Math.min(batch, n - from + 1));
};

/** What a finished recurso weighs in the queue: about what the payload of a real one does. */
const payload = `json_object('idRecurso', i, 'expediente', printf('2024/%06d-MUL', i), 'organisme', 'XALOC, DIPUTACIO DE GIRONA', 'plate_number', '0000BBB', 'notas', printf('%0300d', i))`;
const result = `json_object('numero', printf('REG-%08d', i), 'fecha', '2024-05-01T10:00:00.000Z')`;
const day = `'2024-05-01T10:00:00.000Z'`;

/** `n` completed trámites with the attempt and the events each one left behind. */
export const fillFinished = (sqlite: Database, n: number): void => {
  inBatches(n, (from, count) => {
    sqlite.transaction(() => {
      const rows = numbers(from, count);
      sqlite.exec(`${rows} INSERT INTO tramite_queue
        (site_id, resource_id, expediente, payload, status, attempts, result, created_at, processed_at)
        SELECT 'bench', 'f' || i, printf('2024/%06d-MUL', i), ${payload}, 'completed', 1, ${result}, ${day}, ${day} FROM rows`);
      sqlite.exec(`${rows} INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fase, fecha_inicio, fecha_fin, tramite_id, intento, result)
        SELECT printf('01900000-0000-7000-8000-%012d', i), 'bench', 'COMPLETED', 'submitted', ${day}, ${day}, i, 1, ${result} FROM rows`);
      for (const kind of ['enqueued', 'started', 'completed'])
        sqlite.exec(`${rows} INSERT INTO events (at, entity, entity_id, kind, data)
          SELECT ${day}, 'tramite', CAST(i AS TEXT), '${kind}', json_object('attempt', 1) FROM rows`);
    })();
  });
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
};

/** `n` jobs plainjobs has done. Its published build keeps the status as a word. */
export const fillDoneJobs = (sqlite: Database, n: number): void => {
  inBatches(n, (from, count) => {
    sqlite.exec(`${numbers(from, count)} INSERT INTO plainjobs_jobs (type, data, status, created_at)
      SELECT 'bench', ${payload}, 'done', 1714557600000 FROM rows`);
  });
  sqlite.pragma('wal_checkpoint(TRUNCATE)');
};
