import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recurso, withBrain } from '#tests/support/brain.ts';

test('the lowest ids are dealt first, by number, over all organismos', () =>
  withBrain(
    [recurso(1000), recurso(9), recurso(100, { Organisme: 'BASE' }), recurso(20, { Organisme: 'BASE' }), recurso(3), recurso(500)],
    async (brain) => {
      brain.organismo('base', { query_organisme: 'BASE' });
      assert.equal((await brain.cycle()).claimed, 3);
      assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY CAST(resource_id AS INTEGER)'), ['3', '9', '20']);
      await brain.cycle();
      assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY CAST(resource_id AS INTEGER)'), [
        '3',
        '9',
        '20',
        '100',
        '500',
        '1000',
      ]);
    },
    { env: { CICLO_MAX_RECLAMACIONES: '3' } },
  ));

test('the limit edited in the panel holds from the next cycle on', () =>
  withBrain(
    [1, 2, 3].map((id) => recurso(id)),
    async (brain) => {
      brain.db.sqlite.exec("INSERT INTO ajustes (clave, valor) VALUES ('CICLO_MAX_RECLAMACIONES', '2')");
      assert.equal((await brain.cycle()).claimed, 2);
    },
  ));

test('limite_por_ciclo leaves the rest of the cycle to the others', () =>
  withBrain(
    [1, 2, 3, 4].map((id) => recurso(id)).concat([5, 6].map((id) => recurso(id, { Organisme: 'BASE' }))),
    async (brain) => {
      brain.organismo('base', { query_organisme: 'BASE' });
      brain.db.sqlite.exec("UPDATE organismo_config SET limite_por_ciclo = 1 WHERE site_id = 'xaloc_girona'");
      assert.equal((await brain.cycle()).claimed, 3);
      assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY 1'), ['1', '5', '6']);
    },
    { env: { CICLO_MAX_RECLAMACIONES: '3' } },
  ));

test('max_en_cola counts what still waits and never what is finished', () =>
  withBrain(
    [1, 2, 3, 4].map((id) => recurso(id)),
    async (brain) => {
      brain.db.sqlite.exec("UPDATE organismo_config SET max_en_cola = 2 WHERE site_id = 'xaloc_girona'");
      assert.equal((await brain.cycle()).claimed, 2);
      assert.equal((await brain.cycle()).claimed, 0);
      brain.db.sqlite.exec("UPDATE tramite_queue SET status = 'completed' WHERE resource_id = '1'");
      assert.equal((await brain.cycle()).claimed, 1);
    },
  ));

test('an organismo with no limit left claims nothing', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.db.sqlite.exec('UPDATE organismo_config SET limite_por_ciclo = 0');
    const summary = await brain.cycle();
    assert.deepEqual([summary.matched, summary.claimed], [1, 0]);
  }));

test('of two organismos that take a recurso the lower prioridad has it, also when it is at its limit', () =>
  withBrain([recurso(1), recurso(2)], async (brain) => {
    brain.organismo('segundo', { prioridad: 200 });
    brain.db.sqlite.exec("UPDATE organismo_config SET limite_por_ciclo = 1 WHERE site_id = 'xaloc_girona'");
    const summary = await brain.cycle();
    assert.deepEqual([summary.claimed, summary.reasons], [1, { otro_organismo: 2 }]);
    await brain.cycle();
    assert.deepEqual(brain.column('SELECT DISTINCT site_id FROM tramite_queue'), ['xaloc_girona']);
  }));

test('with the same prioridad the lower id has it', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.organismo('segundo');
    await brain.cycle();
    assert.deepEqual(brain.column('SELECT site_id FROM tramite_queue'), ['xaloc_girona']);
  }));

test('what is known is not claimed again: finished rows put in by others, and what was given back', () =>
  withBrain(
    [1, 2, 3, 4, 5].map((id) => recurso(id)),
    async (brain) => {
      brain.db.sqlite.exec(`INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('xaloc_girona', '1', 'completed');
      INSERT INTO reclamaciones (resource_id, site_id, state) VALUES ('2', 'xaloc_girona', 'released'), ('3', 'xaloc_girona', 'foreign'), ('4', 'xaloc_girona', 'lost')`);
      const { seen, matched, claimed } = await brain.cycle();
      assert.deepEqual({ seen, matched, claimed }, { seen: 5, matched: 2, claimed: 2 });
      assert.deepEqual(brain.column("SELECT resource_id FROM reclamaciones WHERE state = 'claimed' ORDER BY 1"), ['4', '5']);
    },
  ));
