import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readSqlHost, type SqlHost } from '#server/lib/sql-host.ts';

describe('a SQL Server as its tools name it', () => {
  const given: readonly [string, SqlHost][] = [
    ['sql1', { host: 'sql1', port: 1433, instance: null }],
    ['sql1,14330', { host: 'sql1', port: 14_330, instance: null }],
    ['sql1, 14330', { host: 'sql1', port: 14_330, instance: null }],
    ['tcp:sql1:14330', { host: 'sql1', port: 14_330, instance: null }],
    ['sql1.casa.local\\RPA', { host: 'sql1.casa.local', port: 1433, instance: 'RPA' }],
    ['sql1\\RPA,14330', { host: 'sql1', port: 14_330, instance: null }],
    ['[::1],14330', { host: '::1', port: 14_330, instance: null }],
    ['(local)', { host: 'localhost', port: 1433, instance: null }],
  ];
  for (const [text, place] of given) test(`«${text}» is read`, () => assert.deepEqual(readSqlHost(text), place));
  for (const text of ['', 'sql1,', 'sql1,99999', 'sql1:x', 'a b']) test(`«${text}» is none`, () => assert.equal(readSqlHost(text), null));
});
