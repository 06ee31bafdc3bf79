import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import Database from 'better-sqlite3';
import { openDatabase } from '#server/db/open.ts';

test('what one look reads agrees, whatever another program writes meanwhile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-mirada-'));
  const db = openDatabase(folder);
  const other = new Database(db.sqlite.name);
  const count = () => db.sql('SELECT count(*) AS n FROM pools').get()?.n as number;
  const add = (id: string) => other.prepare('INSERT INTO pools (pool_id, nombre) VALUES (?, ?)').run(id, id);
  try {
    const before = count();
    const seen = db.read(() => {
      const first = count();
      add('a');
      return [first, count()];
    });
    assert.deepEqual(seen, [before, before]);
    assert.equal(count(), before + 1);
    const failing = () =>
      db.read(() => {
        throw new Error('broken');
      });
    assert.throws(failing, /broken/);
    assert.equal(db.sqlite.inTransaction, false);
  } finally {
    other.close();
    db.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
