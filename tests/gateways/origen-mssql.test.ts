import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate, Origen } from '#server/gateways/origen/origen.ts';
import { discovered, isOrigenError, recurso, us, xaloc } from './origen-stage.ts';
import { staged } from './origen-tds-stage.ts';

const one = { RecursosExp: [recurso(1)] };
const claimIt = (origen: Origen) => origen.claim(['1'], xaloc, us);

test('cut before the commit: the outcome is unknown, reading back finds it free, and it is claimed the next time', () =>
  staged(one, async ({ origen, server, look }) => {
    await origen.check();
    server.faults.arm('corta_antes', 1);
    await assert.rejects(claimIt(origen), (error) => isOrigenError(error) && error.ambiguous && error.transient);
    assert.equal((await look('1')).TExp, 2);
    assert.equal((await origen.read(['1'])).get('1')?.texp, 2);
    assert.deepEqual([...(await claimIt(origen))], ['1']);
  }));

test('cut after the commit: the outcome is unknown, and reading back finds it ours', () =>
  staged(one, async ({ origen, server }) => {
    server.faults.arm('corta_despues', 1);
    await assert.rejects(claimIt(origen), (error) => isOrigenError(error) && error.ambiguous);
    assert.equal((await origen.read(['1'])).get('1')?.usuario, us);
  }));

test('an answer that does not come in time leaves the outcome unknown', () =>
  staged(
    one,
    async ({ origen, server }) => {
      await origen.check();
      server.faults.arm('pausa_antes', 1);
      await assert.rejects(claimIt(origen), (error) => isOrigenError(error) && error.ambiguous && /a tiempo/.test(error.message));
    },
    { more: '&requestTimeout=300' },
  ));

test('a connection that has died meanwhile costs a question nothing', () =>
  staged(one, async ({ origen, server }) => {
    await origen.check();
    server.faults.arm('corta_consulta', 1);
    assert.equal((await origen.read(['1'])).size, 1);
  }));

test('a server that goes away is missed with a sentence, and asked again as soon as it is back', () =>
  staged(one, async ({ origen, server, restart }) => {
    assert.equal((await origen.read(['1'])).size, 1);
    await server.close();
    await assert.rejects(origen.read(['1']), (error) => isOrigenError(error) && error.transient);
    await assert.rejects(claimIt(origen), (error) => isOrigenError(error) && error.transient && !error.ambiguous);
    await restart();
    assert.deepEqual([...(await claimIt(origen))], ['1']);
  }));

test('a victim of deadlocks tries again, and gives up after a few', () =>
  staged(one, async ({ origen, server }) => {
    server.faults.arm('interbloqueo', 2);
    assert.deepEqual([...(await claimIt(origen))], ['1']);
    server.faults.arm('interbloqueo', 100);
    const original = { id: '1', texp: 2, estado: 0, usuario: null };
    await assert.rejects(origen.release(original, us), (error) => isOrigenError(error) && error.transient && !error.ambiguous);
  }));

const all = async <T>(pages: AsyncIterable<T>): Promise<T[]> => {
  const every: T[] = [];
  for await (const page of pages) every.push(page);
  return every;
};

test('a row somebody holds is passed over in the search, and never where a row left out would be taken for a row that is not there', () =>
  staged(one, async ({ origen, server }) => {
    server.faults.arm('fila_retenida', 1);
    const found = await all(origen.discover(xaloc));
    assert.deepEqual(
      found.flat().map(({ id }) => id),
      ['1'],
    );
    server.faults.arm('fila_retenida', 1);
    await assert.rejects(all(origen.heldBy(us)), { code: 'origen_ocupado', transient: true });
  }));

test('a count that is hidden, or a trigger that adds its own, changes nothing', () =>
  staged({ RecursosExp: [recurso(1), recurso(2)] }, async ({ origen, server }) => {
    server.faults.arm('sin_recuento', 1);
    assert.deepEqual([...(await claimIt(origen))], ['1']);
    server.faults.arm('con_disparador', 1);
    assert.deepEqual([...(await origen.claim(['2'], xaloc, us))], ['2']);
  }));

