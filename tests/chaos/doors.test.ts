import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import Database from 'better-sqlite3';
import { catchInTheAct, lockFile, openEyes, until, untilCommits } from './doors.ts';

let folder: string;
let file: string;
let writer: Database.Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cerebro-puertas-'));
  file = join(folder, 'una.db');
  writer = new Database(file, { timeout: 0 });
  writer.pragma('journal_mode = WAL');
  writer.exec('CREATE TABLE t (n INTEGER)');
});
afterEach(() => {
  writer.close();
  rmSync(folder, { recursive: true, force: true });
});

const insert = () => writer.exec('INSERT INTO t VALUES (1)');

describe('the doors of the campaign', () => {
  it('keep writers out and let readers in while a lock is held', () => {
    const lock = lockFile(file);
    assert.throws(insert, { code: 'SQLITE_BUSY' });
    const eyes = openEyes(file);
    assert.equal(eyes.one('SELECT count(*) FROM t'), 0);
    eyes.close();
    lock.release();
    insert();
  });

  it('wake at the n-th commit of somebody else', async () => {
    let woken = false;
    const waiting = untilCommits(file, 2, 10_000).then(() => {
      woken = true;
    });
    // Its eyes are open from the first turn of the loop on.
    insert();
    await new Promise((next) => setTimeout(next, 20));
    assert.equal(woken, false);
    insert();
    await waiting;
  });

  it('give up waiting for commits that never come', async () => {
    await untilCommits(join(folder, 'ninguna.db'), 1, 30);
    await untilCommits(file, 1, 30);
  });

  it('catch a state before anybody can write over it', async () => {
    const catching = catchInTheAct(file, 'SELECT count(*) FROM t', () => false);
    insert();
    const lock = await catching;
    assert.throws(insert, { code: 'SQLITE_BUSY' });
    lock?.release();
    insert();
  });

  it('say so when the state never came', async () => {
    assert.equal(await catchInTheAct(file, 'SELECT count(*) FROM t', () => true), null);
  });

  it('name what did not happen in time', async () => {
    await assert.rejects(
      until('algo que no llega', () => false, 20),
      /algo que no llega/,
    );
  });
});
