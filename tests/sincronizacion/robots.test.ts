import assert from 'node:assert/strict';
import test from 'node:test';
import { bot } from '#tests/support/fake-control-room.ts';
import { openSync } from './support.ts';

const three = [bot(1, 'P1_UNO', { description: 'El primero' }), bot(2, 'P2_DOS'), bot(3, 'PA3_TRES')];
const a360 = "SELECT robot_id FROM robots WHERE kind = 'a360' ORDER BY robot_id";

test('new robots come active, offline and with the defaults of the table', async (t) => {
  const { sync, rows } = openSync(t, { bots: three });
  const { robots } = await sync();
  assert.deepEqual([robots?.vistos, robots?.nuevos, robots?.cambiados], [3, 3, 0]);
  assert.deepEqual(rows("SELECT * FROM robots WHERE robot_id = '1'"), [
    {
      ...{
        robot_id: '1',
        robot: 'P1_UNO',
        descripcion: 'El primero',
        kind: 'a360',
        activo: 1,
        es_online: 0,
        min_equipos: 1,
        max_equipos: -1,
      },
      ...{ prioridad_balanceo: 100, tickets_por_equipo_adicional: null, pool_id: null, parametros: null, presente_en_a360: 1 },
    },
  ]);
});

test('only those with the name and the path of the settings are added, without those of the excluded word in any case', async (t) => {
  const others = [bot(4, 'Q1_OTRO'), bot(5, 'P5_ElLoop'), bot(6, 'P6_SEIS', { path: 'Bots\\Pruebas\\P6_SEIS' }), bot(7, 'PSINCIFRA_')];
  const { sync, column } = openSync(t, { bots: [...three, ...others] });
  await sync();
  assert.deepEqual(column(a360), ['1', '2', '3']);
});

test('the pattern, the path and the word are settings', async (t) => {
  const env = { LANZADOR_SYNC_ROBOTS_PATRON: '^Q', LANZADOR_SYNC_ROBOTS_RUTA: 'Otra', LANZADOR_SYNC_ROBOTS_EXCLUIR: 'viejo' };
  const bots = [...three, bot(4, 'Q1', { path: 'Otra\\Q1' }), bot(5, 'Q2_Viejo', { path: 'Otra\\Q2' })];
  const { sync, column } = openSync(t, { bots }, env);
  await sync();
  assert.deepEqual(column(a360), ['4']);
});

test('a known one takes its new name and description, and nothing an operator wrote', async (t) => {
  const { sync, rows, db, room } = openSync(t, { bots: three });
  await sync();
  db.sqlite.exec(
    `UPDATE robots SET activo = 0, es_online = 1, min_equipos = 2, max_equipos = 5, prioridad_balanceo = 7,
       tickets_por_equipo_adicional = 3, pool_id = 'p', parametros = '{}' WHERE robot_id = '1'`,
  );
  const [before] = rows("SELECT * FROM robots WHERE robot_id = '1'");
  room.listing.bots = [bot(1, 'P1_NUEVO', { description: 'Otra' }), ...three.slice(1)];
  const { robots } = await sync();
  assert.equal(robots?.cambiados, 1);
  assert.deepEqual(rows("SELECT * FROM robots WHERE robot_id = '1'"), [{ ...before, robot: 'P1_NUEVO', descripcion: 'Otra' }]);
});

test('one that is still in A360 and interests no more is there all the same', async (t) => {
  const { sync, rows, room } = openSync(t, { bots: three });
  await sync();
  room.listing.bots = [...three.slice(0, 2), bot(3, 'RENOMBRADO')];
  await sync();
  assert.deepEqual(rows("SELECT robot, presente_en_a360 FROM robots WHERE robot_id = '3'"), [{ robot: 'RENOMBRADO', presente_en_a360: 1 }]);
});

test('one that is gone is flagged, and comes back when it does', async (t) => {
  const four = [...three, bot(4, 'P4_CUATRO')];
  const { sync, column, room } = openSync(t, { bots: four });
  await sync();
  room.listing.bots = three;
  assert.equal((await sync()).robots?.ausentes, 1);
  assert.deepEqual(column('SELECT robot_id FROM robots WHERE presente_en_a360 = 0'), ['4']);
  room.listing.bots = four;
  assert.equal((await sync()).robots?.cambiados, 1);
  assert.deepEqual(column('SELECT robot_id FROM robots WHERE presente_en_a360 = 0'), []);
});

test('the id of a Playwright robot is left alone and told', async (t) => {
  const { sync, rows, column } = openSync(t, { bots: [...three, bot('xaloc_girona', 'P9_CHOQUE')] });
  const [before] = rows("SELECT * FROM robots WHERE robot_id = 'xaloc_girona'");
  await sync();
  assert.deepEqual(rows("SELECT * FROM robots WHERE robot_id = 'xaloc_girona'"), [before]);
  assert.match(String(column("SELECT mensaje FROM sincronizaciones WHERE que = 'robots'")[0]), /robot de navegador: xaloc_girona/);
});
