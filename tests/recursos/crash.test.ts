import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { giveBack } from '#server/recursos/release.ts';
import { type Brain, type Moment, recurso, us, withBrain } from '#tests/support/brain.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const recursos = [1, 2, 3].map((id) => recurso(id)).concat([4, 5].map((id) => recurso(id, { Organisme: 'BASE', TExp: 3 })));
const ids = ['1', '2', '3', '4', '5'];

/** What stops an operation, and whether the process is alive to notice. */
type Blow = { readonly nth: number; readonly after: boolean; readonly deadly: boolean };

const death = new Error('killed');

/** Dies, or fails, at that operation; the dead do nothing more. */
const strike = (brain: Brain, { nth, after, deadly }: Blow): { readonly name: string | null; heal(): void } => {
  const struck = { name: null as string | null, heal: (() => undefined) as () => void };
  struck.heal = brain.watch((moment: Moment) => {
    if (deadly && struck.name !== null) throw death;
    if (moment.nth !== nth || moment.done !== after) return;
    struck.name = `${moment.name}${after ? ' carried out' : ''}`;
    throw deadly || moment.name === 'write'
      ? death
      : new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true, ambiguous: after });
  });
  return struck;
};

const cycleStruck = async (brain: Brain, blow: Blow): Promise<string | null> => {
  const struck = strike(brain, blow);
  await brain.cycle().catch(() => undefined);
  struck.heal();
  return struck.name;
};

/** Two quiet cycles later everything is claimed, queued and closed, once. */
const assertWhole = async (brain: Brain, what: string): Promise<void> => {
  await brain.cycle();
  await brain.cycle();
  assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY 1'), ids, `${what}: the queue`);
  assert.deepEqual(brain.column("SELECT resource_id FROM reclamaciones WHERE state = 'claimed' ORDER BY 1"), ids, `${what}: reclamaciones`);
  assert.equal(
    brain.source.prepare('SELECT count(*) FROM RecursosExp WHERE TExp = 1 AND UsuarioAsignado = ?').pluck().get(us),
    5,
    `${what}: the source`,
  );
  assert.deepEqual(brain.column('SELECT resource_id FROM mismatches'), [], `${what}: mismatches`);
  const originals = brain.column('SELECT texp_original FROM reclamaciones ORDER BY resource_id');
  assert.deepEqual(originals, [2, 2, 2, 3, 3], `${what}: what they were`);
  const told = brain.column("SELECT entity_id FROM events WHERE entity = 'recurso' AND kind = 'claimed' ORDER BY entity_id");
  assert.deepEqual(told, ids, `${what}: told once`);
};

const withTwo = (work: (brain: Brain) => Promise<void>) =>
  withBrain(recursos, async (brain) => {
    brain.organismo('base', { query_organisme: 'BASE' });
    await work(brain);
  });

for (const deadly of [true, false])
  for (const after of [false, true])
    describe(`a cycle whose every operation in turn ${deadly ? 'is the last of its process' : 'fails'}, ${after ? 'once it is carried out' : 'before it is carried out'}`, () => {
      const name = 'leaves every recurso claimed, queued and told exactly once after the next cycles';
      test(name, async () => {
        const names = new Set<string>();
        for (let nth = 1; ; nth++) {
          let what: string | null = null;
          await withTwo(async (brain) => {
            what = await cycleStruck(brain, { nth, after, deadly });
            if (what !== null) await assertWhole(brain, `operation ${nth}, ${what}`);
          });
          if (what === null) break;
          names.add(what);
        }
        const verbs = ['discover', 'rows', 'attachments', 'claim', 'read', 'write', 'heldBy'].map((verb) =>
          after ? `${verb} carried out` : verb,
        );
        assert.deepEqual([...names].sort(), verbs.sort(), 'every verb was struck');
      });
    });

test('any series of deaths and failures, cycle after cycle, loses nothing and takes nothing twice', async () => {
  const blow = fc.record({ nth: fc.integer({ min: 1, max: 24 }), after: fc.boolean(), deadly: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(blow, { minLength: 2, maxLength: 6 }), (blows) =>
      withTwo(async (brain) => {
        for (const one of blows) await cycleStruck(brain, one);
        await assertWhole(brain, JSON.stringify(blows));
      }),
    ),
    { numRuns: 25 },
  );
});

test('a recurso taken by somebody else between the intent and the crash is not queued', () =>
  withBrain([recurso(1)], async (brain) => {
    await cycleStruck(brain, { nth: nthOf('claim'), after: false, deadly: true });
    assert.equal(brain.one('SELECT state FROM reclamaciones')?.state, 'intended');
    brain.source.exec("UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = 'Nom Cognom'");
    await brain.cycle();
    assert.equal(brain.one('SELECT state FROM reclamaciones')?.state, 'lost');
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 0);
  }));

test('a recurso of ours that somebody finished meanwhile is not queued', () =>
  withBrain([recurso(1)], async (brain) => {
    await cycleStruck(brain, { nth: nthOf('claim'), after: true, deadly: true });
    brain.source.exec('UPDATE RecursosExp SET Estado = 2');
    await brain.cycle();
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 0);
  }));

