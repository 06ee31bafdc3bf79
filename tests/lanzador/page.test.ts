import assert from 'node:assert/strict';
import test, { afterEach, beforeEach, describe } from 'node:test';
import type { ControlRoom } from '#server/gateways/a360/a360.ts';
import { suspender } from '#server/robots/suspender.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

const at = '2026-03-02T09:00:00.000Z';
let house: PageHouse;

beforeEach(() => {
  house = openPageHouse({ clock: manualClock(at), a360: { shownAs: 'https://a360.example', check: async () => undefined } as ControlRoom });
  house.db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, kind, es_online, activo) VALUES ('1', 'P100_Uno', 'a360', 1, 1), ('2', 'P200_Dos', 'a360', 1, 0);
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia) VALUES ('31', 'VM-31', 'u31', 'RUNTIME'), ('32', 'VM-32', 'u32', NULL);
    INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('1', '31', 1), ('1', '32', 1), ('2', '31', 1);
  `);
});
afterEach(() => house.close());

const suspendPair = () =>
  house.db.write(() =>
    suspender(house.db, at, {
      ...{
        robotId: '1',
        equipoId: '31',
        codigo: 'a360_config',
        titulo: 'No se admite',
        motivo: 'Falta un permiso.',
        acciones: ['Corríjalo.'] as const,
        hasta: null,
      },
    }),
  );

describe('/lanzador', () => {
  test('says first whether it launches, and of every robot and equipo whether it starts and why', async () => {
    const { text, rows } = await visit(house, '/lanzador');
    assert.match(text, /El lanzador está en marcha\. Ahora mismo empieza 1 robot\./);
    assert.deepEqual(rows, [
      ['P100_Uno', 'VM-31', 'online', 'Empieza ahora', 'Trabaja online y el equipo está libre.'],
      ['P100_Uno', 'VM-32', 'online', 'No puede', 'El usuario del equipo no tiene licencia para ejecutar (ATTENDEDRUNTIME o RUNTIME).'],
      ['P200_Dos', 'VM-31', 'online', 'No toca', 'El robot está desactivado.'],
    ]);
  });

  test('launches nothing by being looked at', async () => {
    await visit(house, '/lanzador');
    assert.equal(house.db.sqlite.prepare('SELECT count(*) FROM ejecuciones').pluck().get(), 0);
  });

  test('shows those of a robot, of an equipo, or that start', async () => {
    assert.equal((await visit(house, '/lanzador?robot=p200')).rows.length, 1);
    assert.equal((await visit(house, '/lanzador?equipo=vm-31')).rows.length, 2);
    assert.deepEqual((await visit(house, '/lanzador?ver=empiezan')).rows.length, 1);
    assert.match((await visit(house, '/lanzador?robot=nadie')).text, /Ninguna asignación es de ese robot y ese equipo/);
  });

  test('goes page by page over thousands, and back', async () => {
    house.db.sqlite.exec(`
      INSERT INTO equipos (equipo_id, equipo, user_id, licencia)
        WITH RECURSIVE n(i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < 1119) SELECT i, 'VM-' || i, 'u' || i, 'RUNTIME' FROM n;
      INSERT INTO asignaciones (robot_id, equipo_id, reservado) SELECT '1', equipo_id, 1 FROM equipos WHERE equipo LIKE 'VM-1___';
    `);
    const first = await visit(house, '/lanzador');
    const second = await visit(house, first.links.get('Más antiguos') as string);
    assert.deepEqual([first.rows.length, second.rows.length], [50, 50]);
    assert.notDeepEqual(first.rows[0], second.rows[0]);
    const back = await visit(house, second.links.get('Más recientes') as string);
    assert.deepEqual(back.rows, first.rows);
    assert.deepEqual((await visit(house, '/lanzador?pagina=antes-999999')).rows, first.rows);
  });

  test('says that A360 is not configured', async () => {
    Object.assign(house.deps, { a360: null });
    assert.match((await visit(house, '/lanzador')).text, /A360 no está configurado \(AA_URL\): no se lanza nada\./);
  });

  test('says until when it is in its pause, here and on the Panel', async () => {
    house.db.sqlite.exec(
      "INSERT INTO ajustes (clave, valor) VALUES ('LANZADOR_PAUSA_INICIO_HHMM', '09:30'), ('LANZADOR_PAUSA_FIN_HHMM', '12:00')",
    );
    for (const page of ['/lanzador', '/'])
      assert.match(
        (await visit(house, page)).text,
        /El lanzador está en pausa hasta el 02\/03\/2026 12:00: hasta entonces no se lanza nada\./,
      );
    assert.equal((await visit(house, '/lanzador')).rows[0]?.[3], 'Empezaría');
  });
});

describe('holding the launcher', () => {
  test('asks why, tells everybody, and is written down; letting go wakes it', async () => {
    assert.equal((await send(house, '/lanzador/retener', { motivo: 'Obras en la sala' })).status, 303);
    for (const page of ['/lanzador', '/'])
      assert.match((await visit(house, page)).text, /retiene el lanzador desde el 02\/03\/2026 10:00: Obras en la sala\./);
    assert.ok((await visit(house, '/lanzador')).buttons.includes('Soltar el lanzador'));
    assert.equal((await send(house, '/lanzador/soltar')).status, 303);
    assert.match((await visit(house, '/lanzador')).text, /El lanzador está en marcha/);
    assert.deepEqual(house.woken, ['lanzar']);
    assert.deepEqual(house.db.sqlite.prepare('SELECT accion, motivo FROM auditoria ORDER BY auditoria_id').all(), [
      { accion: 'retener', motivo: 'Obras en la sala' },
      { accion: 'soltar', motivo: null },
    ]);
    assert.deepEqual(house.db.sqlite.prepare("SELECT kind FROM events WHERE entity = 'lanzador' ORDER BY event_id").pluck().all(), [
      'held',
      'let_go',
    ]);
  });

  test('without a reason is refused with 422, and the question open again', async () => {
    const screen = await send(house, '/lanzador/retener', { motivo: ' ' });
    assert.equal(screen.status, 422);
    assert.match(screen.text, /Diga por qué se retiene el lanzador\./);
    assert.match(screen.html, /<dialog class="pregunta" id="retener"[^>]* open/);
  });

  test('is not for whoever only reads', async () => {
    const reader = await signIn(house, 'lectura');
    assert.equal((await send(house, '/lanzador/retener', { motivo: 'x' }, reader)).status, 403);
    assert.doesNotMatch((await visit(house, '/lanzador', reader)).html, /lanzador\/(retener|soltar)/);
  });
});

describe('what is suspended', () => {
  test('is listed with its reason and one button, which lets it start again', async () => {
    await suspendPair();
    const before = await visit(house, '/lanzador');
    assert.deepEqual(before.rows[0]?.slice(0, 2), ['Robot P100_Uno en VM-31', 'Falta un permiso.']);
    assert.ok(before.rows.some((row) => row[4] === 'Está suspendido en este equipo: Falta un permiso.'));
    assert.match(before.html, /formaction="\/asignaciones\/1\/reanudar"/);
    assert.equal((await send(house, '/asignaciones/1/reanudar')).status, 303);
    const after = await visit(house, '/lanzador');
    assert.doesNotMatch(after.text, /Suspendido/);
    assert.equal(after.rows[0]?.[3], 'Empieza ahora');
    assert.deepEqual(house.db.sqlite.prepare('SELECT estado FROM avisos').pluck().all(), ['resuelto']);
    assert.deepEqual(house.db.sqlite.prepare('SELECT accion, entidad, entidad_id FROM auditoria').get(), {
      ...{ accion: 'reanudar', entidad: 'robot', entidad_id: '1' },
    });
  });

  test('of a robot is resumed everywhere at once, its pairs too', async () => {
    await suspendPair();
    const everywhere = {
      robotId: '1',
      equipoId: null,
      codigo: 'a360_robot',
      titulo: 'Sin destino',
      motivo: 'No hay equipos.',
      acciones: ['Corríjalo.'] as const,
      hasta: null,
    };
    await house.db.write(() => suspender(house.db, at, everywhere));
    await send(house, '/robots/1/reanudar');
    assert.equal(house.db.sqlite.prepare('SELECT count(*) FROM suspensiones WHERE reanudada_at IS NULL').pluck().get(), 0);
  });

  test('of an equipo is resumed by its own button only', async () => {
    await suspendPair();
    const equipo = {
      robotId: null,
      equipoId: '31',
      codigo: 'a360_usuario',
      titulo: 'Usuario',
      motivo: 'Borrado.',
      acciones: ['Corríjalo.'] as const,
      hasta: null,
    };
    await house.db.write(() => suspender(house.db, at, equipo));
    await send(house, '/equipos/31/reanudar');
    assert.deepEqual(house.db.sqlite.prepare('SELECT robot_id FROM suspensiones WHERE reanudada_at IS NULL').pluck().all(), ['1']);
  });

  for (const address of ['/robots/99/reanudar', '/equipos/99/reanudar', '/asignaciones/99/reanudar', '/asignaciones/x/reanudar'])
    test(`${address} of what is not there answers 404`, async () => assert.equal((await send(house, address)).status, 404));
});
