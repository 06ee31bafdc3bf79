import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBack } from '#server/recursos/release.ts';
import { type Brain, recurso, withBrain } from '#tests/support/brain.ts';

const who = { usuario: 'operador', host: '127.0.0.1' };
const tramite = (brain: Brain) => brain.one('SELECT id FROM tramite_queue')?.id as number;
const state = (brain: Brain) => brain.one('SELECT state FROM reclamaciones')?.state;

const attempted = (brain: Brain, fase: string, errorCode: string | null = null) =>
  brain.db
    .sql(`INSERT INTO ejecuciones (ejecucion_id, robot_id, estado, fase, tramite_id, error_code) VALUES (?, 'r', 'RUN_FAILED', ?, ?, ?)`)
    .run(`e-${fase}`, fase, tramite(brain), errorCode);

const review = (brain: Brain) => brain.db.sqlite.exec("UPDATE tramite_queue SET status = 'needs_review'");

for (const [fase, errorCode] of [
  ['submitting', null],
  ['submitted', null],
  ['ready', 'envio_sin_constancia'],
] as const)
  test(`one under review that may have been sent (${errorCode ?? fase}) is not given back: a person says first whether it was filed`, () =>
    withBrain([recurso(1)], async (brain) => {
      await brain.cycle();
      attempted(brain, fase, errorCode);
      review(brain);
      await assert.rejects(giveBack(brain.deps, tramite(brain), who), { code: 'envio_posible' });
      assert.equal(brain.one('SELECT status FROM tramite_queue')?.status, 'needs_review');
      assert.deepEqual([brain.at(1).TExp, state(brain)], [1, 'claimed']);
    }));

test('one under review that was certainly not sent is given back, and nobody is asked to review it any more', () =>
  withBrain([recurso(1)], async (brain) => {
    await brain.cycle();
    attempted(brain, 'ready', 'reclamacion_perdida');
    review(brain);
    brain.db
      .sql(`INSERT INTO avisos (clave, nivel, ambito, naturaleza, titulo) VALUES (?, 'ALTO', 'ROBOT', 'PERMANENTE', 'x')`)
      .run(`revision:${tramite(brain)}`);
    assert.equal(await giveBack(brain.deps, tramite(brain), who), 'released');
    assert.deepEqual([brain.at(1).TExp, state(brain)], [2, 'released']);
    assert.equal(brain.one('SELECT estado FROM avisos')?.estado, 'resuelto');
  }));

test('one under review because its claim was lost is cancelled, and the source is left as it is', () =>
  withBrain([recurso(1)], async (brain) => {
    await brain.cycle();
    attempted(brain, 'ready', 'reclamacion_perdida');
    review(brain);
    brain.db.sqlite.exec("UPDATE reclamaciones SET state = 'foreign', closed_at = 'x'");
    assert.equal(await giveBack(brain.deps, tramite(brain), who), 'foreign');
    assert.equal(brain.one('SELECT status FROM tramite_queue')?.status, 'cancelled');
    assert.deepEqual([brain.at(1).TExp, state(brain)], [1, 'foreign']);
  }));
