import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { decide } from '#server/lanzador/pairs.ts';
import { readSnapshot } from '#server/lanzador/snapshot.ts';
import { openFilingHouse } from './filing-house.ts';

const idsAsked = (house: ReturnType<typeof openFilingHouse>): unknown[] =>
  house.calls.map(({ botInput }) => (botInput.in_IdRecurso as { string: string }).string);

describe('a robot of A360 that files for an organismo', () => {
  test('starts once per trámite, each equipo with another one, and not without any', async () => {
    const house = openFilingHouse('enviar', ['x', 'y', 'z']);
    const [a = 0, b = 0] = await house.queue('1', '2');
    assert.equal((await house.launch()).launched, 2);
    assert.deepEqual(idsAsked(house), ['1', '2']);
    assert.deepEqual(
      [house.tramite(a), house.tramite(b)],
      [
        ['processing', 1, null],
        ['processing', 1, null],
      ],
    );
    assert.deepEqual(house.rows('equipo_id, tramite_id, intento, fase, error_code'), [
      { equipo_id: 'x', tramite_id: a, intento: 1, fase: null, error_code: null },
      { equipo_id: 'y', tramite_id: b, intento: 1, fase: null, error_code: null },
    ]);
    await house.launch();
    assert.equal(house.calls.length, 2);
    assert.deepEqual(house.events(a), ['enqueued', 'started']);
  });

  test('gets the trámite beside its own variables, and never the usual repetitions', async () => {
    const house = openFilingHouse();
    const [a = 0] = await house.queue('1');
    house.set(a, 'url_directa = NULL');
    await house.queue('2');
    await house.launch();
    assert.deepEqual(house.calls[0]?.botInput, {
      in_IdRecurso: { type: 'STRING', string: '1' },
      in_Expediente: { type: 'STRING', string: '2026/1-MUL' },
      in_UrlDirecta: { type: 'STRING', string: '' },
    });
    assert.deepEqual(house.calls[1]?.botInput.in_UrlDirecta, { type: 'STRING', string: 'https://sede.test/2' });
    const own = openFilingHouse();
    own.db.sqlite.exec(`UPDATE robots SET parametros = '{"in_Oficina":"G01","in_IdRecurso":"otro"}'`);
    await own.queue('3');
    await own.launch();
    assert.deepEqual(Object.keys(own.calls[0]?.botInput ?? {}).sort(), ['in_Expediente', 'in_IdRecurso', 'in_Oficina', 'in_UrlDirecta']);
    assert.deepEqual(own.calls[0]?.botInput.in_IdRecurso, { type: 'STRING', string: '3' });
  });

  test('starts without a trámite when it serves nobody, as ever', async () => {
    const house = openFilingHouse();
    house.online('471', 'w');
    await house.launch();
    assert.deepEqual(house.rows('equipo_id, tramite_id'), [{ equipo_id: 'w', tramite_id: null }]);
  });

  test('does not start with one that waits for its hour, nor in a modo that never sends', async () => {
    const house = openFilingHouse();
    const [a = 0] = await house.queue('1');
    house.set(a, "not_before = '2027-01-01T00:00:00.000Z'");
    await house.launch();
    house.set(a, 'not_before = NULL');
    for (const modo of ['simular', 'rellenar', 'otro']) {
      house.db.sql('UPDATE organismo_config SET modo = ?').run(modo);
      await house.launch();
    }
    assert.deepEqual([house.calls.length, house.tramite(a)], [0, ['pending', 0, null]]);
  });

  test('does not take one that still runs elsewhere, though another program put it back', async () => {
    for (const estado of ['RUNNING', 'UNKNOWN']) {
      const house = openFilingHouse();
      const [a = 0] = await house.queue('1');
      await house.launch();
      house.db.sql('UPDATE ejecuciones SET estado = ?').run(estado);
      house.set(a, "status = 'pending'");
      await house.launch();
      assert.deepEqual([house.calls.length, house.tramite(a)], [1, ['processing', 1, null]], estado);
    }
  });
});

