import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import { checksOf } from '#server/doctor.ts';
import { examine, type Finding } from '#server/sistema/findings.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openStage, page, paths } from '#tests/gateways/a360-stage.ts';
import { recurso } from '#tests/support/brain.ts';
import { standUp } from '#tests/support/sql-server.ts';

const partOf = async (part: string, env: Record<string, string>): Promise<Finding> => {
  const checks = checksOf(parseConfig({ ORIGEN_URL: 'sqlite:-', BOT_USER: 'Cerebro', ...env })).filter((check) => check.part === part);
  return (await examine(checks, () => undefined))[0] as Finding;
};

const originOf = (url: string, env: Record<string, string> = {}): Promise<Finding> => partOf('Origen', { ...env, ORIGEN_URL: url });

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

test('a Control Room is entered with the real credentials and asked for a list', async (t) => {
  assert.equal((await partOf('Control Room', {})).state, 'sin configurar');
  const { url, answer } = await openStage(t);
  const env = { AA_URL: url, AA_USER: 'sam', AA_API_KEY: 'clave-de-api', CALLBACK_TOKEN: 'nuestro-secreto' };
  answer(paths.devices, page([]));
  assert.deepEqual(await partOf('Control Room', env), { part: 'Control Room', state: 'bien', detail: `${url} responde y admite a sam` });
  answer(paths.login, { status: 401, body: { message: 'Invalid credentials' } });
  const { state, detail } = await partOf('Control Room', env);
  assert.deepEqual([state, detail], ['falla', 'A360 rechaza las credenciales al entrar (401): «Invalid credentials».']);
});

test('a webhook that does not answer is told without its address, which is a secret', async () => {
  assert.equal((await partOf('Webhook', {})).state, 'sin configurar');
  const { state, detail } = await partOf('Webhook', { AVISOS_WEBHOOK_URL: 'http://127.0.0.1:1/servicio/muy-secreto' });
  assert.deepEqual([state, detail], ['falla', 'El webhook de avisos (127.0.0.1:1) no contesta.']);
});

test('the disk is judged by the limit that holds in the house at work, the copies’ folder too, and no folder is made to look at it', async (t) => {
  const DATA_DIR = temporaryFolder(t);
  const env = { DATA_DIR, DISCO_LIBRE_MIN_MB: '1', DISCO_LIBRE_AVISO_MB: '1' };
  const good = await partOf('Disco', env);
  assert.match(`${good.state}: ${good.detail}`, /^bien: .* libres en .*; copias en .*copias, en el mismo disco que los datos$/);
  assert.deepEqual(readdirSync(DATA_DIR), []);
  const little = await partOf('Disco', { ...env, DISCO_LIBRE_AVISO_MB: '1000000000' });
  assert.match(`${little.state}: ${little.detail}`, /^bien: .*queda poco en .*DISCO_LIBRE_AVISO_MB/);
  const db = openDatabase(DATA_DIR);
  db.sql(`INSERT INTO ajustes (clave, valor) VALUES ('DISCO_LIBRE_MIN_MB', '1000000000')`).run();
  db.close();
  const full = await partOf('Disco', env);
  assert.match(`${full.state}: ${full.detail}`, /^falla: Quedan .* no empieza nada nuevo \(DISCO_LIBRE_MIN_MB\)/);
});
