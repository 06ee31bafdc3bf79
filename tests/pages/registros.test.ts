import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test, { after, describe } from 'node:test';
import { createLog } from '#server/lib/log.ts';
import { followLevel } from '#server/sistema/log-files.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { send, visit } from '#tests/support/screen.ts';

describe('the detail of the logs', () => {
  const house = openPageHouse();
  after(() => house.close());

  test('is chosen on /sistema, kept, told in the audit, and shown from then on', async () => {
    const screen = await send(house, '/sistema/registros', { nivel: 'debug' });
    assert.deepEqual([screen.status, screen.headers.location], [303, '/sistema#registros']);
    assert.match((await visit(house, '/sistema')).html, /<option value="debug" selected>/);
    const kept = house.db.sql('SELECT accion, entidad, entidad_id, antes, despues FROM auditoria ORDER BY auditoria_id DESC').get();
    assert.deepEqual(kept, {
      accion: 'editar',
      entidad: 'ajuste',
      entidad_id: 'LOG_NIVEL',
      antes: '{"valor":"info"}',
      despues: '{"valor":"debug"}',
    });
  });

  test('one that does not exist brings the page again with the reason at the field', async () => {
    const screen = await send(house, '/sistema/registros', { nivel: 'mucho' });
    assert.equal(screen.status, 422);
    assert.match(screen.text, /Debe ser debug, info, warn, error o silent\./);
    assert.match(screen.html, /aria-invalid="true" aria-describedby="campo-nivel-motivo/);
  });
});

test('the detail follows ajustes, whoever writes there, with the next round of any cycle, and at once what is saved in Ajustes', async (t) => {
  const house = openPageHouse();
  t.after(() => house.close());
  const file = `${temporaryFolder(t)}/x.log`;
  const log = createLog('info', file);
  t.after(followLevel({ ...house.deps, log }));
  log.debug('antes');
  house.db.sqlite.exec("INSERT INTO ajustes (clave, valor) VALUES ('LOG_NIVEL', 'debug')");
  house.deps.hub.changed({ entity: 'cycle', id: 'reclamar' });
  log.debug('después');
  assert.match(readFileSync(file, 'utf8'), /^.*"msg":"después".*\n$/);
  await send(house, '/ajustes', { LOG_NIVEL: 'error' });
  log.info('tarde');
  assert.doesNotMatch(readFileSync(file, 'utf8'), /tarde/);
});
