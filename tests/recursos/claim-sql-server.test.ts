import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBack } from '#server/recursos/release.ts';
import type { Tables } from '#tests/gateways/origen-stage.ts';
import { type TdsStage, tdsStage } from '#tests/gateways/origen-tds-stage.ts';
import { type Brain, recurso, withBrain } from '#tests/support/brain.ts';

/** The brain over a simulated SQL Server. */
const withServer = (ids: readonly number[], work: (brain: Brain, stage: TdsStage) => Promise<void>): Promise<void> =>
  withBrain([], async (brain) => {
    const stage = await tdsStage({ RecursosExp: ids.map((id) => recurso(id)) } as Tables);
    try {
      brain.breakSource(stage.origen);
      await work(brain, stage);
    } finally {
      await stage.close();
    }
  });

test('what a trigger complains about and leaves standing is claimed: none of it ends as lost', () =>
  withServer([1, 2, 3, 4, 5], async (brain, { server }) => {
    server.faults.arm('aviso_tras_actualizar', 1);
    const summary = await brain.cycle();
    assert.deepEqual([summary.outcome, summary.claimed, summary.lost], ['ok', 5, 0]);
    assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY 1'), ['1', '2', '3', '4', '5']);
    assert.deepEqual(brain.column('SELECT clave FROM avisos'), []);
  }));

test('a return that a trigger complains about and leaves standing is done', () =>
  withServer([1], async (brain, { server, look }) => {
    await brain.cycle();
    server.faults.arm('aviso_tras_actualizar', 1);
    assert.equal(await giveBack(brain.deps, 1, { usuario: 'prueba', host: 'prueba' }), 'released');
    assert.equal((await look('1')).TExp, 2);
    assert.deepEqual(brain.column('SELECT clave FROM avisos'), []);
  }));
