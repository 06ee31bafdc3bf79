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
    assert.deepEqual([summary.outcome, summary.claimed, summary.lost], ['ok', 1, 1]);
    assert.deepEqual(brain.column("SELECT error FROM cycle_organismos WHERE site_id = 'base'"), ['Sin permiso.']);
    const open = () => brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'");
    assert.deepEqual(open(), ['origen_no_admite_reclamar:base']);
    brain.mendSource();
    assert.equal((await brain.cycle()).claimed, 1);
    assert.deepEqual(open(), []);
  }));

test('a row that the source refuses to change does not keep those beside it from being claimed', () =>
  withBrain(
    [1, 2, 3, 4, 5, 6, 7].map((id) => recurso(id)),
    async (brain) => {
      brain.source.exec(
        "CREATE TRIGGER r BEFORE UPDATE ON RecursosExp WHEN old.idRecurso IN (2, 5) BEGIN SELECT RAISE(ABORT, 'no tocar'); END",
      );
      const summary = await brain.cycle();
      assert.deepEqual([summary.outcome, summary.claimed, summary.lost], ['ok', 5, 2]);
      assert.deepEqual(brain.column('SELECT resource_id FROM tramite_queue ORDER BY resource_id'), ['1', '3', '4', '6', '7']);
      assert.match(String(brain.one('SELECT error FROM cycle_organismos')?.error), /no tocar/);
      assert.deepEqual(brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'"), ['origen_no_admite_reclamar:xaloc_girona']);
      assert.equal(brain.one("SELECT count(*) AS n FROM events WHERE kind = 'lost'")?.n, 0);
    },
  ));

test('what an answered claim does not count is not ours, though it bears our name: another Cerebro may go by it', () =>
  withBrain([recurso(1)], async (brain) => {
    const { claim } = brain.deps.origen;
    brain.breakSource({
      claim: async (...order) => {
        await claim(...order);
        return new Set();
      },
    });
    assert.deepEqual([(await brain.cycle()).claimed, brain.at(1).TExp], [0, 1]);
    assert.deepEqual(brain.column('SELECT state FROM reclamaciones'), ['lost']);
    assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 0);
  }));

const held = new OrigenError('origen_ocupado', 'Otro programa tiene bloqueadas las filas del origen.', { transient: true, held: true });

test('what is found and cannot be read back is counted and told', () =>
  withBrain(
    [1, 2].map((id) => recurso(id)),
    async (brain) => {
      const { rows } = brain.deps.origen;
      brain.breakSource({ rows: async (ids) => new Map([...(await rows(ids))].filter(([id]) => id !== '2')) });
      assert.equal((await brain.cycle()).claimed, 1);
      assert.match(String(brain.one('SELECT error FROM cycle_organismos')?.error), /no se pueden volver a leer por su idRecurso: 1 \(2\)/);
    },
  ));