test('a claim that was carried out and taken away at once is foreign, and never claimed again', () =>
  withBrain([recurso(1)], async (brain) => {
    const { claim } = brain.deps.origen;
    brain.breakSource({
      claim: async (...order) => {
        const changed = await claim(...order);
        brain.source.exec("UPDATE RecursosExp SET UsuarioAsignado = 'Nom Cognom'");
        return changed;
      },
    });
    const summary = await brain.cycle();
    assert.deepEqual([summary.claimed, summary.lost], [0, 1]);
    assert.equal(brain.one('SELECT state FROM reclamaciones')?.state, 'foreign');
    brain.source.exec('UPDATE RecursosExp SET TExp = 2, UsuarioAsignado = NULL');
    brain.mendSource();
    assert.equal((await brain.cycle()).claimed, 0);
  }));

test('of two brains each recurso has one owner, and the other says it lost', () =>
  withBrain([recurso(1), recurso(2)], async (brain) => {
    const { claim } = brain.deps.origen;
    brain.breakSource({
      claim: async (claimed, rule, user) => {
        await claim(['1'], rule, 'Otro Cerebro');
        return claim(claimed, rule, user);
      },
    });
    const summary = await brain.cycle();
    assert.deepEqual([summary.claimed, summary.lost], [1, 1]);
    assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue'), ['2']);
    assert.equal(brain.one("SELECT state FROM reclamaciones WHERE resource_id = '1'")?.state, 'lost');
  }));

test('an update whose outcome is unknown and seems not to have happened keeps its intent open until the next cycle', () =>
  withBrain([recurso(1)], async (brain) => {
    const { claim } = brain.deps.origen;
    const order: Parameters<typeof claim>[] = [];
    brain.breakSource({
      claim: async (...asked) => {
        order.push(asked);
        throw new OrigenError('origen_no_responde', 'Tiempo agotado.', { ambiguous: true });
      },
    });
    await assert.rejects(brain.cycle(), { code: 'origen_no_admite_reclamar' });
    assert.equal(order.length, 1, 'never a blind repeat');
    assert.equal(brain.one('SELECT state FROM reclamaciones')?.state, 'intended');
    brain.mendSource();
    await claim(...(order[0] as Parameters<typeof claim>));
    const summary = await brain.cycle();
    assert.deepEqual([summary.recovered, summary.claimed], [1, 0]);
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 1);
    assert.deepEqual(brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'"), []);
  }));

test('while an update that was given up may still be carried out, its recurso is not taken for free', () => {
  const clock = manualClock();
  return withBrain(
    [recurso(1)],
    async (brain) => {
      await cycleStruck(brain, { nth: nthOf('claim'), after: false, deadly: true });
      const { claim } = brain.deps.origen;
      let claims = 0;
      brain.breakSource({
        lateChangesMs: 61_000,
        claim: (...order) => {
          claims += 1;
          return claim(...order);
        },
      });
      await clock.advance(60_999);
      assert.deepEqual([(await brain.cycle()).claimed, claims], [0, 0]);
      assert.equal(brain.one('SELECT state FROM reclamaciones')?.state, 'intended');
      await clock.advance(1);
      assert.deepEqual([(await brain.cycle()).claimed, claims], [1, 1]);
    },
    { clock },
  );
});

test('an intent whose kept row was spoilt still reaches the queue when the recurso is ours', () =>
  withBrain([recurso(1, { Matricula: '0000BBB' })], async (brain) => {
    await cycleStruck(brain, { nth: nthOf('claim'), after: true, deadly: true });
    brain.db.sqlite.exec("UPDATE reclamaciones SET source_row = '{'");
    await brain.cycle();
    const payload = JSON.parse(String(brain.one('SELECT payload FROM tramite_queue')?.payload));
    assert.deepEqual([payload.plate_number, payload.texp_original], ['0000BBB', 2]);
  }));

for (const deadly of [true, false])
  for (const after of [false, true])
    test(`giving back survives ${deadly ? 'a death' : 'a failure'} ${after ? 'after' : 'before'} each of its operations`, async () => {
      for (let nth = 1; nth <= 5; nth++)
        await withBrain([recurso(1, { TExp: 3, UsuarioAsignado: 'Nom Cognom' })], async (brain) => {
          await brain.cycle();
          const tramite = brain.one('SELECT id FROM tramite_queue')?.id as number;
          const struck = strike(brain, { nth, after, deadly });
          await giveBack(brain.deps, tramite, { usuario: 'operador' }).catch(() => undefined);
          struck.heal();
          await brain.cycle();
          const status = brain.one('SELECT status FROM tramite_queue')?.status;
          const kept = brain.one('SELECT state, closed_at FROM reclamaciones');
          const ordered = status === 'cancelled';
          const where = `operation ${nth} ${struck.name}`;
          assert.equal(kept?.state, ordered ? 'released' : 'claimed', where);
          assert.ok(kept?.closed_at, where);
          const source = ordered ? { TExp: 3, Estado: 0, UsuarioAsignado: 'Nom Cognom' } : { TExp: 1, Estado: 0, UsuarioAsignado: us };
          assert.deepEqual(brain.at(1), source, where);
          assert.equal((await brain.cycle()).claimed, 0, where);
        });
    });

/** The order of the operations of a quiet cycle over one organismo and one page. */
const nthOf = (name: 'claim'): number => {
  const quiet = ['write', 'heldBy', 'discover', 'discover', 'rows', 'attachments', 'write', 'claim'];
  return quiet.indexOf(name) + 1;
};
