import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import type { Rehearsal } from '#server/organismos/ensayo.ts';
import { parseOrganismo } from '#server/organismos/rules.ts';
import { type RehearseOptions, rehearse } from '#server/recursos/rehearse.ts';
import { type Brain, recurso, us, withBrain } from '#tests/support/brain.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

const run = async (brain: Brain, siteId = 'xaloc_girona', options: RehearseOptions = {}): Promise<Rehearsal> => {
  const organismo = readOrganismos(brain.db).valid.find((one) => one.siteId === siteId);
  assert.ok(organismo);
  return rehearse(brain.deps, organismo, options);
};

const reasons = ({ rejected }: Rehearsal) => Object.fromEntries(rejected.map(({ reason, count }) => [reason, count]));

test('an ensayo shows what would be claimed, with its link, and changes nothing anywhere', () =>
  withBrain(
    [recurso(90001, { Expedient: ' 2025/160585-MUL ' }), recurso(2, { Organisme: 'BASE' })],
    async (brain) => {
      const before = brain.source.prepare('SELECT * FROM RecursosExp').all();
      brain.watch(({ name }) => assert.notEqual(name, 'write'));
      const { seen, matches } = await run(brain);
      assert.equal(seen, 1);
      const [match] = matches.samples;
      assert.deepEqual([match?.id, match?.expediente, match?.normalised], ['90001', '2025/160585-MUL', true]);
      assert.match(match?.url ?? '', /Expedient=2025%2F160585-MUL/);
      assert.deepEqual(brain.source.prepare('SELECT * FROM RecursosExp').all(), before);
      for (const table of ['tramite_queue', 'reclamaciones', 'discards', 'events'])
        assert.equal(brain.one(`SELECT count(*) AS n FROM ${table}`)?.n, 0, table);
    },
    { xaloc: false },
  ));

test('everything its patterns find and its rules turn down is counted with the reason, most frequent first', () =>
  withBrain(
    [
      ...[
        recurso(1, { TExp: 4 }),
        recurso(2, { TExp: 1, UsuarioAsignado: 'Nom' }),
        recurso(3, { Expedient: '' }),
        recurso(4, { Expedient: 'x' }),
      ],
      ...[recurso(5, { UsuarioAsignado: 'Nom' }), recurso(null), recurso(-7.5), recurso(6, { Organisme: 'XALOC FIGUERES' }), recurso(7)],
      ...[recurso(8, { Estado: 1 }), recurso(9, { TExp: 4 })],
    ],
    async (brain) => {
      brain.db.sqlite.exec("UPDATE organismo_config SET excluir_organisme = '%FIGUERES', solo_sin_asignar = 1");
      const rehearsal = await run(brain);
      assert.deepEqual(reasons(rehearsal), {
        ...{ texp_no_admitido: 3, id_no_valido: 2, expediente_vacio: 1, regex_no_coincide: 1, asignado_a_otro: 1, organisme_excluido: 1 },
      });
      assert.equal(rehearsal.rejected[0]?.reason, 'texp_no_admitido');
      assert.ok(rehearsal.rejected.every(({ sentence }) => sentence.endsWith('.')));
      assert.equal(rehearsal.matches.count, 1);
      assert.deepEqual(
        rehearsal.rejected.find(({ reason }) => reason === 'id_no_valido')?.samples.map(({ id }) => id),
        ['NULL', '-7.5'],
      );
    },
  ));

test('samples are few, counts are whole', () =>
  withBrain(
    Array.from({ length: 50 }, (_, n) => recurso(n + 1, n % 2 ? { Expedient: 'x' } : {})),
    async (brain) => {
      const { matches, rejected } = await run(brain, 'xaloc_girona', { most: 3 });
      assert.deepEqual([matches.count, matches.samples.length], [25, 3]);
      assert.deepEqual([rejected[0]?.count, rejected[0]?.samples.length], [25, 3]);
    },
  ));

test('the ensayo of both shows the overlap, and which of them has it', () =>
  withBrain([recurso(1), recurso(2, { TExp: 3 })], async (brain) => {
    brain.organismo('segundo', { filtro_texp: '2' });
    const first = await run(brain);
    assert.deepEqual(
      first.overlaps.samples.map(({ id, other, wins }) => [id, other, wins]),
      [['1', 'segundo', true]],
    );
    assert.equal(first.matches.count, 2);
    const second = await run(brain, 'segundo');
    assert.deepEqual(
      second.overlaps.samples.map(({ id, other, wins }) => [id, other, wins]),
      [['1', 'xaloc_girona', false]],
    );
    assert.deepEqual([second.matches.count, reasons(second)], [0, { otro_organismo: 1, texp_no_admitido: 1 }]);
  }));

test('an organismo that is off takes nothing from another one’s ensayo', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.organismo('apagado', { prioridad: 1, active: 0 });
    const { matches, overlaps } = await run(brain);
    assert.deepEqual([matches.count, overlaps.count], [1, 0]);
  }));

