import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import Database from 'better-sqlite3';
import { versionOf } from '#server/balance/recheck.ts';
import { openDatabase } from '#server/db/open.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openBalanceHouse } from './balance-house.ts';
import { askOf, contentsOf, fillHouse } from './whole.ts';

/** Makes the nth statement of the transactions of that house fail once it has done its work; answers how many there were. */
const failing = (house: ReturnType<typeof openBalanceHouse>, nth: number): (() => number) => {
  const { db } = house;
  const { write, sql } = db;
  let [inside, count] = [false, 0];
  const spoiled = <T extends object>(statement: T): T =>
    new Proxy(statement, {
      get: (target, name) => {
        const value = Reflect.get(target, name) as unknown;
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => {
          const answer = value.apply(target, given) as unknown;
          if (++count === nth) throw new Error(`falla la ${nth}.ª`);
          return answer;
        };
      },
    });
  Object.assign(db, {
    sql: (text: string) => (inside ? spoiled(sql(text)) : sql(text)),
    write: <T>(change: () => T) =>
      write(() => {
        inside = true;
        try {
          return change();
        } finally {
          inside = false;
        }
      }),
  });
  return () => count;
};

test('whichever statement of a balance fails, nothing of it is done', async () => {
  let nth = 1;
  for (; ; nth++) {
    const house = openBalanceHouse();
    fillHouse(house);
    askOf(house);
    const before = contentsOf(house.db);
    const count = failing(house, nth);
    const applied = await house.balance().catch((error: Error) => error.message);
    if (count() < nth) {
      assert.deepEqual(applied, { asignados: 4, retirados: 1, drenando: 1, retenidos: 1, dejados: 0, rechazos: 1 });
      break;
    }
    assert.equal(applied, `falla la ${nth}.ª`);
    assert.deepEqual(contentsOf(house.db), before, `statement ${nth}`);
  }
  assert.ok(nth > 8, 'all of its statements were tried');
});

describe('how the database stood', () => {
  const open = (t: Parameters<typeof temporaryFolder>[0]) => {
    const folder = temporaryFolder(t);
    const db = openDatabase(folder);
    const other = new Database(`${folder}/cerebro.db`);
    t.after(() => {
      other.close();
      db.close();
    });
    return { db, other };
  };
  const changes = (version: () => string, change: () => unknown): boolean => {
    const before = version();
    change();
    return version() !== before;
  };

  test('is another thing after any write of this program or of another one', (t) => {
    const { db, other } = open(t);
    const version = () => db.read(() => versionOf(db));
    db.sqlite.exec("INSERT INTO equipos (equipo_id, equipo) VALUES ('e1', 'VM')");
    for (const sql of [
      'UPDATE equipos SET activo_sam = 1 - activo_sam',
      "INSERT INTO robots (robot_id, robot) VALUES (hex(randomblob(4)), 'R')",
      'DELETE FROM equipos',
    ]) {
      assert.ok(
        changes(version, () => db.sqlite.exec(sql)),
        `ours: ${sql}`,
      );
      db.sqlite.exec("INSERT OR IGNORE INTO equipos (equipo_id, equipo) VALUES ('e1', 'VM')");
      assert.ok(
        changes(version, () => other.exec(sql)),
        `theirs: ${sql}`,
      );
      db.sqlite.exec("INSERT OR IGNORE INTO equipos (equipo_id, equipo) VALUES ('e1', 'VM')");
    }
    assert.ok(
      changes(version, () =>
        other.exec("BEGIN; INSERT INTO pools (nombre) VALUES ('Norte'); INSERT INTO pools (nombre) VALUES ('Sur'); COMMIT"),
      ),
    );
  });

  test('is the same after reading, and after what another one has not committed', (t) => {
    const { db, other } = open(t);
    const version = () => db.read(() => versionOf(db));
    other.exec("INSERT INTO pools (nombre) VALUES ('Norte')");
    version();
    assert.ok(!changes(version, () => db.sqlite.prepare('SELECT * FROM pools').all()));
    assert.ok(!changes(version, () => other.prepare('SELECT * FROM pools').all()));
    assert.ok(!changes(version, () => other.exec("BEGIN IMMEDIATE; INSERT INTO pools (nombre) VALUES ('Sur'); ROLLBACK")));
    assert.ok(!changes(version, () => other.exec('PRAGMA wal_checkpoint(PASSIVE)')));
  });

  test('is that of the snapshot that was read, also while another one writes', (t) => {
    const { db, other } = open(t);
    const read = db.read(() => {
      const version = versionOf(db);
      other.exec("INSERT INTO pools (nombre) VALUES ('Norte')");
      return { version, again: versionOf(db), pools: db.sql('SELECT count(*) AS n FROM pools').get()?.n };
    });
    const pools = db.sql('SELECT count(*) AS n FROM pools').get()?.n as number;
    assert.deepEqual([read.again, read.pools], [read.version, pools - 1]);
    assert.notEqual(versionOf(db), read.version);
  });
});
