import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { checksOf } from '#server/doctor.ts';
import { examine, type Finding } from '#server/sistema/findings.ts';
import { recurso } from '#tests/support/brain.ts';
import { standUp } from '#tests/support/sql-server.ts';

const originOf = async (url: string, env: Record<string, string> = {}): Promise<Finding> => {
  const checks = checksOf(parseConfig({ ORIGEN_URL: url, BOT_USER: 'Cerebro', ...env })).filter(({ part }) => part === 'Origen');
  return (await examine(checks, () => undefined))[0] as Finding;
};

test('a server name with a mistake in it is told in one sentence that says so', async () => {
  const { state, detail } = await originOf('mssql://ana:secreta@servidor-mal-escrito.invalid/Gestion');
  assert.deepEqual(
    [state, detail],
    ['falla', 'No se encuentra el servidor «servidor-mal-escrito.invalid»: revise el nombre en ORIGEN_URL.'],
  );
});

test('a SQL Server that can be read and claimed from is fine, and nothing was changed to know it', async () => {
  const { server, close } = await standUp({ RecursosExp: [recurso(1)] });
  try {
    const good = await originOf(server.url);
    assert.match(
      `${good.state}: ${good.detail}`,
      /^bien: mssql:\/\/localhost:\d+\/Gestion responde, se deja leer y admite reclamar; no se ven dbo\.clientes, .*GRANT SELECT/,
    );
    server.faults.arm('sin_permiso', 10);
    const bad = await originOf(server.url);
    assert.match(`${bad.state}: ${bad.detail}`, /^falla: .*GRANT UPDATE/);
    const looking = await originOf(server.url, { ORIGEN_SOLO_LECTURA: '1' });
    assert.match(`${looking.state}: ${looking.detail}`, /^bien: .*\(solo lectura\) responde y se deja leer; no se ven /);
  } finally {
    await close();
  }
});