test('a trigger that complains and undoes nothing is a refusal whose change stands', () =>
  staged(one, async ({ origen, server }) => {
    server.faults.arm('aviso_tras_actualizar', 1);
    await assert.rejects(claimIt(origen), { code: 'origen_rechaza', ambiguous: false, message: /otra lista/ });
    assert.deepEqual((await origen.read(['1'])).get('1')?.usuario, us);
  }));

test('without permission to change, checking a claim says what to ask for, and so does a claim', () =>
  staged(one, async ({ origen, server }) => {
    await origen.checkClaim(us);
    assert.equal((await origen.read(['1'])).get('1')?.texp, 2);
    server.faults.arm('sin_permiso', 1);
    await assert.rejects(origen.checkClaim(us), { code: 'origen_sin_permiso', message: /GRANT UPDATE/ });
    await assert.rejects(claimIt(origen), { code: 'origen_sin_permiso', message: /GRANT SELECT, UPDATE/, ambiguous: false });
  }));

const withClients = { ...one, clientes: [{ numerocliente: 7, nif: '00000000T' }] };

test('a joined table that may not be read is named, by checking it and by using it', () =>
  staged(withClients, async ({ origen, server }) => {
    server.faults.arm('sin_permiso_clientes', 1);
    const message = /no tiene permiso en la tabla dbo\.clientes: pida GRANT SELECT/;
    await assert.rejects(origen.check(), { code: 'origen_sin_permiso', message });
    assert.deepEqual(await origen.unseen(), ['dbo.expedientes', 'dbo.pubExp', 'dbo.DadesIdentif', 'dbo.attachments_resource_documents']);
  }));

test('a joined table that ORIGEN_URL names and that is not there is an error', () =>
  staged(one, ({ origen }) => assert.rejects(origen.check(), { code: 'origen_sin_tabla', message: /dbo\.personas.*tabla\.clientes=/ }), {
    more: '&tabla.clientes=personas',
  }));

test('attachments that were there and are not any more are missed, and not «none»', () =>
  staged(
    {
      RecursosExp: [recurso(1, { automatic_id: 5 })],
      attachments_resource_documents: [{ id: 1, automatic_id: 5, filename: 'denuncia.pdf' }],
    },
    async ({ origen, exec }) => {
      assert.equal((await origen.attachments(['1'])).size, 1);
      exec('DROP TABLE attachments_resource_documents');
      for (let times = 0; times < 2; times += 1) await assert.rejects(origen.attachments(['1']), { code: 'origen_sin_tabla' });
    },
  ));

test('a name too long for UsuarioAsignado is told before it is needed', () =>
  staged(one, ({ origen }) => assert.rejects(origen.checkClaim('x'.repeat(201)), /no cabe en UsuarioAsignado/)));

test('a column that disappears is named, and its return is seen', () =>
  staged(one, async ({ origen, server }) => {
    await origen.check();
    server.faults.arm('falta_columna', 1);
    await assert.rejects(origen.rows(['1']), { code: 'origen_sin_columnas', message: /Matricula/ });
    assert.equal((await origen.rows(['1'])).size, 1);
  }));

test('a scan that is given up while the server takes its time ends at once, without an error', () =>
  staged(one, async ({ origen, server }) => {
    await origen.check();
    server.faults.arm('tarda', 1);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 50);
    const began = performance.now();
    for await (const _ of origen.discover(xaloc, { signal: stop.signal })) assert.fail('it found something');
    assert.ok(performance.now() - began < 2000);
  }));

