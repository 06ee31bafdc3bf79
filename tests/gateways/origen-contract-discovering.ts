import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { SourceRule } from '#server/gateways/origen/origen.ts';
import { discovered, type Harness, recurso, stager, xaloc } from './origen-stage.ts';

/** See origen-contract.ts. */
export const discovering = (harness: Harness): void => {
  const staged = stager(harness);
  describe(`${harness.name}: discovering`, () => {
    test('finds what is free, of ours and of an accepted TExp, and nothing else', () =>
      staged(
        {
          RecursosExp: [
            recurso(1),
            recurso(2, { TExp: 3 }),
            recurso(3, { TExp: 1 }),
            recurso(4, { TExp: 4 }),
            recurso(5, { TExp: null }),
            recurso(6, { Estado: 1 }),
            recurso(7, { Estado: 2 }),
            recurso(8, { Estado: null }),
            recurso(9, { Organisme: 'BASE GESTION INGRESOS' }),
            recurso(10, { Organisme: null }),
          ],
        },
        async ({ origen }) => assert.deepEqual(await discovered(origen), ['1', '2']),
      ));

    test('trims every text it reads, and tells that the expediente was padded', () =>
      staged(
        {
          RecursosExp: [
            recurso(1, { Expedient: '  2025/160585-MUL \n', Organisme: '  xaloc, Girona      ', UsuarioAsignado: 'Nom Cognom    ' }),
            recurso(2, { Expedient: '2025/160585-MUL\u00a0' }),
            recurso(3, { Expedient: null }),
          ],
        },
        async ({ origen }) => {
          const rows = await origen.rows(['1', '2', '3']);
          const facts = ['1', '2', '3'].map((id) => rows.get(id)).map((row) => [row?.expediente, row?.expedientePadded, row?.usuario]);
          assert.deepEqual(facts, [
            ['2025/160585-MUL', true, 'Nom Cognom'],
            ['2025/160585-MUL', true, ''],
            ['', false, ''],
          ]);
          assert.equal(rows.get('1')?.organisme, 'xaloc, Girona');
        },
      ));

    const likes: [rule: Partial<SourceRule>, found: string[]][] = [
      [{ patterns: ['%xaloc%'] }, ['1', '2', '3']],
      [{ patterns: ['XALOC%'] }, ['1', '2', '3']],
      [{ patterns: ['XALOC'] }, ['3']],
      [{ patterns: ['XALO'] }, []],
      [{ patterns: ['%EMPORDÀ'] }, ['1']],
      [{ patterns: ['%empordà'] }, ['1']],
      [{ patterns: ['%emporda'] }, []],
      [{ patterns: ['%GIRONÈS%'] }, ['2']],
      [{ patterns: ['%[0-9]%'] }, ['4']],
      [{ patterns: ['[^x]%'] }, ['4', '5']],
      [{ patterns: ['[a-f]%'] }, ['5']],
      [{ patterns: ['100[%]%'] }, ['4']],
      [{ patterns: ['BASE_GESTION'] }, ['5']],
      [{ patterns: ['%BASE GESTION%', '%gironès%'] }, ['2', '5']],
      [{ patterns: ['%XALOC%'], excluded: ['%gironÈs%', '%empordà'] }, ['3']],
      [{ patterns: ['%XALOC%'], texp: [3] }, ['3']],
      [{ patterns: ['%XALOC%'], onlyUnassigned: true }, ['1', '3']],
    ];
    for (const [change, found] of likes) {
      test(`asked with ${JSON.stringify(change)} finds ${found.length === 0 ? 'nothing' : found.join(' and ')}`, () =>
        staged(
          {
            RecursosExp: [
              recurso(1, { Organisme: '   XALOC - LA BISBAL D´EMPORDÀ   ', UsuarioAsignado: '   ' }),
              recurso(2, { Organisme: 'Xaloc del Gironès', UsuarioAsignado: 'Nom Cognom' }),
              recurso(3, { Organisme: 'xaloc  ', TExp: 3 }),
              recurso(4, { Organisme: '100% MADRID' }),
              recurso(5, { Organisme: 'BASE GESTION' }),
            ],
          },
          async ({ origen }) => assert.deepEqual(await discovered(origen, { ...xaloc, ...change }), found),
        ));
    }

    if (harness.looseIds.length > 0)
      test('tells a row without a usable idRecurso apart, and shows what stands there', () =>
        staged({ RecursosExp: [...harness.looseIds, 8].map((id) => recurso(id)) }, async ({ origen }) => {
          const shown: string[] = [];
          for await (const page of origen.discover(xaloc)) shown.push(...page.filter((row) => row.id === null).map((row) => row.idShown));
          assert.deepEqual(shown.sort(), harness.looseIds.map((id) => String(id ?? 'NULL')).sort());
          assert.deepEqual((await discovered(origen)).at(-1), '8');
        }));

    test('a recurso with several clients, expedientes or attachments is one recurso', () =>
      staged(
        {
          RecursosExp: [recurso(1, { numclient: 4321, IdExp: 51, automatic_id: 600 })],
          clientes: [
            { numerocliente: 4321, nif: '00000000T', Nombre: 'Aina' },
            { numerocliente: 4321, nif: '00000000T', Nombre: 'Otra' },
          ],
          expedientes: [
            { idexpediente: 51, matricula: '0000 BBB' },
            { idexpediente: 51, matricula: '1111CCC' },
          ],
          attachments_resource_documents: [
            { id: 11, automatic_id: 600, Filename: 'b.pdf' },
            { id: 9, automatic_id: 600, Filename: 'a|b, c.pdf' },
            { id: 10, automatic_id: 600, Filename: null },
          ],
        },
        async ({ origen }) => {
          assert.deepEqual(await discovered(origen), ['1']);
          const row = (await origen.rows(['1'])).get('1');
          assert.equal(row?.fields['clientes.Nombre'], 'Aina');
          assert.equal(row?.fields['expedientes.matricula'], '0000 BBB');
          assert.deepEqual((await origen.attachments(['1'])).get('1'), [
            { id: '9', filename: 'a|b, c.pdf' },
            { id: '10', filename: '' },
            { id: '11', filename: 'b.pdf' },
          ]);
        },
      ));

    test('an orphan client hides nothing', () =>
      staged(
        { RecursosExp: [recurso(1, { numclient: 9, IdExp: null })], clientes: [{ numerocliente: 4321, nif: '00000000T' }] },
        async ({ origen }) => {
          assert.deepEqual(await discovered(origen), ['1']);
          assert.equal((await origen.rows(['1'])).get('1')?.fields['clientes.nif'], undefined);
        },
      ));

    test('optional columns and tables may all be missing', () =>
      staged({ RecursosExp: [recurso(1)] }, async ({ origen }) => {
        assert.deepEqual(await discovered(origen), ['1']);
        assert.deepEqual(Object.keys((await origen.rows(['1'])).get('1')?.fields ?? {}), ['FAlta']);
        assert.equal((await origen.attachments(['1'])).size, 0);
      }));

    test('known columns come by one spelling, whatever the case at the source', () =>
      staged({ RecursosExp: [recurso(1, { MATRICULA: ' 0000BBB ', idexp: 5, otra_columna: 'x' })] }, async ({ origen }) => {
        const fields = (await origen.rows(['1'])).get('1')?.fields;
        assert.deepEqual(fields, { FAlta: '2025-01-15 10:00:00', Matricula: '0000BBB', IdExp: 5, otra_columna: 'x' });
      }));

    test('ten thousand rows come in pages of bounded size, each once', () =>
      staged({ RecursosExp: Array.from({ length: 10_000 }, (_, n) => recurso(n + 1)) }, async ({ origen }) => {
        const seen = new Set<string | null>();
        let rows = 0;
        for await (const page of origen.discover(xaloc)) {
          assert.ok(page.length <= 5000);
          rows += page.length;
          for (const row of page) seen.add(row.id);
        }
        assert.equal(rows, 10_000);
        assert.equal(seen.size, 10_000);
      }));

    test('stops between pages when it is told to', () =>
      staged({ RecursosExp: Array.from({ length: 10_000 }, (_, n) => recurso(n + 1)) }, async ({ origen }) => {
        const stop = new AbortController();
        let pages = 0;
        for await (const _ of origen.discover(xaloc, { signal: stop.signal })) {
          pages += 1;
          stop.abort();
        }
        assert.equal(pages, 1);
      }));
  });
};
