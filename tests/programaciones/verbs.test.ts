import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { PageHouse } from '#tests/support/house.ts';
import { visit } from '#tests/support/screen.ts';
import { add, daily, isOnline, lent, machinesOf, openProgramaciones, post, rowOf } from './house.ts';

let house: PageHouse;
beforeEach(() => {
  house = openProgramaciones();
});
afterEach(() => house.close());
const count = () => house.db.sql('SELECT count(*) AS n FROM programaciones').get()?.n;

test('a new one takes its machines, and its robot no longer works on demand', async () => {
  const id = await add(house, { equipo_id: ['31', '32'] });
  assert.deepEqual([machinesOf(house, id), lent(house), isOnline(house, '4711')], [['31', '32'], ['33', '34'], false]);
  const { tipo_programacion: tipo, hora_inicio: hora, hora_fin: fin, tolerancia, activo } = rowOf(house, id) ?? {};
  assert.deepEqual([tipo, hora, fin, tolerancia, activo], ['Diaria', '08:00', null, 60, 1]);
  const { text } = await visit(house, `/programaciones/${id}`);
  assert.match(text, /operador local: Añadida\. Se añade VM-01 y VM-02\. Su robot deja de trabajar a demanda\./);
});

test('what its type has no use for is not stored', async () => {
  const id = await add(house, {
    equipo_id: '31',
    hora_fin: '10:00',
    dia_del_mes: '31',
    dias_semana: ['Lu', 'Mi'],
    fecha_especifica: '2026-12-01',
  });
  const { hora_fin: fin, dia_del_mes: dia, dias_semana: dias, fecha_especifica: fecha } = rowOf(house, id) ?? {};
  assert.deepEqual([fin, dia, dias, fecha], [null, null, null, null]);
});

for (const [what, fields, reason] of [
  ['no machine', {}, /Elija al menos un equipo/],
  ['a machine at rest', { equipo_id: ['31', '33'] }, /En mantenimiento, no se puede programar: VM-03/],
  ['an unknown machine', { equipo_id: '99' }, /No hay ningún equipo «99»/],
  ['a local slot', { equipo_id: 'local-1' }, /No hay ningún equipo «local-1»/],
  ['an unknown robot', { equipo_id: '31', robot_id: '1' }, /«1» no es ningún robot de A360/],
  ['a robot that runs here', { equipo_id: '31', robot_id: 'xaloc_girona' }, /no es ningún robot de A360/],
  ['no type', { equipo_id: '31', tipo_programacion: '' }, /Falta el tipo/],
  ['an hour that is none', { equipo_id: '31', hora_inicio: '24:10' }, /una hora como 08:30, y es «24:10»/],
  ['too much tolerance', { equipo_id: '31', tolerancia: '1441' }, /entre 0 y 1440, y es «1441»/],
  ['Semanal without days', { equipo_id: '31', tipo_programacion: 'Semanal' }, /Falta algún día de la semana/],
  ['Mensual without its day', { equipo_id: '31', tipo_programacion: 'Mensual' }, /Falta el día del mes/],
  ['Especifica without its date', { equipo_id: '31', tipo_programacion: 'Especifica' }, /Falta la fecha/],
  [
    'a range and the last days',
    { equipo_id: '31', tipo_programacion: 'RangoMensual', dia_inicio_mes: '1', dia_fin_mes: '2', ultimos_dias_mes: '1' },
    /una de las dos cosas/,
  ],
  [
    'a range backwards',
    { equipo_id: '31', tipo_programacion: 'RangoMensual', dia_inicio_mes: '5', dia_fin_mes: '2' },
    /no puede ser anterior al primero/,
  ],
  [
    'a cyclic one of one date',
    { equipo_id: '31', tipo_programacion: 'Especifica', fecha_especifica: '2026-12-01', es_ciclico: '1' },
    /no puede ser cíclica/,
  ],
  ['a cyclic one of no length', { equipo_id: '31', es_ciclico: '1', hora_fin: '08:00' }, /no puede ser la misma que la de inicio/],
  ['an interval of nothing', { equipo_id: '31', es_ciclico: '1', intervalo_entre_ejecuciones: '0' }, /de 1 en adelante/],
  [
    'dates backwards',
    { equipo_id: '31', fecha_inicio_ventana: '2026-12-02', fecha_fin_ventana: '2026-12-01' },
    /no puede ser anterior a la inicial/,
  ],
] as const)
  test(`refuses ${what}: 422 with the form and the reason, nothing written`, async () => {
    const screen = await post(house, '/programaciones', { ...daily, ...fields });
    assert.equal(screen.status, 422);
    assert.match(screen.text, reason);
    assert.ok(screen.fields.has('hora_inicio'));
    assert.deepEqual([count(), lent(house), isOnline(house, '4711')], [0, ['31', '33', '34'], true]);
  });

