import assert from 'node:assert/strict';
import test, { after, beforeEach, describe } from 'node:test';
import { findLote } from '#server/lotes/queries.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { readScreen, send, tokenOf, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

/** Three failed ones, a filed one and one that waits to be confirmed, of two organismos. */
const fill = (house: PageHouse) => {
  house.db.sqlite.exec(`DELETE FROM tramite_queue; DELETE FROM queue_counts; DELETE FROM lotes;
    INSERT INTO tramite_queue (id, site_id, resource_id, expediente, status) VALUES
      (1, 'xaloc_girona', '1', '2025/000001-MUL', 'failed'), (2, 'xaloc_girona', '2', '2025/000002-MUL', 'failed'),
      (3, 'base_online', '3', '43000-2025/3-GIM', 'failed'), (4, 'xaloc_girona', '4', '2025/000004-MUL', 'completed'),
      (5, 'xaloc_girona', '5', '2025/000005-MUL', 'awaiting_confirmation')`);
};

describe('/cola/lotes', () => {
  const house = openPageHouse({ clock: manualClock(now) });
  after(() => house.close());
  beforeEach(() => fill(house));

  const statusOf = (id: number) => house.db.sql('SELECT status FROM tramite_queue WHERE id = ?').get(id)?.status;
  const lotes = () => house.db.sql('SELECT count(*) AS n FROM lotes').get()?.n;

  /** The form with its repeated fields, as a browser sends it. */
  const sendMany = async (fields: readonly (readonly [string, string])[]) => {
    const token = tokenOf(await visit(house, '/sistema'));
    const answer = await house.app.inject({
      method: 'POST',
      url: '/cola/lotes',
      headers: { host: '127.0.0.1:3000', origin: 'http://127.0.0.1:3000', 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams([['_csrf', token], ...fields.map(([name, value]) => [name, value] as [string, string])]).toString(),
    });
    return readScreen(answer.statusCode, answer.headers, answer.body);
  };

  /** Waits, in real time, until the order has ended. */
  const ended = async (location: unknown) => {
    const id = Number(String(location).split('/').at(-1));
    while (findLote(house.db, id)?.state === 'running') await new Promise((resolve) => setImmediate(resolve));
    return visit(house, String(location));
  };

  test('the list offers what may be ordered of the rows it shows', async () => {
    assert.deepEqual((await visit(house, '/cola?estado=failed')).buttons.slice(1), ['Reintentar…', 'Devolver al origen…']);
    assert.deepEqual((await visit(house, '/cola?estado=completed')).buttons.slice(1), []);
    assert.match((await visit(house, '/cola?estado=failed&site=xaloc_girona')).text, /Todos los que coinciden \(2\)/);
  });

  test('asks first: effect and exact count, and those that do not admit it', async () => {
    const screen = await visit(house, '/cola/lotes/nuevo?accion=reintentar&id=1&id=2&id=4');
    assert.equal(screen.status, 200);
    assert.equal(screen.heading, 'Reintentar varios trámites');
    assert.match(screen.text, /Se reintentarán 2 trámites de xaloc_girona; 1 no admite la orden \(1 «presentado»\)\./);
    assert.deepEqual(screen.buttons, ['Reintentar desde el principio']);
    assert.equal(lotes(), 0);
  });

  test('all that match the filter are counted as the filter stands', async () => {
    const screen = await visit(house, '/cola/lotes/nuevo?accion=devolver&todos=si&estado=failed&site=base_online');
    assert.match(screen.text, /Se devolverá al origen 1 trámite de base_online en «Fallidos»\./);
    assert.equal(screen.links.get('Volver sin hacer nada'), '/cola?estado=failed&site=base_online');
  });

  test('confirmed, it is carried out and its page tells how it went', async () => {
    const answer = await sendMany([
      ['accion', 'reintentar'],
      ['id', '1'],
      ['id', '3'],
    ]);
    assert.equal(answer.status, 303);
    const screen = await ended(answer.headers.location);
    assert.deepEqual([statusOf(1), statusOf(2), statusOf(3)], ['pending', 'failed', 'pending']);
    assert.match(screen.text, /Terminado 2 de 2 hechos/);
    assert.match(screen.text, /Se reintentarán 2 trámites\. Lo ordenó operador local/);
    assert.match(screen.text, /Los que no admitieron la orden Ninguno\./);
    const [row] = (await visit(house, '/cola/lotes')).rows;
    assert.match(row?.join(' ') ?? '', /Lote \d+ Se reintentarán 2 trámites\. Terminado 2 de 2 hechos operador local/);
  });

  test('those that refuse are told one by one', async () => {
    house.db.sql("INSERT INTO tramite_queue (id, site_id, resource_id, status) VALUES (6, 'x', '6', 'cancelled')").run();
    const screen = await ended(
      (
        await sendMany([
          ['accion', 'reintentar'],
          ['id', '1'],
          ['id', '6'],
        ])
      ).headers.location,
    );
    assert.match(screen.text, /1 de 2 hechos; 1 no admitido/);
    assert.match(screen.text, /Trámite 6 : Este recurso ya no lo tiene Cerebro/);
  });

  test('what destroys asks why, at the field', async () => {
    const screen = await sendMany([
      ['accion', 'cancelar'],
      ['id', '5'],
      ['motivo', '  '],
    ]);
    assert.equal(screen.status, 422);
    assert.match(screen.text, /Motivo Diga por qué\./);
    assert.match(screen.text, /Se cancelará 1 trámite de xaloc_girona/);
    assert.equal(lotes(), 0);
    const done = await ended(
      (
        await sendMany([
          ['accion', 'cancelar'],
          ['id', '5'],
          ['motivo', 'Repetido'],
        ])
      ).headers.location,
    );
    assert.match(done.text, /Motivo Repetido/);
    assert.equal(statusOf(5), 'cancelled');
  });

  test('what has changed since it was counted is counted again before anything happens', async () => {
    const screen = await sendMany([
      ['accion', 'reintentar'],
      ['todos', 'si'],
      ['estado', 'failed'],
      ['total', '2'],
    ]);
    assert.equal(screen.status, 409);
    assert.match(screen.text, /han cambiado los trámites que coinciden.*Se reintentarán 3 trámites en «Fallidos»/);
    assert.equal(screen.fields.get('total'), '3');
    assert.equal(lotes(), 0);
    assert.equal(
      (
        await sendMany([
          ['accion', 'reintentar'],
          ['todos', 'si'],
          ['estado', 'failed'],
          ['total', '3'],
        ])
      ).status,
      303,
    );
  });

  test('nothing that admits it is nothing to order', async () => {
    const screen = await visit(house, '/cola/lotes/nuevo?accion=reintentar&id=4');
    assert.match(screen.text, /Se reintentarán 0 trámites; 1 no admite la orden.*No hay nada que hacer/);
    assert.deepEqual(screen.buttons, []);
    assert.equal(
      (
        await sendMany([
          ['accion', 'reintentar'],
          ['id', '4'],
        ])
      ).status,
      409,
    );
  });

  const filter = [
    ['estado', 'failed'],
    ['site', 'xaloc_girona'],
  ] as const;

  for (const [what, chosen] of [
    ['nothing', []],
    ['what is no number', [['id', 'x']]],
    ['a blank lote', [['lote', '']]],
  ] as const)
    test(`none chosen (${what}) says so over the page that asks, with the filter to go back to`, async () => {
      const fields = [['accion', 'reintentar'], ...chosen, ...filter] as [string, string][];
      const asked = await visit(house, `/cola/lotes/nuevo?${new URLSearchParams(fields)}`);
      for (const screen of [asked, await sendMany(fields)]) {
        assert.deepEqual([screen.status, screen.heading, screen.buttons], [422, 'Reintentar varios trámites', []]);
        assert.match(screen.text, /No se ha elegido ningún trámite/);
        assert.equal(screen.links.get('Volver sin hacer nada'), '/cola?estado=failed&site=xaloc_girona');
      }
      assert.equal(lotes(), 0);
    });

  test('to approve, each one is chosen by hand', async () => {
    assert.match((await visit(house, '/cola/lotes/nuevo?accion=aprobar&id=5')).text, /Se aprobará 1 trámite de xaloc_girona/);
    const fields = [['accion', 'aprobar'], ['todos', 'si'], ...filter] as [string, string][];
    for (const screen of [await visit(house, `/cola/lotes/nuevo?${new URLSearchParams(fields)}`), await sendMany(fields)]) {
      assert.deepEqual([screen.status, screen.buttons], [422, []]);
      assert.match(screen.text, /elegir los trámites uno a uno/);
      assert.equal(screen.links.get('Volver sin hacer nada'), '/cola?estado=failed&site=xaloc_girona');
    }
    assert.equal(lotes(), 0);
  });

  test('what a lote left cannot be ordered of one that is not there', async () => {
    assert.equal((await visit(house, '/cola/lotes/nuevo?accion=reintentar&lote=999')).status, 404);
    const sent = await sendMany([
      ['accion', 'reintentar'],
      ['lote', '999'],
    ]);
    assert.deepEqual([sent.status, lotes()], [404, 0]);
    assert.match(sent.text, /Ese lote no existe/);
  });

  for (const accion of ['resolver', 'borrar', '', '__proto__'])
    test(`«${accion}» is no order for many`, async () => {
      assert.equal((await visit(house, `/cola/lotes/nuevo?accion=${accion}&id=1`)).status, 404);
      assert.equal(
        (
          await sendMany([
            ['accion', accion],
            ['id', '1'],
          ])
        ).status,
        404,
      );
    });

  test('one that was interrupted says so and leads to ordering what is left', async () => {
    house.db
      .sql(
        "INSERT INTO lotes (lote_id, accion, ids, total, done, state, usuario, ended_at) VALUES (77, 'reintentar', '[4,1,2]', 3, 1, 'interrupted', 'ana', ?)",
      )
      .run(now);
    const screen = await visit(house, '/cola/lotes/77');
    assert.match(screen.text, /Interrumpido 1 de 3 hechos.*faltan 2/);
    const again = screen.links.get('Ordenar lo que falta…') ?? '';
    const asked = await visit(house, again);
    assert.match(asked.text, /Se reintentarán 2 trámites de xaloc_girona\./);
    await ended(
      (
        await sendMany([
          ['accion', 'reintentar'],
          ['lote', '77'],
          ['total', '2'],
        ])
      ).headers.location,
    );
    assert.deepEqual([statusOf(1), statusOf(2)], ['pending', 'pending']);
  });

  test('a lote that is not there is not found', async () => {
    for (const id of ['999', 'x', '-1']) assert.equal((await visit(house, `/cola/lotes/${id}`)).status, 404);
  });

  test('an empty list says how to begin', async () => {
    assert.match((await visit(house, '/cola/lotes')).text, /Todavía no se ha ordenado nada en lote/);
  });

  test('a plain form without token orders nothing', async () => {
    assert.equal((await send(house, '/cola/lotes', { accion: 'reintentar', id: '1', _csrf: 'x' })).status, 403);
    assert.equal(lotes(), 0);
  });
});
