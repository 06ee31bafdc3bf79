import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { beforeEach, describe, it } from 'node:test';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import { parseArguments } from '#server/demo/arguments.ts';
import { countWork, drain, isDrained, type Work } from '#server/demo/drain.ts';
import { demoEnvironment, demoPlace } from '#server/demo/environment.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { leftOver } from '#server/demo/progress.ts';
import { summarise, table } from '#server/demo/summary.ts';
import { type Accounts, discrepancies } from '#server/demo/verify.ts';

const now = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T09:00:30.000Z';

let db: Db;
beforeEach(() => {
  db = openMemoryDatabase();
});

let serial = 0;
const queued = (siteId: string, status: string, notBefore: string | null = null): string => {
  serial += 1;
  const id = String(90_000 + serial);
  db.sql('INSERT INTO tramite_queue (site_id, resource_id, expediente, status, not_before, processed_at) VALUES (?, ?, ?, ?, ?, ?)').run(
    siteId,
    id,
    `2025/${id}-MUL`,
    status,
    notBefore,
    status === 'completed' ? later : null,
  );
  return id;
};

const work = (served: readonly string[] = ['xaloc_girona']) => countWork(db, served, now);

describe('the drained queue', () => {
  it('is drained when it is empty', () => {
    assert.equal(isDrained(work()), true);
  });

  it('is not drained while a trámite is processing', () => {
    queued('xaloc_girona', 'processing');
    assert.equal(isDrained(work()), false);
  });

  it('is not drained while a robot could take a pending one now', () => {
    queued('xaloc_girona', 'pending');
    queued('xaloc_girona', 'pending', now);
    assert.equal(work().due, 2);
    assert.equal(isDrained(work()), false);
  });

  it('does not wait for an attempt whose hour has not come', () => {
    queued('xaloc_girona', 'pending', later);
    assert.deepEqual(work(), { processing: 0, due: 0, later: 1, withoutRobot: 0, awaiting: 0 });
    assert.equal(isDrained(work()), true);
  });

  it('counts apart those without a robot, those that wait for a person and those in review', () => {
    queued('base_online', 'pending');
    queued('xaloc_girona', 'awaiting_confirmation');
    queued('xaloc_girona', 'needs_review');
    queued('xaloc_girona', 'failed');
    assert.deepEqual(work(), { processing: 0, due: 0, later: 0, withoutRobot: 1, awaiting: 1 });
    assert.equal(isDrained(work()), true);
    assert.deepEqual(leftOver(work()), ['Pendientes sin robot: 1.', 'A la espera de que alguien los apruebe: 1.']);
  });
});

describe('draining', () => {
  const empty = { processing: 0, due: 0, later: 0, withoutRobot: 0, awaiting: 0 };

  /** Cycles that claim so many recursos each, and what the queue shows at each look; empty once all is told. */
  const house = (claims: number[], looks: Work[] = []) => {
    const told: string[] = [];
    const claim = async () => {
      told.push('cycle');
      return claims.shift() ?? 0;
    };
    const look = () => {
      told.push('look');
      return looks.shift() ?? empty;
    };
    return { told, claim, look, rest: async () => void told.push('rest') };
  };

  it('repeats claim cycles until one claims nothing, and asks once more when the robots have finished', async () => {
    const one = house([50, 3, 0, 2, 0, 0]);
    await drain(one, new AbortController().signal);
    assert.deepEqual(one.told, ['cycle', 'cycle', 'cycle', 'look', 'cycle', 'cycle', 'look', 'cycle', 'look']);
  });

  it('rests while robots work and answers what is left', async () => {
    const left = { ...empty, withoutRobot: 4 };
    const one = house([], [{ ...left, due: 1 }, { ...left, processing: 1 }, left]);
    assert.deepEqual(await drain(one, new AbortController().signal), left);
    assert.deepEqual(one.told, ['cycle', 'look', 'rest', 'look', 'rest', 'look']);
  });

  it('stops asking when somebody ends the demo', async () => {
    const ending = new AbortController();
    ending.abort();
    const one = house([50, 50], [{ ...empty, due: 9 }]);
    await drain(one, ending.signal);
    assert.deepEqual(one.told, ['look']);
  });
});

describe('the summary table', () => {
  it('tells each organismo on a line of its own that begins with its site_id', () => {
    db.sql("UPDATE organismo_config SET active = 1 WHERE site_id = 'xaloc_girona'").run();
    const ids = [queued('xaloc_girona', 'completed'), queued('xaloc_girona', 'failed'), queued('xaloc_girona', 'needs_review')];
    const base = queued('base_online', 'pending');
    for (const [site, id] of [...ids.map((id) => ['xaloc_girona', id]), ['base_online', base]])
      db.sql("INSERT INTO reclamaciones (resource_id, site_id, state) VALUES (?, ?, 'claimed')").run(id, site);
    const lines = table(summarise(db, now)).split('\n');
    assert.deepEqual(lines[0]?.trim().split(/ {2,}/), ['organismo', 'reclamados', 'completados', 'fallidos', 'en revisión', 'segundos']);
    assert.deepEqual(lines[1]?.split(/ +/), ['base_online', '1', '0', '0', '0', '0']);
    assert.deepEqual(lines[2]?.split(/ +/), ['xaloc_girona', '3', '1', '1', '1', '30']);
  });

  it('never counts seconds of an earlier run', () => {
    queued('xaloc_girona', 'completed');
    assert.equal(summarise(db, '2026-03-02T10:00:00.000Z')[0]?.seconds, 0);
  });
});

