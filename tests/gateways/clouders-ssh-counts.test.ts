import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Server } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { createServer } from 'mysql2';
import { countOf, readCounts } from '#server/gateways/carga/counts.ts';
import { type OpenSsh, startOpenSsh } from '#tests/support/openssh.ts';
import { askOnce, configOf } from './clouders-stage.ts';

describe('a count', () => {
  const good: readonly (readonly [unknown, number])[] = [
    [0, 0],
    [12, 12],
    [12n, 12],
    ['12', 12],
    [' 007 ', 7],
    [-3, 0],
    [-3n, 0],
    ['-3', 0],
    [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ];
  test('is a whole number, also in digits; less than nothing is nothing', () => {
    for (const [told, count] of good) assert.equal(countOf(told), count, String(told));
  });

  test('is nothing else', () => {
    const bad = [
      null,
      undefined,
      '',
      ' ',
      'abc',
      '1.5',
      1.5,
      '1e3',
      '0x10',
      '1 2',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      true,
      [],
      {},
      [3],
      1e300,
      '9'.repeat(30),
    ];
    for (const told of bad) assert.equal(countOf(told), null, JSON.stringify(told));
  });

  test('that is none spoils the whole answer, with the name of its robot', () => {
    const answer = readCounts(
      [
        ['RBT_A', 3],
        [' RBT_B ', null],
      ],
      'Clouders',
    );
    assert.deepEqual(answer, { kind: 'failed', reason: 'Clouders da al robot «RBT_B» un número de tickets que no lo es: null.' });
  });
});

describe('through OpenSSH, a MySQL that counts in its own way', () => {
  let ssh: OpenSsh;
  before(async () => {
    ssh = await startOpenSsh();
  });
  after(() => ssh.close());

  const answered = async (rows: readonly (readonly [string | null, string | null])[]) => {
    const mysql = await standCounting(rows);
    try {
      return await askOnce(configOf(ssh, mysql.port));
    } finally {
      await ssh.idle();
      mysql.close();
    }
  };

  test('in text, with negatives, with a name twice', async () => {
    const answer = await answered([
      ['RBT_A', '12'],
      ['RBT_B', '-4'],
      ['RBT_C ', '1'],
      ['RBT_C', '2'],
    ]);
    assert.deepEqual(answer, { kind: 'ok', tickets: new Map(Object.entries({ RBT_A: 12, RBT_B: 0, RBT_C: 3 })) });
  });

  for (const count of [null, 'abc', '1.5'])
    test(`with ${count} is not believed`, async () => {
      const answer = await answered([
        ['RBT_A', '12'],
        ['RBT_B', count],
      ]);
      assert.match(JSON.stringify(answer), /"failed".*RBT_B/);
    });
});

/** A MySQL that answers every question with these rows, all of them text. */
const standCounting = async (rows: readonly (readonly [string | null, string | null])[]) => {
  const server = createServer((connection) => {
    // Each exchange is numbered anew, which this server leaves to its owner.
    const thenAnew = (work: () => void) => {
      work();
      Object.assign(connection, { sequenceId: 0 });
    };
    connection.serverHandshake({ ...greeting, authCallback: (_: unknown, done: (error: null) => void) => thenAnew(() => done(null)) });
    const answer = rows.map(([name, tickets]) => ({ name, tickets }));
    connection.on('query', () => thenAnew(() => connection.writeTextResult(answer, ['name', 'tickets'].map(columnOf))));
    connection.on('quit', () => connection.end());
    connection.on('error', () => undefined);
  });
  server.listen(0);
  const { _server: inner } = server as unknown as { _server: Server };
  await once(inner, 'listening');
  return { port: (inner.address() as { port: number }).port, close: () => inner.close() };
};

const greeting = {
  protocolVersion: 4,
  serverVersion: '5.7.0',
  connectionId: 1,
  statusFlags: 2,
  characterSet: 45,
  capabilityFlags: 0xffffff,
};
const columnOf = (name: string) => ({
  ...{ catalog: 'def', schema: '', table: '', orgTable: '', orgName: name, name },
  ...{ characterSet: 45, columnLength: 200, columnType: 253, flags: 0, decimals: 0 },
});
