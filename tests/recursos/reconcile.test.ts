import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { adopt } from '#server/recursos/adopt.ts';
import { reconcile } from '#server/recursos/reconcile.ts';
import { giveBack } from '#server/recursos/release.ts';
import { type Brain, recurso, us, withBrain } from '#tests/support/brain.ts';

const who = { usuario: 'operador', host: '127.0.0.1' };
const mismatches = (brain: Brain) => brain.column("SELECT kind || ' ' || resource_id FROM mismatches ORDER BY 1");
const tramite = (brain: Brain) => brain.one('SELECT id FROM tramite_queue')?.id as number;
const state = (brain: Brain) => brain.one('SELECT state FROM reclamaciones')?.state;

test('ours at the source and unknown here is listed, and goes away when it no longer is', () =>
  withBrain(
    [recurso(90001, { TExp: 1, UsuarioAsignado: `${us}   ` }), recurso(2, { TExp: 1, UsuarioAsignado: 'Nom Cognom' })],
    async (brain) => {
      assert.equal((await reconcile(brain.deps)).mismatches, 1);
      assert.deepEqual(mismatches(brain), ['unknown_here 90001']);
      assert.match(String(brain.one('SELECT detail FROM mismatches')?.detail), /2025\/190001-MUL/);
      assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 0, 'only a person queues it');
      brain.source.exec('UPDATE RecursosExp SET TExp = 2 WHERE idRecurso = 90001');
      await reconcile(brain.deps);
      assert.deepEqual(mismatches(brain), []);
    },
  ));

test('what is known is no mismatch, finished or not', () =>
  withBrain(
    [1, 2].map((id) => recurso(id)),
    async (brain) => {
      await brain.cycle();
      brain.db.sqlite.exec("UPDATE tramite_queue SET status = 'completed' WHERE resource_id = '1'");
      await reconcile(brain.deps);
      assert.deepEqual(mismatches(brain), []);
    },
  ));

test('ours here and not at the source is listed while it can still be filed', () =>
  withBrain(
    [1, 2, 3, 4].map((id) => recurso(id)),
    async (brain) => {
      await brain.cycle();
      brain.source.exec(`UPDATE RecursosExp SET UsuarioAsignado = 'Nom Cognom' WHERE idRecurso IN (1, 3);
      UPDATE RecursosExp SET Estado = 2 WHERE idRecurso = 2; DELETE FROM RecursosExp WHERE idRecurso = 4`);
      brain.db.sqlite.exec(
        "UPDATE tramite_queue SET status = 'completed' WHERE resource_id = '3'; UPDATE tramite_queue SET status = 'needs_review' WHERE resource_id = '4'",
      );
      await reconcile(brain.deps);
      assert.deepEqual(mismatches(brain), ['foreign_there 1', 'foreign_there 2', 'foreign_there 4']);
      assert.match(String(brain.one("SELECT detail FROM mismatches WHERE resource_id = '1'")?.detail), /Nom Cognom/);
      assert.equal(brain.one("SELECT status FROM tramite_queue WHERE resource_id = '1'")?.status, 'pending', 'nothing is repaired');
    },
  ));

test('a row of the queue that was never claimed is nobody else’s business', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id, status) VALUES ('x', '77', 'pending')");
    await reconcile(brain.deps);
    assert.deepEqual(mismatches(brain), []);
  }));

test('a person adopts what is ours at the source: queued, known, traced', () =>
  withBrain(
    { RecursosExp: [recurso(90001, { TExp: 1, UsuarioAsignado: us, numclient: 5 })], clientes: [{ numerocliente: 5, nif: '00000000T' }] },
    async (brain) => {
      await reconcile(brain.deps);
      const { tramiteId } = await adopt(brain.deps, ' 90001.0 ', who);
      const row = brain.one('SELECT * FROM tramite_queue WHERE id = ?', tramiteId);
      assert.deepEqual([row?.resource_id, row?.site_id, row?.status], ['90001', 'xaloc_girona', 'pending']);
      assert.equal(JSON.parse(String(row?.payload)).cliente.nif, '00000000T');
      assert.equal(state(brain), 'claimed');
      assert.deepEqual(mismatches(brain), []);
      assert.equal(brain.one("SELECT actor FROM events WHERE kind = 'adopted'")?.actor, 'operador');
      assert.equal(brain.one("SELECT usuario FROM auditoria WHERE accion = 'adoptar'")?.usuario, 'operador');
      await reconcile(brain.deps);
      assert.deepEqual(mismatches(brain), []);
      assert.deepEqual(brain.woken, ['despachar']);
    },
  ));

