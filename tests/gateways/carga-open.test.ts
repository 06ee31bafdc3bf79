import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openLoadProviders } from '#server/gateways/carga/open.ts';
import { systemClock } from '#server/lib/clock.ts';

const http = { CLOUDERS_URL: 'https://clouders.example/' };
const ssh = {
  ...{ CLOUDERS_SSH_HOST: 'clouders', CLOUDERS_SSH_HOST_KEY: `SHA256:${'A'.repeat(43)}`, CLOUDERS_SSH_USER: 'a', CLOUDERS_SSH_PASS: 'b' },
  ...{ CLOUDERS_MYSQL_DB_NAME: 'c', CLOUDERS_MYSQL_USER: 'd', CLOUDERS_MYSQL_PASS: 'e' },
};
const sqlServer = { SQL_RPA360_HOST: 'sql1\\RPA', SQL_RPA360_DB_NAME: 'Robots', SQL_RPA360_UID: 'u', SQL_RPA360_PWD: 'p' };

const opened = async (env: Record<string, string>): Promise<string[]> => {
  const config = parseConfig({ ORIGEN_URL: 'sqlite:x.db', BOT_USER: 'x', ...env });
  const providers = openLoadProviders(config, { clock: systemClock });
  for (const one of providers) await one.close();
  return providers.map(({ name, place }) => `${name} ${place}`);
};

describe('who counts tickets outside', () => {
  test('is nobody unless configured', async () => assert.deepEqual(await opened({}), []));

  test('is whoever is configured, with its place and without secrets', async () => {
    const [clouders = '', rpa360] = await opened({ ...http, ...sqlServer });
    assert.equal(clouders, 'clouders https://clouders.example/automatizacion/task/api/stats/pending_by_robot');
    assert.equal(rpa360, 'rpa360 mssql://sql1\\RPA/Robots');
    assert.match((await opened(ssh))[0] ?? '', /^clouders MySQL/);
  });

  test('is left out unless named', async () => {
    assert.deepEqual(await opened({ ...http, ...sqlServer, BALANCEADOR_CARGA_PROVEEDORES: 'rpa360' }), ['rpa360 mssql://sql1\\RPA/Robots']);
    assert.deepEqual(await opened({ ...http, ...sqlServer, BALANCEADOR_CARGA_PROVEEDORES: ' , ' }), []);
  });

  test('is refused by name where its address is none', async () =>
    assert.rejects(opened({ ...sqlServer, SQL_RPA360_HOST: 'sql1,x' }), /SQL_RPA360_HOST \(«sql1,x»\) debe ser servidor/));
});
