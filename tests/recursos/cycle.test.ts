import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recurso, us, withBrain } from '#tests/support/brain.ts';

test('a cycle claims at the source, verifies, and leaves a trámite with its payload, link and closed reclamación', () =>
  withBrain(
    {
      RecursosExp: [
        recurso(90001, {
          Expedient: ' 2025/160585-MUL ',
          TExp: 3,
          UsuarioAsignado: 'Nom Cognom ',
          numclient: 4321,
          automatic_id: 600,
          Matricula: '0000 bbb',
        }),
      ],
      clientes: [{ numerocliente: 4321, tipodecliente: 2, nifempresa: 'B00000000', Nombrefiscal: 'EXEMPLE SL' }],
      attachments_resource_documents: [{ id: 8, automatic_id: 600, Filename: 'denuncia.pdf' }],
    },
    async (brain) => {
      const summary = await brain.cycle();
      const { seen, matched, discarded, claimed, lost, outcome } = summary;
      assert.deepEqual(
        { seen, matched, discarded, claimed, lost, outcome },
        { seen: 1, matched: 1, discarded: 0, claimed: 1, lost: 0, outcome: 'ok' },
      );
      assert.deepEqual(brain.at(90001), { TExp: 1, Estado: 0, UsuarioAsignado: us });
      const tramite = brain.one('SELECT * FROM tramite_queue');
      assert.deepEqual(
        [tramite?.site_id, tramite?.resource_id, tramite?.expediente, tramite?.status, tramite?.priority],
        ['xaloc_girona', '90001', '2025/160585-MUL', 'pending', 100],
      );
      assert.match(String(tramite?.url_directa), /Expedient=2025%2F160585-MUL&SujetoRecurso/);
      const payload = JSON.parse(String(tramite?.payload));
      assert.equal(payload.plate_number, '0000BBB');
      assert.equal(payload.cliente.nombrefiscal, 'EXEMPLE SL');
      assert.deepEqual(
        payload.adjuntos.map((one: { id: string; filename: string }) => [one.id, one.filename]),
        [['8', 'denuncia.pdf']],
      );
      const kept = brain.one('SELECT * FROM reclamaciones');
      assert.deepEqual(
        [kept?.texp_original, kept?.estado_original, kept?.usuario_original, kept?.state, kept?.source_row],
        [3, 0, 'Nom Cognom ', 'claimed', null],
      );
      assert.ok(kept?.closed_at);
      assert.deepEqual(brain.woken, ['despachar']);
      const event = brain.one("SELECT data FROM events WHERE entity = 'recurso' AND kind = 'claimed'");
      assert.deepEqual(JSON.parse(String(event?.data)), {
        siteId: 'xaloc_girona',
        expediente: '2025/160585-MUL',
        texp: 3,
        usuario: 'Nom Cognom',
        normalised: true,
      });
    },
  ));

test('a second cycle finds nothing new', () =>
  withBrain([recurso(1), recurso(2)], async (brain) => {
    assert.equal((await brain.cycle()).claimed, 2);
    const again = await brain.cycle();
    assert.deepEqual([again.seen, again.claimed], [0, 0]);
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 2);
  }));

test('an organismo inserted from outside is worked with in the next cycle', () =>
  withBrain([recurso(1, { Organisme: 'BASE GESTION INGRESOS', Expedient: 'x' })], async (brain) => {
    assert.equal((await brain.cycle()).claimed, 0);
    brain.organismo('base_online', { query_organisme: '%BASE GESTION%' });
    assert.equal((await brain.cycle()).claimed, 1);
    assert.equal(brain.one('SELECT site_id FROM tramite_queue')?.site_id, 'base_online');
  }));

test('nothing is claimed for an organismo that is off', () =>
  withBrain([recurso(1)], async (brain) => assert.equal((await brain.cycle()).claimed, 0), { xaloc: false }));

