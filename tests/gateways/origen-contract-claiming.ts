import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { byId } from '#server/gateways/origen/origen.ts';
import { discovered, type Harness, held, isOrigenError, recurso, stager, us, xaloc } from './origen-stage.ts';

/** See origen-contract.ts. */
export const claiming = (harness: Harness): void => {
  const staged = stager(harness);
  describe(`${harness.name}: claiming`, () => {
    test('changes TExp and UsuarioAsignado and nothing else', () =>
      staged(
        { RecursosExp: [recurso(1, { TExp: 3, UsuarioAsignado: 'Nom Cognom  ', Matricula: '0000BBB' })] },
        async ({ origen, look }) => {
          const before = (await origen.rows(['1'])).get('1');
          assert.deepEqual([...(await origen.claim(['1'], xaloc, us))], ['1']);
          assert.deepEqual(await look('1'), { TExp: 1, Estado: 0, UsuarioAsignado: us });
          const claimed = (await origen.rows(['1'])).get('1');
          assert.deepEqual(claimed, { ...before, texp: 1, usuario: us, usuarioRaw: us });
        },
      ));

    test('takes nothing that stopped meeting the rule since it was found', () =>
      staged({ RecursosExp: [1, 2, 3, 4, 5].map((id) => recurso(id)) }, async ({ origen, change }) => {
        await change('1', { Estado: 1 });
        await change('2', { TExp: 4 });
        await change('3', { Organisme: 'BASE GESTION INGRESOS' });
        await change('4', { UsuarioAsignado: 'Nom Cognom' });
        const rule = { ...xaloc, onlyUnassigned: true };
        assert.deepEqual([...(await origen.claim(['1', '2', '3', '4', '5', '6'], rule, us))], ['5']);
      }));

    test('takes only what it is asked for', () =>
      staged({ RecursosExp: [1, 2, 3].map((id) => recurso(id)) }, async ({ origen }) => {
        await origen.claim(['2'], xaloc, us);
        assert.deepEqual(await discovered(origen), ['1', '3']);
        assert.deepEqual([...(await origen.claim([], xaloc, us))], []);
      }));

    test('a second claim of the same recurso changes nothing and says so', () =>
      staged({ RecursosExp: [recurso(1)] }, async ({ origen }) => {
        await origen.claim(['1'], xaloc, us);
        assert.equal((await origen.claim(['1'], xaloc, us)).size, 0);
      }));

    test('of eight claimers of the same two hundred each recurso has exactly one winner', () =>
      staged({ RecursosExp: Array.from({ length: 200 }, (_, n) => recurso(n + 1)) }, async ({ origen, another, look }) => {
        const ids = Array.from({ length: 200 }, (_, n) => String(n + 1));
        const others = await Promise.all(Array.from({ length: 7 }, another));
        const won = await Promise.all(
          [origen, ...others].map(async (claimer, who) => {
            const mine: string[] = [];
            for (let at = 0; at < ids.length; at += 40) mine.push(...(await claimer.claim(ids.slice(at, at + 40), xaloc, `Robot ${who}`)));
            return mine;
          }),
        );
        assert.equal(won.flat().length, 200);
        assert.equal(new Set(won.flat()).size, 200);
        for (const [who, mine] of won.entries())
          for (const id of mine.slice(0, 3)) assert.equal((await look(id)).UsuarioAsignado, `Robot ${who}`);
        await Promise.all(others.map((other) => other.close()));
      }));

    for (const organisme of ['  xaloc\u00a0 ', '\n\tXALOC · L´EMPORDÀ\r\n', '\u3000Ⅹ XALOC 😀 ñ %_[x] '])
      test(`an Organisme written ${JSON.stringify(organisme)} is judged by its trimmed text and claimed`, () =>
        staged(
          { RecursosExp: [recurso(1, { Organisme: organisme }), recurso(2, { Organisme: `BASE ${organisme}` })] },
          async ({ origen }) => {
            const rule = { ...xaloc, patterns: ['xaloc', 'xaloc%', '_ xaloc%'] };
            assert.deepEqual([...(await origen.claim(['1', '2'], rule, us))], ['1']);
          },
        ));

    for (const spelling of harness.idSpellings) {
      test(`an idRecurso written ${JSON.stringify(spelling)} is 90001 everywhere`, () =>
        staged({ RecursosExp: [recurso(spelling, { automatic_id: 600 }), recurso(900010)] }, async ({ origen }) => {
          assert.deepEqual(await discovered(origen), ['90001', '900010']);
          assert.deepEqual([...(await origen.claim(['90001'], xaloc, us))], ['90001']);
          assert.equal((await origen.read(['90001'])).get('90001')?.usuario, us);
          assert.equal((await origen.rows(['90001'])).get('90001')?.id, '90001');
          assert.deepEqual(await held(origen), ['90001']);
          assert.equal(await origen.release({ id: '90001', texp: 2, estado: 0, usuario: null }, us), 'released');
          assert.deepEqual(await discovered(origen), ['90001', '900010']);
        }));
    }

    test('when the answer is lost the error says the outcome is unknown, and reading back tells it', () =>
      staged({ RecursosExp: [recurso(1)] }, async ({ origen, losingAnswers }) => {
        const losing = await losingAnswers();
        await assert.rejects(losing.claim(['1'], xaloc, us), (error) => isOrigenError(error) && error.ambiguous);
        const holding = (await origen.read(['1'])).get('1');
        assert.deepEqual([holding?.texp, holding?.usuario], [1, us]);
        await losing.close();
      }));
  });

  describe(`${harness.name}: reading back and giving back`, () => {
    test('tells who holds each, trimmed, and leaves out what does not exist', () =>
      staged({ RecursosExp: [recurso(1, { TExp: 1, UsuarioAsignado: `${us}          ` }), recurso(2)] }, async ({ origen }) => {
        const read = await origen.read(['1', '2', '3']);
        assert.deepEqual([...read.keys()].sort(byId), ['1', '2']);
        assert.deepEqual([read.get('1')?.texp, read.get('1')?.estado, read.get('1')?.usuario], [1, 0, us]);
        assert.deepEqual([read.get('2')?.texp, read.get('2')?.usuario], [2, '']);
      }));

    test('gives back the original TExp and user, also when the name is padded there', () =>
      staged({ RecursosExp: [recurso(1, { TExp: 1, UsuarioAsignado: `${us}   ` })] }, async ({ origen, look }) => {
        assert.equal(await origen.release({ id: '1', texp: 3, estado: 0, usuario: 'Nom Cognom' }, us), 'released');
        assert.deepEqual(await look('1'), { TExp: 3, Estado: 0, UsuarioAsignado: 'Nom Cognom' });
      }));

    for (const usuario of [null, '', '   ', ' Nom Cognom   '] as const)
      test(`puts UsuarioAsignado ${JSON.stringify(usuario)} back exactly as it was read`, () =>
        staged({ RecursosExp: [recurso(1, { UsuarioAsignado: usuario })] }, async ({ origen, look }) => {
          const before = (await origen.rows(['1'])).get('1');
          assert.deepEqual([before?.usuario, before?.usuarioRaw], [(usuario ?? '').trim(), usuario]);
          await origen.claim(['1'], xaloc, us);
          await origen.release({ id: '1', texp: 2, estado: 0, usuario: before?.usuarioRaw ?? null }, us);
          assert.deepEqual(await look('1'), { TExp: 2, Estado: 0, UsuarioAsignado: usuario });
        }));

    test('what the source refuses is told apart from a source that does not answer', () =>
      staged({ RecursosExp: [recurso(1), recurso(2)] }, async ({ origen, refuseChanges, look }) => {
        await origen.claim(['1'], xaloc, us);
        await refuseChanges();
        const refused = (error: unknown) => isOrigenError(error) && error.code === 'origen_rechaza' && !error.transient && !error.ambiguous;
        await assert.rejects(origen.release({ id: '1', texp: 2, estado: 0, usuario: null }, us), refused);
        await assert.rejects(origen.claim(['2'], xaloc, us), refused);
        assert.equal((await origen.read(['1'])).get('1')?.usuario, us);
        assert.equal((await look('1')).TExp, 1);
      }));

    for (const [why, cells] of [
      ['somebody else holds', { UsuarioAsignado: 'Nom Cognom' }],
      ['is free already', { TExp: 2 }],
    ] as const) {
      test(`gives back nothing that ${why}`, () =>
        staged({ RecursosExp: [recurso(1, { TExp: 1, UsuarioAsignado: us, ...cells })] }, async ({ origen, look }) => {
          const before = await look('1');
          assert.equal(await origen.release({ id: '1', texp: 3, estado: 0, usuario: null }, us), 'not_ours');
          assert.deepEqual(await look('1'), before);
        }));
    }

    test('lists what we hold: claimed, in our name, not finished', () =>
      staged(
        {
          RecursosExp: [
            recurso(1, { TExp: 1, UsuarioAsignado: ` ${us} ` }),
            recurso(2, { TExp: 1, UsuarioAsignado: us, Estado: 1 }),
            recurso(3, { TExp: 1, UsuarioAsignado: us, Estado: 2 }),
            recurso(4, { TExp: 1, UsuarioAsignado: 'Nom Cognom' }),
            recurso(5, { TExp: 2, UsuarioAsignado: us }),
            recurso(6, { TExp: 1, UsuarioAsignado: us, Organisme: 'BASE', Estado: null }),
          ],
        },
        async ({ origen }) => assert.deepEqual(await held(origen), ['1', '2', '6']),
      ));
  });
};