describe('the books at the end', () => {
  const agreed: Accounts = {
    held: ['1', '2'],
    claimed: ['1', '2'],
    openIntents: 0,
    tramites: [
      { resourceId: '1', expediente: 'A', status: 'completed', numero: 'E1' },
      { resourceId: '2', expediente: 'B', status: 'needs_review', numero: null },
    ],
    register: [
      { numero: 'E1', expediente: 'A' },
      { numero: 'E2', expediente: 'B' },
    ],
  };
  const found = (change: Partial<Accounts>) => discrepancies({ ...agreed, ...change });

  it('agree when every completed one is registered once and the doubtful one is in review', () => {
    assert.deepEqual(discrepancies(agreed), []);
  });

  it('tell a recurso that is ours at the source and not in the queue', () => {
    assert.deepEqual(found({ held: ['1', '2', '3'] }), ['El recurso 3 está reclamado y no está en la cola.']);
  });

  it('tell a claim left open', () => {
    assert.deepEqual(found({ openIntents: 1 }), ['Quedan 1 reclamaciones sin cerrar.']);
  });

  it('tell an expediente filed twice', () => {
    const twice = found({ register: [...agreed.register, { numero: 'E3', expediente: 'B' }] });
    assert.deepEqual(twice, ['El expediente B está presentado 2 veces: E2, E3.']);
  });

  it('tell a completed one the sede knows nothing of, and an entry nobody accounts for', () => {
    assert.equal(found({ register: agreed.register.slice(1) }).length, 1);
    assert.equal(found({ register: [...agreed.register, { numero: 'E9', expediente: 'Z' }] }).length, 1);
  });
});

describe('the demo as it is asked for', () => {
  it('knows its two arguments and refuses others, and both at once', () => {
    assert.deepEqual(parseArguments([]), { vaciar: false, goteo: false, origen: 'sqlite' });
    assert.deepEqual(parseArguments(['--vaciar', '--origen', 'tds']), { vaciar: true, goteo: false, origen: 'tds' });
    assert.throws(() => parseArguments(['--origen']), /--origen va seguido/);
    assert.throws(() => parseArguments(['--rapido']), /No conozco «--rapido»/);
    assert.throws(() => parseArguments(['--vaciar', '--goteo']), /no van juntos/);
  });

  it('brings its own source and intranet unless somebody else’s are given', () => {
    const own = demoPlace({});
    assert.equal(own.fresh, true);
    assert.equal(own.ownXvia, true);
    assert.equal(
      demoEnvironment({}, own, { xvia: 'http://127.0.0.1:3101', origen: null, a360: null }).ORIGEN_URL,
      `sqlite:${own.sampleFile}`,
    );
    const given = { DATA_DIR: '/tmp/x', ORIGEN_URL: 'sqlite:/tmp/suyo.db', XVIA_URL: 'http://intranet.test', CICLO_INTERVALO_SEG: '5' };
    const others = demoPlace(given);
    assert.deepEqual([others.fresh, others.sampleFile, others.ownXvia], [false, null, false]);
    const environment = demoEnvironment(given, others, { xvia: null, origen: null, a360: null });
    assert.deepEqual(environment, { BOT_USER: 'Cerebro Demo', ...given, DATA_DIR: resolve('/tmp/x') });
  });
});

describe('the demo’s database', () => {
  const prepare = (sede: string) => db.write(() => prepareDemo(db, sede));
  const organismo = (siteId: string) => db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId);

  it('files at the simulated sede without waiting for a person, and has an organismo without a robot', async () => {
    await prepare('http://127.0.0.1:3100');
    const xaloc = organismo('xaloc_girona');
    assert.deepEqual([xaloc?.active, xaloc?.modo], [1, 'enviar']);
    assert.match(String(xaloc?.url_inicio), /^http:\/\/127\.0\.0\.1:3100\/seu-electronica/);
    assert.equal(organismo('base_online')?.active, 1);
    const own = JSON.parse(String(db.sql("SELECT parametros FROM robots WHERE robot_id = 'xaloc_girona'").get()?.parametros));
    assert.deepEqual(own.origenes, ['http://127.0.0.1:3100']);
    assert.match(own.user_email, /@/);
  });

  it('keeps what a person changed when it starts again, on whatever port', async () => {
    await prepare('http://127.0.0.1:3100');
    db.sql("UPDATE organismo_config SET modo = 'aprobar', active = 0 WHERE site_id = 'xaloc_girona'").run();
    db.sql("DELETE FROM organismo_config WHERE site_id = 'base_online'").run();
    await prepare('http://127.0.0.1:4100');
    const xaloc = organismo('xaloc_girona');
    assert.deepEqual([xaloc?.active, xaloc?.modo], [0, 'aprobar']);
    assert.match(String(xaloc?.url_inicio), /:4100\//);
    assert.equal(organismo('base_online'), undefined);
  });
});
