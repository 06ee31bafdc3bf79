import { type Db, openDatabase } from '#server/db/open.ts';

import { fillFinished } from '../../lib/fill.ts';
import { addRobot } from '../../lib/robot.ts';

/** One database per size of queue, and the panel over each. */
export const sizes = { diez: 10, 'diez mil': 10_000, 'un millón': 1_000_000 } as const;
export type Size = keyof typeof sizes;

/** One in so many was not filed: even the small of the two long queues fills a page with them. */
const oneFailed = 100;

export const fillFolder = (folder: string, rows: number): void => {
  const db = openDatabase(folder);
  addRobot(db);
  fillFinished(db.sqlite, rows);
  failSome(db);
  db.sqlite.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

const failSome = (db: Db): void =>
  void db
    .sql(`UPDATE tramite_queue SET status = 'failed', error_code = 'sede_rechaza', error_log = 'La sede no admite el expediente.'
      WHERE id % ? = 0`)
    .run(oneFailed);