test('only what is ours, known to no queue and fit for an organismo is adopted', () =>
  withBrain(
    [recurso(1, { TExp: 1, UsuarioAsignado: 'Nom Cognom' }), recurso(2, { TExp: 1, UsuarioAsignado: us, Organisme: 'BASE' }), recurso(3)],
    async (brain) => {
      await assert.rejects(adopt(brain.deps, '99', who), NotFoundError);
      await assert.rejects(adopt(brain.deps, 'x', who), NotFoundError);
      await assert.rejects(adopt(brain.deps, '1', who), { code: 'no_es_nuestro' });
      await assert.rejects(adopt(brain.deps, '2', who), { code: 'sin_organismo' });
      await brain.cycle();
      await assert.rejects(adopt(brain.deps, '3', who), { code: 'ya_en_cola' });
      assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 1);
    },
  ));

test('what was given back and is ours again keeps its one trámite', () =>
  withBrain([recurso(1, { TExp: 3 })], async (brain) => {
    await brain.cycle();
    const id = tramite(brain);
    await giveBack(brain.deps, id, who);
    brain.source.prepare('UPDATE RecursosExp SET TExp = 1, UsuarioAsignado = ?').run(us);
    await reconcile(brain.deps);
    assert.deepEqual(mismatches(brain), ['unknown_here 1']);
    assert.deepEqual(await adopt(brain.deps, '1', who), { tramiteId: id });
    assert.deepEqual([state(brain), brain.one('SELECT status FROM tramite_queue')?.status], ['claimed', 'cancelled']);
    assert.equal(brain.one('SELECT texp_original FROM reclamaciones')?.texp_original, 3);
  }));

test('devolver cancels the trámite and puts TExp and user back as they were', () =>
  withBrain([recurso(1, { TExp: 3, UsuarioAsignado: 'Nom Cognom' })], async (brain) => {
    await brain.cycle();
    assert.equal(await giveBack(brain.deps, tramite(brain), who), 'released');
    assert.deepEqual(brain.at(1), { TExp: 3, Estado: 0, UsuarioAsignado: 'Nom Cognom' });
    assert.equal(brain.one('SELECT status FROM tramite_queue')?.status, 'cancelled');
    assert.deepEqual([state(brain), typeof brain.one('SELECT closed_at FROM reclamaciones')?.closed_at], ['released', 'string']);
    assert.equal((await brain.cycle()).claimed, 0, 'only a person claims it again');
    assert.deepEqual(brain.column("SELECT kind FROM events WHERE entity = 'recurso' ORDER BY event_id"), [
      'claimed',
      'release_ordered',
      'released',
    ]);
  }));

for (const usuario of ['', '   ', 'Nom Cognom   '])
  test(`devolver leaves UsuarioAsignado ${JSON.stringify(usuario)} exactly as it stood`, () =>
    withBrain([recurso(1, { UsuarioAsignado: usuario })], async (brain) => {
      await brain.cycle();
      await giveBack(brain.deps, tramite(brain), who);
      assert.equal(brain.at(1).UsuarioAsignado, usuario);
    }));

test('what was given back is told with what it went back to', () =>
  withBrain([recurso(1, { TExp: 3, UsuarioAsignado: 'Nom Cognom ' }), recurso(2)], async (brain) => {
    await brain.cycle();
    brain.source.exec("UPDATE RecursosExp SET UsuarioAsignado = 'Otra Persona' WHERE idRecurso = 2");
    for (const id of brain.column('SELECT id FROM tramite_queue')) await giveBack(brain.deps, id as number, who);
    const told = (kind: string) => JSON.parse(String(brain.one('SELECT data FROM events WHERE kind = ?', kind)?.data));
    assert.deepEqual(told('released'), { siteId: 'xaloc_girona', texp: 3, usuario: 'Nom Cognom' });
    assert.deepEqual(told('foreign'), { siteId: 'xaloc_girona', usuario: 'Otra Persona' });
  }));

test('a release the source refuses raises its own aviso and stops nothing else', () =>
  withBrain(
    [1, 2, 3].map((id) => recurso(id)),
    async (brain) => {
      await brain.cycle();
      brain.source.exec(
        "CREATE TRIGGER r BEFORE UPDATE ON RecursosExp WHEN old.idRecurso = 1 BEGIN SELECT RAISE(ABORT, 'permission denied'); END",
      );
      const [first = 0, second = 0] = brain.column('SELECT id FROM tramite_queue ORDER BY resource_id') as number[];
      assert.equal(await giveBack(brain.deps, first, who), 'ordered');
      brain.breakSource({ release: () => Promise.reject(new OrigenError('x', 'El origen no contesta.', { transient: true })) });
      assert.equal(await giveBack(brain.deps, second, who), 'ordered');
      brain.mendSource();
      brain.source.exec("INSERT INTO RecursosExp SELECT 4, '2025/190004-MUL', Organisme, 2, 0, NULL, FAlta FROM RecursosExp LIMIT 1");
      const summary = await brain.cycle();
      assert.deepEqual([summary.outcome, summary.claimed, brain.at(2).TExp, brain.at(1).TExp], ['ok', 1, 2, 1]);
      const open = () => brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'");
      assert.deepEqual(open(), ['devolucion:1']);
      assert.match(String(brain.one("SELECT detalle FROM avisos WHERE clave = 'devolucion:1'")?.detalle), /permission denied/);
      brain.source.exec('DROP TRIGGER r');
      await brain.cycle();
      assert.deepEqual([brain.at(1).TExp, open()], [2, []]);
    },
  ));

