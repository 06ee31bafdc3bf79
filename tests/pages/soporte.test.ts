import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { tokenOf, visit } from '#tests/support/screen.ts';

const host = '127.0.0.1:3000';

const download = async (house: PageHouse) => {
  const token = tokenOf(await visit(house, '/sistema'));
  const answer = await house.app.inject({
    ...{ method: 'POST', url: '/sistema/soporte' },
    headers: { host, origin: `http://${host}`, 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({ _csrf: token }).toString(),
  });
  const files = Object.entries(unzipSync(answer.rawPayload)).map(([name, bytes]) => [name, strFromU8(bytes)] as const);
  return { headers: answer.headers, files: new Map(files), all: files.map(([, text]) => text).join('\n') };
};

describe('the support bundle', () => {
  const now = '2026-03-02T09:00:00.000Z';
  const house = openPageHouse({ clock: manualClock(now), env: { EMAIL_PASSWORD: 'clave-del-correo' } });
  fillSample(house.db, house.folder, new Date(now));
  const logs = join(house.folder, 'logs');
  mkdirSync(logs);
  const line = {
    ...{
      level: 50,
      time: 1,
      room: 'cola',
      ciclo: 'reclamar-1a2b',
      tramite: 7,
      resourceId: '90001',
      usuario: 'ana',
      avisos: ['Juan Pérez'],
    },
    err: { type: 'Error', message: 'No se abre «Juan Pérez» 2025/160585-MUL', stack: 'Error: Juan Pérez\n    at abrir (server/x.ts:1:2)' },
    msg: 'no se ha podido',
  };
  writeFileSync(join(logs, 'cerebro.log'), `${JSON.stringify(line)}\nuna línea rota de Juan Pérez\n`);
  writeFileSync(join(logs, 'cerebro-2026-03-01-1.log'), `${JSON.stringify({ msg: 'de ayer, el primero' })}\n`);
  writeFileSync(join(logs, 'cerebro-2026-03-01-2.log'), `${JSON.stringify({ msg: 'de ayer, el segundo' })}\n`);
  house.db.sqlite.exec(
    "INSERT INTO error_log (origen, error_mensaje) VALUES ('GET /cola', 'no cuadra «Juan Pérez» en 2025/160585-MUL'); INSERT INTO ajustes (clave, valor) VALUES ('CICLO_INTERVALO_SEG', '45'), ('REINTENTOS_MAX', 'muchos'); INSERT INTO arranques (at, version, pid, motivo) VALUES ('2026-03-02T08:00:00.000Z', '0.1.0', 1, 'Un fallo que nadie esperaba: no cuadra «Juan Pérez» en 2025/160585-MUL')",
  );
  after(() => house.close());

  test('is a zip with a name that says when', async () => {
    const { headers, files } = await download(house);
    assert.equal(headers['content-type'], 'application/zip');
    assert.equal(headers['content-disposition'], 'attachment; filename="cerebro-soporte-2026-03-02T0900.zip"');
    assert.deepEqual(
      [...files.keys()],
      [
        ...['LEEME.txt', 'versiones.json', 'ajustes.json', 'puertas.txt', 'ciclos.json', 'base.json', 'cola.json', 'tablas.json'],
        ...['avisos.json', 'errores.json'],
        ...['cerebro', 'lanzador', 'balanceador', 'callbacks'].map((part) => `registros/${part}.log`),
      ],
    );
  });

  test('tells each setting with where it comes from, the secret ones masked', async () => {
    const settings = JSON.parse((await download(house)).files.get('ajustes.json') ?? '');
    assert.deepEqual(settings.CICLO_INTERVALO_SEG, { valor: 45, de: 'panel' });
    assert.deepEqual(settings.PORT, { valor: 3000, de: 'por defecto' });
    assert.deepEqual(settings.BOT_USER.de, 'entorno');
    assert.deepEqual(settings.REINTENTOS_MAX, { valor: 4, de: 'por defecto' });
    assert.equal(settings.EMAIL_PASSWORD.valor, '(oculto)');
    assert.equal(settings.ORIGEN_URL.valor, '(oculto)');
  });

  test('counts the rows of every table, and tells the doors, the cycles and the versions', async () => {
    const { files } = await download(house);
    assert.equal(JSON.parse(files.get('tablas.json') ?? '').error_log, 1);
    assert.match(files.get('puertas.txt') ?? '', /^origen +bien +sqlite: muestra\.db$/m);
    assert.equal(JSON.parse(files.get('ciclos.json') ?? '').ahora[0].name, 'reclamar');
    assert.equal(JSON.parse(files.get('versiones.json') ?? '').node, process.version);
  });

  test('tells which avisos are open by their clave, the database and what is in the queue', async () => {
    const { files } = await download(house);
    const avisos = JSON.parse(files.get('avisos.json') ?? '') as { clave: string }[];
    assert.ok(avisos.length > 0 && avisos.every(({ clave }) => clave !== '[oculto]'));
    const base = JSON.parse(files.get('base.json') ?? '');
    assert.ok(base.migraciones.length > 0 && base.disco.libres > 0 && Array.isArray(base.copias), files.get('base.json'));
    const cola = JSON.parse(files.get('cola.json') ?? '');
    assert.ok(cola.tramites.length > 0 && cola.motivos.length > 0);
  });

  test('brings the last lines of the logs, also of yesterday, in their order', async () => {
    const lines = ((await download(house)).files.get('registros/cerebro.log') ?? '').trimEnd().split('\n');
    assert.deepEqual(
      lines.map((one) => JSON.parse(one).msg),
      ['de ayer, el primero', 'de ayer, el segundo', 'no se ha podido', 'línea ilegible'],
    );
    assert.deepEqual(JSON.parse(lines[2] ?? ''), {
      ...{ level: 50, time: 1, room: 'cola', ciclo: 'reclamar-1a2b', tramite: 7 },
      err: { type: 'Error', message: 'No se abre ‹valor› ‹n›', stack: ['at abrir (server/x.ts:1:2)'] },
      msg: 'no se ha podido',
    });
  });

  test('holds no expediente, name, recurso, person nor secret', async () => {
    const { all } = await download(house);
    const rows = house.db.sql('SELECT expediente, resource_id FROM tramite_queue').all();
    const expedientes = rows.flatMap((row) => (row.expediente === null ? [] : [String(row.expediente)]));
    assert.ok(expedientes.length > 0);
    for (const word of ['Pérez', '160585', '90001', '"ana"', 'clave-del-correo', ...expedientes]) assert.ok(!all.includes(word), word);
  });

  test('leaves a note in the audit', async () => {
    await download(house);
    const row = house.db.sql('SELECT accion, entidad FROM auditoria ORDER BY auditoria_id DESC').get();
    assert.deepEqual(row, { accion: 'descargar', entidad: 'soporte' });
  });

  test('/sistema says what is inside and what is not', async () => {
    const { text, buttons } = await visit(house, '/sistema');
    assert.match(text, /Lleva versiones, .* No lleva recursos, trámites, expedientes, nombres/);
    assert.ok(buttons.includes('Descargar el paquete'));
  });
});