test('the lock timeout is set once per connection, and is the one ORIGEN_URL asks for', () =>
  staged(
    { RecursosExp: [recurso(1), recurso(2)] },
    async ({ origen, hold }) => {
      await claimIt(origen);
      const letGo = await hold();
      const began = performance.now();
      await assert.rejects(
        origen.claim(['2'], xaloc, us),
        (error) => isOrigenError(error) && error.code === 'origen_ocupado' && error.held && !error.ambiguous,
      );
      assert.ok(performance.now() - began < 3000);
      await letGo();
    },
    { patienceMs: 60 },
  ));

test('more ids than one statement takes are claimed all the same, those no column can hold left out', () =>
  staged({ RecursosExp: Array.from({ length: 700 }, (_, n) => recurso(n + 1)) }, async ({ origen }) => {
    const ids = [...Array.from({ length: 700 }, (_, n) => String(n + 1)), '99999999999999999999999'];
    assert.equal((await origen.claim(ids, xaloc, us)).size, 700);
    assert.equal((await origen.read(ids)).size, 700);
    assert.deepEqual(await discovered(origen), []);
  }));

for (const idType of ['int', 'bigint', 'decimal(20,0)', 'float'])
  test(`an idRecurso of type ${idType} keeps every digit it has`, () =>
    staged(
      { RecursosExp: [recurso(90001), recurso(2_147_483_647)] },
      async ({ origen }) => {
        assert.deepEqual(await discovered(origen), ['90001', '2147483647']);
        assert.equal((await origen.claim(['90001', '2147483647'], xaloc, us)).size, 2);
      },
      { idType },
    ));

test('more patterns than a statement should take are judged here, and find the same', () =>
  staged({ RecursosExp: [recurso(1), recurso(2, { Organisme: 'OTRO' })] }, async ({ origen }) => {
    const patterns = [...Array.from({ length: 2200 }, (_, n) => `ORGANISMO ${n}`), '%XALOC%'];
    assert.deepEqual(await discovered(origen, { ...xaloc, patterns }), ['1']);
  }));

test('an idRecurso of text that would not be found again by its number has no use, and says so', () =>
  staged(
    { RecursosExp: ['11', '00012', ' 13', '14\t', '15.0', '16.00'].map((id) => recurso(id)) },
    async ({ origen }) => {
      const found: Candidate[] = [];
      for await (const page of origen.discover(xaloc)) found.push(...page);
      assert.deepEqual(found.flatMap(({ id }) => id ?? []).sort(), ['11', '15']);
      assert.deepEqual(found.flatMap(({ id, idShown }) => (id === null ? [idShown.trim()] : [])).sort(), ['00012', '13', '14', '16']);
      assert.equal((await origen.claim(['11', '15'], xaloc, us)).size, 2);
    },
    { idType: 'varchar(40)' },
  ));

for (const useUtc of [true, false])
  test(`dates are told as the clock of the server shows them, read ${useUtc ? 'as UTC' : 'as local time'}`, () =>
    staged(
      { RecursosExp: [recurso(1, { FAlta: '2025-07-15 23:30:00' }), recurso(2, { FAlta: '2025-01-15 00:00:00.500' })] },
      async ({ origen }) => {
        const rows = await origen.rows(['1', '2']);
        assert.deepEqual([rows.get('1')?.fields.FAlta, rows.get('2')?.fields.FAlta], ['2025-07-15 23:30:00', '2025-01-15 00:00:00.500']);
      },
      { more: `&useUTC=${useUtc}` },
    ));

test('a table and columns of other names are found through ORIGEN_URL', () =>
  staged(
    {
      RecursosExp: [{ ...recurso(1), NumExp: '2025/160585-MUL' }],
      personas: [{ numerocliente: 7, nif: '00000000T' }],
    },
    async ({ origen }) => assert.equal((await origen.rows(['1'])).get('1')?.expediente, '2025/160585-MUL'),
    { more: '&tabla=[recursos].[RECURSOSEXP]&columna.Expedient=NumExp&tabla.clientes=personas' },
  ));
