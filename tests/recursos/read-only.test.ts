import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOnly } from '#server/gateways/origen/read-only.ts';
import { WrongStateError } from '#server/lib/errors.ts';
import { giveBack } from '#server/recursos/release.ts';
import { type Brain, recurso, us, withBrain } from '#tests/support/brain.ts';

const looking = (brain: Brain) => brain.breakSource(readOnly(brain.deps.origen));
const env = { ORIGEN_SOLO_LECTURA: '1' };
const who = { usuario: 'prueba', host: 'prueba' };

test('over a source that must not be written to, a cycle looks and judges, and claims nothing', () =>
  withBrain(
    [recurso(90001), recurso(90002, { Expedient: 'otra cosa' })],
    async (brain) => {
      looking(brain);
      const { matched, discarded, claimed, lost, outcome } = await brain.cycle();
      assert.deepEqual({ matched, discarded, claimed, lost, outcome }, { matched: 1, discarded: 1, claimed: 0, lost: 0, outcome: 'ok' });
      assert.deepEqual(brain.at(90001), { TExp: 2, Estado: 0, UsuarioAsignado: null });
      assert.equal(brain.one('SELECT * FROM reclamaciones'), null);
    },
    { env },
  ));

test('nothing is given back to it: the order is refused before anything is written', () =>
  withBrain(
    [recurso(90001)],
    async (brain) => {
      await asUsual(brain, () => brain.cycle());
      looking(brain);
      for (const status of ['pending', 'needs_review']) {
        brain.db.sql('UPDATE tramite_queue SET status = ?').run(status);
        await assert.rejects(
          giveBack(brain.deps, 1, who),
          (error) => error instanceof WrongStateError && /solo lectura/.test(error.message),
        );
        assert.equal(brain.one('SELECT status FROM tramite_queue')?.status, status);
      }
      assert.deepEqual(brain.column('SELECT state FROM reclamaciones'), ['claimed']);
      assert.equal(brain.one("SELECT count(*) AS n FROM events WHERE kind = 'release_ordered'")?.n, 0);
    },
    { env },
  ));

test('an order to give back from before waits there until it may be written to again', () =>
  withBrain(
    [recurso(90001)],
    async (brain) => {
      await asUsual(brain, async () => {
        await brain.cycle();
        looking(brain);
        assert.equal(await giveBack(brain.deps, 1, who), 'ordered');
      });
      assert.equal((await brain.cycle()).outcome, 'ok');
      assert.equal(brain.at(90001).UsuarioAsignado, us);
    },
    { env },
  ));

/** What was done before somebody set ORIGEN_SOLO_LECTURA. */
const asUsual = async (brain: Brain, work: () => Promise<unknown>): Promise<void> => {
  const { config } = brain.deps;
  Object.assign(brain.deps, { config: { ...config, ORIGEN_SOLO_LECTURA: false } });
  await work();
  Object.assign(brain.deps, { config });
};

test('whoever asks it to claim all the same is refused', () =>
  withBrain([recurso(90001)], async (brain) => {
    looking(brain);
    const rule = { patterns: ['%'], excluded: [], texp: [2], onlyUnassigned: false };
    await assert.rejects(brain.deps.origen.claim(['90001'], rule, us), { code: 'origen_solo_lectura' });
    assert.match(brain.deps.origen.shownAs, /solo lectura/);
  }));