test('an overlap on a machine is refused, naming the type and the hour of the other', async () => {
  await add(house, { equipo_id: '31', tipo_programacion: 'Semanal', dias_semana: ['Lu'], hora_inicio: '23:50', tolerancia: '30' });
  const cyclic = { robot_id: '4712', tipo_programacion: 'Mensual', dia_del_mes: '1', hora_inicio: '00:00', es_ciclico: '1' };
  const refused = await post(house, '/programaciones', { ...daily, ...cyclic, equipo_id: ['31', '34'] });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /En VM-01 se solapa con la programación Semanal de las 23:50 de P12_Facturas/);
  assert.equal(count(), 1);
  assert.ok(await add(house, { ...cyclic, equipo_id: '34' }));
});

test('switched off it is in nobody’s way, and cannot be switched on into an overlap', async () => {
  const first = await add(house, { equipo_id: '31' });
  await post(house, `/programaciones/${first}`, { activo: '0' });
  await add(house, { equipo_id: '31', hora_inicio: '08:30' });
  const refused = await post(house, `/programaciones/${first}`, { activo: '1' });
  assert.equal(refused.status, 422);
  assert.match(refused.text, /Diaria de las 08:30/);
  assert.equal(rowOf(house, first)?.activo, 0);
});

test('switching on takes the robot off demand again', async () => {
  const id = await add(house, { equipo_id: '31', activo: '0' });
  assert.equal(isOnline(house, '4711'), true);
  assert.equal((await post(house, `/programaciones/${id}?vuelta=lista`, { activo: '1' })).headers.location, '/programaciones');
  assert.deepEqual([rowOf(house, id)?.activo, isOnline(house, '4711')], [1, false]);
});

test('a change keeps what the form does not speak of, and does not conflict with itself', async () => {
  const id = await add(house, { equipo_id: ['31', '32'], tolerancia: '15' });
  assert.equal((await post(house, `/programaciones/${id}`, { hora_inicio: '08:05' })).status, 303);
  assert.deepEqual([rowOf(house, id)?.hora_inicio, rowOf(house, id)?.tolerancia, machinesOf(house, id)], ['08:05', 15, ['31', '32']]);
  const { text } = await visit(house, `/programaciones/${id}`);
  assert.match(text, /Cambia: hora de inicio\./);
});

test('a machine that leaves its last programación is lent again, unless somebody else had ended that', async () => {
  const id = await add(house, { equipo_id: ['31', '32', '34'] });
  const other = await add(house, { equipo_id: '34', hora_inicio: '20:00' });
  assert.deepEqual(lent(house), ['33']);
  await post(house, `/programaciones/${id}`, { equipo_id: ['', '32'] });
  assert.deepEqual([machinesOf(house, id), lent(house)], [['32'], ['31', '33']]);
  await post(house, `/programaciones/${other}/borrar`, {});
  await post(house, `/programaciones/${id}/borrar`, {});
  assert.deepEqual([count(), lent(house)], [0, ['31', '33', '34']]);
});

test('a machine that a person keeps out of the sharing while it is in a programación stays out', async () => {
  const id = await add(house, { equipo_id: '31' });
  for (const permite of ['1', '0']) await post(house, '/equipos/31', { permite_balanceo_dinamico: permite });
  await post(house, `/programaciones/${id}/borrar`, {});
  assert.equal(lent(house).includes('31'), false);
});

test('with every machine unticked it is refused, and keeps them', async () => {
  const id = await add(house, { equipo_id: '31' });
  assert.equal((await post(house, `/programaciones/${id}`, { equipo_id: '' })).status, 422);
  assert.deepEqual(machinesOf(house, id), ['31']);
});

test('a machine that rests meanwhile may stay', async () => {
  const id = await add(house, { equipo_id: '31' });
  house.db.sqlite.exec("UPDATE equipos SET activo_sam = 0 WHERE equipo_id = '31'");
  assert.equal((await post(house, `/programaciones/${id}`, { hora_inicio: '09:00', equipo_id: ['', '31'] })).status, 303);
});

test('saving without changes writes nothing', async () => {
  const id = await add(house, { equipo_id: '31' });
  const events = () => house.db.sql('SELECT count(*) AS n FROM events').get()?.n;
  const before = events();
  await post(house, `/programaciones/${id}`, { ...daily, equipo_id: ['', '31'] });
  assert.equal(events(), before);
});

test('who did what stands in the audit', async () => {
  const id = await add(house, { equipo_id: '31' });
  await post(house, `/programaciones/${id}`, { hora_inicio: '09:00' });
  await post(house, `/programaciones/${id}`, { activo: '0' });
  await post(house, `/programaciones/${id}/borrar`, {});
  const actions = house.db.sql("SELECT accion FROM auditoria WHERE entidad = 'programacion' AND entidad_id = ? ORDER BY rowid").all(id);
  assert.deepEqual(
    actions.map(({ accion }) => accion),
    ['crear', 'editar', 'apagar', 'borrar'],
  );
});

test('what is not there answers 404', async () => {
  assert.equal((await visit(house, '/programaciones/nada')).status, 404);
  assert.equal((await post(house, '/programaciones/nada', { activo: '0' })).status, 404);
  assert.equal((await post(house, '/programaciones/nada/borrar', {})).status, 404);
});