test('what is known already is counted apart', () =>
  withBrain([recurso(1), recurso(2)], async (brain) => {
    brain.db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('x', '1', 'completed')");
    brain.source.prepare('UPDATE RecursosExp SET UsuarioAsignado = ? WHERE idRecurso = 1').run(us);
    const { known, matches, seen } = await run(brain);
    assert.deepEqual({ known, matches: matches.count, seen }, { known: 1, matches: 1, seen: 2 });
  }));

test('rules that nobody has saved are tried as they are, over the saved ones', () =>
  withBrain([recurso(1), recurso(2, { Expedient: '2025/7-MUL' })], async (brain) => {
    const row = brain.one("SELECT * FROM organismo_config WHERE site_id = 'xaloc_girona'");
    const typed = parseOrganismo({ ...row, regex_expediente: '^\\d{4}/\\d-MUL$' });
    assert.ok(typed.ok);
    const { matches, overlaps } = await rehearse(brain.deps, typed.organismo);
    assert.deepEqual(
      matches.samples.map(({ id }) => id),
      ['2'],
    );
    assert.equal(overlaps.count, 0);
  }));

test('the others that take some of them are told once each, with how many', () =>
  withBrain([recurso(1), recurso(2), recurso(3, { TExp: 3 })], async (brain) => {
    brain.organismo('antes', { filtro_texp: '3', prioridad: 1 });
    brain.organismo('despues', { filtro_texp: '2' });
    const { rivals } = await run(brain);
    assert.deepEqual(rivals, [
      { other: 'despues', wins: true, count: 2 },
      { other: 'antes', wins: false, count: 1 },
    ]);
  }));

test('what the expression rejects although it looks right is told, beside what is accepted and what is known', () =>
  withBrain(
    [...Array.from({ length: 12 }, (_, n) => recurso(n + 1)), recurso(50, { Expedient: '2025/7-MUL' }), recurso(51, { Expedient: 'X' })],
    async (brain) => {
      const { suspects } = await run(brain);
      assert.deepEqual(
        suspects.map(({ example, count, likeness }) => [example, count, likeness]),
        [['2025/7-MUL', 1, 'cifras']],
      );
    },
  ));

test('what an exclusion leaves out says nothing about what its expedientes look like', () =>
  withBrain([recurso(1), recurso(2, { Organisme: 'XALOC FIGUERES', Expedient: '2025/7-MUL' })], async (brain) => {
    brain.db.sqlite.exec("UPDATE organismo_config SET excluir_organisme = '%FIGUERES'");
    assert.deepEqual((await run(brain)).suspects, []);
  }));

test('it stops after so many rows and says so, but not when those were all', () =>
  withBrain(
    Array.from({ length: 30 }, (_, n) => recurso(n + 1)),
    async (brain) => {
      const cut = await run(brain, 'xaloc_girona', { maxRows: 20 });
      assert.deepEqual([cut.seen, cut.partial], [20, true]);
      const whole = await run(brain, 'xaloc_girona', { maxRows: 30 });
      assert.deepEqual([whole.seen, whole.partial], [30, false]);
    },
  ));

test('it stops when its time is over and says so, with what it has seen', async () => {
  const clock = manualClock();
  await withBrain(
    [recurso(1)],
    async (brain) => {
      const real = brain.deps.origen.discover;
      brain.breakSource({
        discover: async function* (rule, options) {
          yield* real(rule);
          await clock.advance(5000);
          assert.equal(options?.signal?.aborted, true);
          throw new OrigenError('origen_cortado', 'Cortado.');
        },
      });
      const { seen, partial } = await run(brain, 'xaloc_girona', { maxMs: 5000 });
      assert.deepEqual([seen, partial], [1, true]);
      brain.mendSource();
      assert.equal((await run(brain, 'xaloc_girona', { maxMs: 5000 })).partial, false);
      assert.equal(clock.sleeping(), 0);
    },
    { clock },
  );
});

test('whoever goes away takes the question along', () =>
  withBrain([recurso(1)], async (brain) => {
    assert.deepEqual(await run(brain, 'xaloc_girona', { signal: AbortSignal.abort() }).then(({ seen }) => seen), 0);
  }));

test('a source that does not answer is a failure, not an empty one', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.breakSource({
      discover: () => {
        throw new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true });
      },
    });
    await assert.rejects(run(brain), OrigenError);
  }));

test('one cycle takes no more than its own limit, nor than the limit of all', () =>
  withBrain(
    [recurso(1)],
    async (brain) => {
      assert.equal((await run(brain)).perCycle, 7);
      brain.db.sqlite.exec('UPDATE organismo_config SET limite_por_ciclo = 3');
      assert.equal((await run(brain)).perCycle, 3);
    },
    { env: { CICLO_MAX_RECLAMACIONES: '7' } },
  ));