describe('in modo aprobar', () => {
  test('nothing is launched that nobody has approved, and what is approved is what the bot is given', async () => {
    const house = openFilingHouse('aprobar');
    const [a = 0, b = 0] = await house.queue('1', '2');
    const given = JSON.stringify(['a360', '4720', '1', '2026/1-MUL', 'https://sede.test/1']);
    house.set(a, `approved_at = 'x', approved_digest = '${given}'`);
    house.set(b, `approved_at = 'x', approved_digest = 'huella de una pantalla'`);
    await house.launch();
    assert.deepEqual(idsAsked(house), ['1']);
    assert.equal(house.tramite(a)[0], 'processing');
    assert.deepEqual(
      [house.tramite(b), house.events(b)],
      [
        ['awaiting_confirmation', 0, null],
        ['enqueued', 'approval_asked'],
      ],
    );
  });
});

describe('right before the call', () => {
  test('a recurso that is somebody else’s is not filed: a person looks', async () => {
    const house = openFilingHouse();
    const [a = 0, b = 0] = await house.queue('1', '2');
    house.holders.set('1', 'Otra Persona');
    await house.launch();
    assert.deepEqual(idsAsked(house), ['2']);
    assert.deepEqual([house.tramite(a), house.tramite(b)[0]], [['needs_review', 1, 'reclamacion_perdida'], 'processing']);
    assert.deepEqual(house.rows('estado, error_code')[0], { estado: 'DEPLOY_FAILED', error_code: 'reclamacion_perdida' });
    assert.equal(house.db.sql("SELECT state FROM reclamaciones WHERE resource_id = '1'").get()?.state, 'foreign');
  });

  test('a silent source does not keep it from being filed, and that is written down', async () => {
    const house = openFilingHouse();
    await house.queue('1');
    house.silent = true;
    assert.equal((await house.launch()).launched, 1);
    assert.equal(house.db.sql("SELECT count(*) AS n FROM events WHERE kind = 'origin_silent'").get()?.n, 1);
  });

  test('who holds the launcher, or changes the organismo, gets the trámite back as if nothing had been', async () => {
    for (const change of [
      'INSERT INTO lanzador (id, retenido) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET retenido = 1',
      "UPDATE organismo_config SET modo = 'simular'",
      "UPDATE organismo_config SET robot = 'otro'",
      'UPDATE robots SET activo = 0',
    ]) {
      const house = openFilingHouse('enviar', ['x']);
      const [a = 0] = await house.queue('1');
      Object.assign(house.deps, {
        origen: {
          read: async () => {
            house.db.sqlite.exec(change);
            return new Map([['1', { id: '1', expediente: '', texp: 1, estado: 0, usuario: 'Cerebro Prueba' }]]);
          },
        },
      });
      await house.launch();
      assert.deepEqual([house.calls.length, house.rows(), house.tramite(a)], [0, [], ['pending', 0, null]], change);
      assert.deepEqual(house.events(a), ['enqueued']);
    }
  });
});

test('the dry run hands out no more starts than there are trámites, and says so of the rest', () => {
  const house = openFilingHouse('enviar', ['x', 'y', 'z']);
  const now = house.clock.now();
  const whys = (tramites: number) => {
    const snapshot = { ...readSnapshot(house.db, now), tickets: [{ robotId: '4720', tramites }] };
    return decide(snapshot, { now, momentOf: () => ({ kind: 'closed' }) }).verdicts.map(({ why }) => why?.code ?? 'empieza');
  };
  assert.deepEqual(whys(0), ['sin_tramites', 'sin_tramites', 'sin_tramites']);
  assert.deepEqual(whys(2), ['empieza', 'empieza', 'sin_tramites']);
  assert.deepEqual(whys(9), ['empieza', 'empieza', 'empieza']);
});
