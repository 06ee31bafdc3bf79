import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotFoundError } from '#server/lib/errors.ts';
import type { Rehearsal } from '#server/organismos/ensayo.ts';
import { rehearse } from '#server/recursos/rehearse.ts';
import { type Brain, recurso, us, withBrain } from '#tests/support/brain.ts';

const run = async (brain: Brain, siteId = 'xaloc_girona', most?: number): Promise<Rehearsal> => {
  const rehearsed = await rehearse(brain.deps, siteId, most === undefined ? {} : { most });
  assert.ok(rehearsed.ok);
  return rehearsed.rehearsal;
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
      const { matches, rejected } = await run(brain, 'xaloc_girona', 3);
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

test('an organismo that is not valid tells why instead, and an unknown one is not found', () =>
  withBrain([], async (brain) => {
    brain.organismo('roto', { regex_expediente: '(' });
    const rehearsed = await rehearse(brain.deps, 'roto');
    assert.ok(!rehearsed.ok);
    assert.deepEqual(
      rehearsed.problems.map(({ field }) => field),
      ['regex_expediente'],
    );
    await assert.rejects(rehearse(brain.deps, 'nadie'), NotFoundError);
  }));
