import { test } from 'node:test';
import { origenContract } from './origen-contract.ts';
import { realHarness } from './origen-real-stage.ts';
import { tdsHarness } from './origen-tds-stage.ts';

origenContract(tdsHarness('SQL Server in clear', { idSpellings: [90001], looseIds: [] }));
origenContract(
  tdsHarness(
    'SQL Server through TLS, idRecurso with decimals',
    { idSpellings: [90001, '90001.00'], looseIds: [null, -7.5, 7.5] },
    { encryption: 'required', idType: 'decimal(18,2)' },
  ),
);
origenContract(
  tdsHarness(
    'SQL Server with idRecurso as text',
    { idSpellings: ['90001', '90001.0'], looseIds: [null, '-7.5', 'siete'] },
    { idType: 'varchar(40)' },
  ),
);

const url = process.env.TEST_MSSQL_URL?.trim();
if (url) origenContract(realHarness(url));
else
  test('without TEST_MSSQL_URL no real SQL Server is asked', (t) =>
    t.diagnostic('TEST_MSSQL_URL=mssql://… runs the same suite on a real one, in schemas of its own (docs/deployment.md)'));
