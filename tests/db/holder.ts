/** A process of its own that holds a data folder, or the write lock of its database, until its stdin closes. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { lockFolder } from '#server/db/open.ts';

const [what, folder = ''] = process.argv.slice(2);

const hold = (): (() => void) => {
  if (what === 'lock') return lockFolder(folder).release;
  const sqlite = new Database(join(folder, 'cerebro.db'));
  sqlite.exec('BEGIN IMMEDIATE');
  return () => sqlite.exec('ROLLBACK');
};

const release = hold();
process.stdin.on('end', () => {
  release();
  process.exit(0);
});
process.stdin.resume();
process.stdout.write('held\n');