test('an organismo that is not valid stops only itself, and an aviso says so until it is mended', () =>
  withBrain([recurso(1), recurso(2, { Organisme: 'BASE' })], async (brain) => {
    brain.organismo('roto', { query_organisme: '%BASE%', regex_expediente: '(' });
    brain.organismo('apagado', { filtro_texp: 'x', active: 0 });
    assert.equal((await brain.cycle()).claimed, 1);
    const avisos = () => brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'");
    assert.deepEqual(avisos(), ['organismo_no_valido:roto']);
    brain.db.sqlite.exec("UPDATE organismo_config SET regex_expediente = '.*' WHERE site_id = 'roto'");
    assert.equal((await brain.cycle()).claimed, 1);
    assert.deepEqual(avisos(), []);
  }));

test('what does not meet the rules is counted by reason and kept once per version of the rules', () =>
  withBrain(
    [recurso(1, { Expedient: '2026/400-MUL' }), recurso(2, { Expedient: '  ' }), recurso(null), recurso(-7.5), recurso(3)],
    async (brain) => {
      const expected = { regex_no_coincide: 1, expediente_vacio: 1, id_no_valido: 2 };
      assert.deepEqual((await brain.cycle()).reasons, expected);
      assert.deepEqual((await brain.cycle()).reasons, expected);
      const kept = () => brain.column('SELECT resource_id || reason FROM discards ORDER BY 1');
      assert.deepEqual(kept(), ['-7.5id_no_valido', '1regex_no_coincide', '2expediente_vacio', 'NULLid_no_valido']);
      brain.db.sqlite.exec("UPDATE organismo_config SET regex_expediente = '2026/.*'");
      await brain.cycle();
      assert.equal(kept().filter((one) => one === '2expediente_vacio').length, 2);
      assert.equal(brain.one("SELECT state FROM reclamaciones WHERE resource_id = '1'")?.state, 'claimed');
    },
  ));

test('a recurso that stands twice at the source is one trámite', () =>
  withBrain([recurso(1), recurso(1)], async (brain) => {
    assert.equal((await brain.cycle()).claimed, 1);
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 1);
  }));

test('a recurso whose data are useless is queued all the same', () =>
  withBrain([recurso(1, { Expedient: '2025/000001-MUL', notas: '\u0000\ud800' })], async (brain) => {
    await brain.cycle();
    assert.equal(JSON.parse(String(brain.one('SELECT payload FROM tramite_queue')?.payload)).plate_number, '');
  }));

test('the record of a cycle says what it did for each organismo and how long each phase took', () =>
  withBrain([recurso(1), recurso(2, { Expedient: 'x' })], async (brain) => {
    brain.organismo('base', { query_organisme: 'BASE' });
    const { cycleId } = await brain.cycle();
    const sites = brain.db.sqlite
      .prepare('SELECT site_id, seen, matched, discarded, claimed, lost, error FROM cycle_organismos WHERE cycle_id = ? ORDER BY id')
      .all(cycleId);
    assert.deepEqual(sites, [
      { site_id: 'xaloc_girona', seen: 2, matched: 1, discarded: 1, claimed: 1, lost: 0, error: null },
      { site_id: 'base', seen: 0, matched: 0, discarded: 0, claimed: 0, lost: 0, error: null },
    ]);
    const phases = JSON.parse(String(brain.one('SELECT phases FROM cycles')?.phases));
    assert.deepEqual(Object.keys(phases), ['reconcile', 'discover', 'prepare', 'intend', 'claim', 'verify', 'enqueue']);
  }));

test('a thousand recursos are claimed in rounds that give way to everything else', () =>
  withBrain(
    Array.from({ length: 1000 }, (_, n) => recurso(n + 1)),
    async (brain) => {
      let turns = 0;
      const ticking = setInterval(() => turns++, 1);
      assert.equal((await brain.cycle()).claimed, 1000);
      clearInterval(ticking);
      assert.ok(turns > 5, `${turns} turns`);
      assert.equal(brain.one('SELECT count(DISTINCT resource_id) AS n FROM tramite_queue')?.n, 1000);
    },
    { env: { CICLO_MAX_RECLAMACIONES: '100000' } },
  ));