test('a return whose row somebody has in hand waits, tells nothing and stops nothing', () =>
  withBrain([recurso(1), recurso(2)], async (brain) => {
    await brain.cycle();
    const { release } = brain.deps.origen;
    brain.breakSource({
      release: async (original, user) => {
        if (original.id === '1') throw new OrigenError('origen_ocupado', 'Otro la tiene.', { transient: true, held: true });
        return release(original, user);
      },
    });
    for (const id of brain.column('SELECT id FROM tramite_queue ORDER BY resource_id'))
      assert.equal(await giveBack(brain.deps, id as number, who), id === 1 ? 'ordered' : 'released');
    assert.equal((await brain.cycle()).outcome, 'ok');
    assert.deepEqual(brain.column('SELECT clave FROM avisos'), []);
    brain.mendSource();
    assert.equal((await reconcile(brain.deps)).released, 1);
  }));

test('a release is not tried one by one against a source that does not answer', () =>
  withBrain(
    [1, 2].map((id) => recurso(id)),
    async (brain) => {
      await brain.cycle();
      let asked = 0;
      const release = () => {
        asked += 1;
        return Promise.reject(new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true }));
      };
      brain.breakSource({ release });
      for (const id of brain.column('SELECT id FROM tramite_queue')) await giveBack(brain.deps, id as number, who);
      asked = 0;
      await assert.rejects(reconcile(brain.deps), { code: 'origen_no_responde' });
      assert.deepEqual([asked, brain.column('SELECT clave FROM avisos')], [1, []]);
    },
  ));

test('a recurso somebody else has by now is not given back, and the trámite is cancelled', () =>
  withBrain([recurso(1)], async (brain) => {
    await brain.cycle();
    brain.source.exec("UPDATE RecursosExp SET UsuarioAsignado = 'Nom Cognom'");
    assert.equal(await giveBack(brain.deps, tramite(brain), who), 'foreign');
    assert.deepEqual(brain.at(1), { TExp: 1, Estado: 0, UsuarioAsignado: 'Nom Cognom' });
    assert.deepEqual([state(brain), brain.one('SELECT status FROM tramite_queue')?.status], ['foreign', 'cancelled']);
  }));

test('while the source is silent the order stands, and is carried out when it answers', () =>
  withBrain([recurso(1)], async (brain) => {
    await brain.cycle();
    brain.breakSource({ release: () => Promise.reject(new OrigenError('origen_no_responde', 'El origen no contesta.')) });
    assert.equal(await giveBack(brain.deps, tramite(brain), who), 'ordered');
    assert.equal(brain.at(1).TExp, 1);
    await assert.rejects(giveBack(brain.deps, tramite(brain), who), WrongStateError);
    brain.mendSource();
    assert.equal((await reconcile(brain.deps)).released, 1);
    assert.equal(brain.at(1).TExp, 2);
    assert.equal((await reconcile(brain.deps)).released, 0);
  }));

for (const status of ['processing', 'completed'])
  test(`a trámite in ${status} cannot be given back`, () =>
    withBrain([recurso(1)], async (brain) => {
      await brain.cycle();
      brain.db.sqlite.prepare('UPDATE tramite_queue SET status = ?').run(status);
      await assert.rejects(giveBack(brain.deps, tramite(brain), who), WrongStateError);
      assert.deepEqual([brain.at(1).TExp, state(brain)], [1, 'claimed']);
    }));

test('what was never claimed, or whose past is unknown, is not given back', () =>
  withBrain([recurso(1, { TExp: 1, UsuarioAsignado: us })], async (brain) => {
    brain.db.sqlite.exec("INSERT INTO tramite_queue (id, site_id, resource_id) VALUES (70, 'x', '77')");
    await assert.rejects(giveBack(brain.deps, 70, who), { code: 'sin_reclamacion' });
    const { tramiteId } = await adopt(brain.deps, '1', who);
    await assert.rejects(giveBack(brain.deps, tramiteId, who), { code: 'sin_original' });
    await assert.rejects(giveBack(brain.deps, 12345, who), NotFoundError);
    assert.equal(brain.at(1).TExp, 1);
  }));
