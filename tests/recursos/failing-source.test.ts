import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { recurso, withBrain } from '#tests/support/brain.ts';

const down = new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true });

test('an organismo that cannot be searched does not stop the others', () =>
  withBrain([recurso(1), recurso(2, { Organisme: 'BASE' })], async (brain) => {
    brain.organismo('base', { query_organisme: 'BASE' });
    const { discover } = brain.deps.origen;
    brain.breakSource({
      discover: (rule, options) => {
        if (rule.patterns.includes('BASE')) throw new OrigenError('consulta_rechazada', 'El origen ha rechazado la consulta.');
        return discover(rule, options);
      },
    });
    const summary = await brain.cycle();
    assert.deepEqual([summary.claimed, summary.outcome], [1, 'ok']);
    const errors = brain.column("SELECT error FROM cycle_organismos WHERE site_id = 'base'");
    assert.deepEqual(errors, ['El origen ha rechazado la consulta.']);
  }));

test('an organismo whose claim is refused does not stop the others, and its recursos stay claimable', () =>
  withBrain([recurso(1), recurso(2, { Organisme: 'BASE' })], async (brain) => {
    brain.organismo('base', { query_organisme: 'BASE' });
    const { claim } = brain.deps.origen;
    brain.breakSource({
      claim: async (ids, rule, user) => {
        if (rule.patterns.includes('BASE')) throw new OrigenError('sin_permiso', 'Sin permiso.');
        return claim(ids, rule, user);
      },
    });
    const summary = await brain.cycle();
    assert.deepEqual([summary.claimed, summary.lost], [1, 1]);
    brain.mendSource();
    assert.equal((await brain.cycle()).claimed, 1);
  }));

test('a source that is down fails the cycle, leaves its record and an aviso that closes when it answers', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.breakSource({
      heldBy: () => {
        throw down;
      },
    });
    await assert.rejects(brain.cycle(), OrigenError);
    await assert.rejects(brain.cycle(), OrigenError);
    const last = brain.one('SELECT outcome, error_code, error, ended_at FROM cycles ORDER BY cycle_id DESC');
    assert.deepEqual([last?.outcome, last?.error_code, last?.error], ['failed', 'origen_no_responde', 'El origen no contesta.']);
    assert.ok(last?.ended_at);
    assert.equal(brain.one("SELECT veces FROM avisos WHERE clave = 'origen_no_responde' AND estado = 'abierto'")?.veces, 2);
    brain.mendSource();
    assert.equal((await brain.cycle()).claimed, 1);
    assert.equal(brain.one("SELECT estado FROM avisos WHERE clave = 'origen_no_responde'")?.estado, 'resuelto');
  }));

test('when not one organismo can be searched the cycle fails', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.breakSource({
      discover: () => {
        throw down;
      },
    });
    await assert.rejects(brain.cycle(), OrigenError);
  }));

test('a cycle told to stop claims nothing more and says so', () =>
  withBrain([recurso(1)], async (brain) => {
    const summary = await brain.cycle(AbortSignal.abort());
    assert.deepEqual([summary.outcome, summary.claimed], ['aborted', 0]);
    assert.equal(brain.one('SELECT outcome FROM cycles')?.outcome, 'aborted');
    assert.equal(brain.at(1).TExp, 2);
  }));

test('a stop that comes while a round is under way lets it finish and begins no other', () =>
  withBrain(
    Array.from({ length: 600 }, (_, n) => recurso(n + 1)),
    async (brain) => {
      const stop = new AbortController();
      const { claim } = brain.deps.origen;
      brain.breakSource({
        claim: (ids, rule, user) => {
          stop.abort();
          return claim(ids, rule, user);
        },
      });
      const summary = await brain.cycle(stop.signal);
      assert.ok(summary.claimed > 0 && summary.claimed < 600, String(summary.claimed));
      assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, summary.claimed);
      assert.equal(brain.one("SELECT count(*) AS n FROM reclamaciones WHERE state <> 'claimed'")?.n, 0);
      assert.equal(brain.source.prepare('SELECT count(*) FROM RecursosExp WHERE TExp = 1').pluck().get(), summary.claimed);
    },
    { env: { CICLO_MAX_RECLAMACIONES: '600' } },
  ));

test('a cycle that died is closed by the next one', () =>
  withBrain([], async (brain) => {
    brain.db.sqlite.exec("INSERT INTO cycles (name) VALUES ('reclamar'), ('otro')");
    await brain.cycle();
    assert.deepEqual(brain.column('SELECT outcome FROM cycles ORDER BY cycle_id'), ['aborted', 'running', 'ok']);
  }));