test('a row that somebody has in hand keeps nobody else from being claimed, and is claimed later', () =>
  withBrain(
    [1, 2, 3, 4, 5].map((id) => recurso(id)),
    async (brain) => {
      const { claim, read } = brain.deps.origen;
      const unless = <T>(ids: readonly string[], work: () => Promise<T>) => (ids.includes('3') ? Promise.reject(held) : work());
      brain.breakSource({
        claim: (ids, rule, user) => unless(ids, () => claim(ids, rule, user)),
        read: (ids) => unless(ids, () => read(ids)),
      });
      const summary = await brain.cycle();
      assert.deepEqual([summary.outcome, summary.claimed], ['ok', 4]);
      const told = brain.one("SELECT nivel, naturaleza, detalle FROM avisos WHERE estado = 'abierto'");
      assert.deepEqual([told?.nivel, told?.naturaleza], ['MEDIO', 'TRANSITORIO']);
      assert.match(String(told?.detalle), /bloqueadas las filas/);
      assert.equal((await brain.cycle()).outcome, 'ok', 'one that cannot be read yet stops no cycle');
      brain.mendSource();
      await brain.cycle();
      await brain.cycle();
      assert.equal(brain.one('SELECT count(*) AS n FROM tramite_queue')?.n, 5);
      assert.deepEqual(brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'"), []);
    },
  ));

test('a table that somebody holds as a whole is not waited for row by row', () =>
  withBrain(
    Array.from({ length: 200 }, (_, n) => recurso(n + 1)),
    async (brain) => {
      let tries = 0;
      brain.breakSource({
        claim: async () => {
          tries += 1;
          throw held;
        },
      });
      assert.equal((await brain.cycle()).outcome, 'ok');
      assert.ok(tries < 60, String(tries));
    },
  ));

const refuseUpdates = "CREATE TRIGGER r BEFORE UPDATE ON RecursosExp BEGIN SELECT RAISE(ABORT, 'permission denied'); END";

test('a source that can be read and refuses every claim fails the cycle, with an aviso and without noise', () =>
  withBrain(
    [1, 2].map((id) => recurso(id)),
    async (brain) => {
      brain.source.exec(refuseUpdates);
      for (let times = 0; times < 2; times += 1) await assert.rejects(brain.cycle(), { code: 'origen_no_admite_reclamar' });
      const last = brain.one('SELECT outcome, error_code, error, lost FROM cycles ORDER BY cycle_id DESC');
      assert.deepEqual([last?.outcome, last?.error_code, last?.lost], ['failed', 'origen_no_admite_reclamar', 2]);
      assert.match(String(last?.error), /permission denied/);
      const open = () => brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'");
      assert.deepEqual(open(), ['origen_no_admite_reclamar:xaloc_girona'], 'and it is not told as silent');
      assert.deepEqual(brain.column('SELECT DISTINCT state FROM reclamaciones'), ['lost']);
      assert.equal(brain.one('SELECT count(*) AS n FROM events')?.n, 0, 'nothing has happened to those recursos');
      brain.source.exec('DROP TRIGGER r');
      assert.equal((await brain.cycle()).claimed, 2);
      assert.deepEqual(open(), []);
    },
  ));

test('a claim whose answer was lost and that turns out to be carried out fails nothing', () =>
  withBrain([recurso(1)], async (brain) => {
    const { claim } = brain.deps.origen;
    brain.breakSource({
      claim: async (...order) => {
        await claim(...order);
        throw new OrigenError('origen_no_responde', 'El origen no contesta.', { transient: true, ambiguous: true });
      },
    });
    assert.equal((await brain.cycle()).claimed, 1);
    assert.deepEqual(brain.column('SELECT clave FROM avisos'), []);
  }));

test('the aviso of refused claims goes when its organismo is switched off', () =>
  withBrain([recurso(1)], async (brain) => {
    brain.source.exec(refuseUpdates);
    await assert.rejects(brain.cycle(), OrigenError);
    brain.db.sqlite.exec('UPDATE organismo_config SET active = 0');
    await brain.cycle();
    assert.deepEqual(brain.column("SELECT clave FROM avisos WHERE estado = 'abierto'"), []);
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

test('a source that rejects the credentials says so, and so does its end; that it is away meanwhile is another matter', () =>
  withBrain([recurso(1)], async (brain) => {
    const fails = (error: OrigenError) => {
      brain.breakSource({
        heldBy: () => {
          throw error;
        },
      });
      return assert.rejects(brain.cycle(), OrigenError);
    };
    await fails(down);
    await fails(new OrigenError('origen_acceso_denegado', 'El servidor no acepta el usuario o la contraseña.', { transient: true }));
    const told = () => brain.column("SELECT nivel || ' ' || titulo || ' ' || estado FROM avisos WHERE clave LIKE 'origen%'");
    const away = 'ALTO El origen de los recursos no responde resuelto';
    const denied = 'CRITICO El origen de los recursos rechaza las credenciales';
    assert.deepEqual(told(), [away, `${denied} abierto`]);
    brain.mendSource();
    await brain.cycle();
    assert.deepEqual(told(), [away, `${denied} resuelto`]);
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
