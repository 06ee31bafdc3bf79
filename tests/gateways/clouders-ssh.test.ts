import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type CloudersSshConfig, openCloudersSsh } from '#server/gateways/carga/clouders-ssh.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { settled } from '#tests/support/manual-clock.ts';
import { startOpenSsh } from '#tests/support/openssh.ts';
import { assertSentence, loadProviderContract } from './carga-contract.ts';
import { askOnce, type Clouders, cloudersSecrets, type Door, leadOn, openDoor, standClouders } from './clouders-stage.ts';

let clouders: Clouders;
let silence: Door;
before(async () => {
  [clouders, silence] = await Promise.all([standClouders(), openDoor(() => undefined)]);
});
after(async () => {
  await silence.close();
  await clouders.close();
});

const open = (changed: Partial<CloudersSshConfig> = {}) => openCloudersSsh(clouders.config(changed), { clock: systemClock });

loadProviderContract('Clouders by OpenSSH and MariaDB', {
  open: () => open(),
  withTickets: (tickets) => clouders.withTickets(tickets),
  openRefused: () => open({ CLOUDERS_MYSQL_PASS: 'otra' }),
  openSilent: () => open({ CLOUDERS_SSH_PORT: silence.port }),
  secrets: cloudersSecrets,
});

const refusal = async (changed: Partial<CloudersSshConfig>): Promise<string> => {
  const answer = await askOnce(clouders.config(changed));
  assertSentence(answer, [...cloudersSecrets, 'otra-clave']);
  await clouders.ssh.idle();
  return answer.kind === 'failed' ? answer.reason : '';
};

describe('Clouders counts', () => {
  test('the tasks of robots whose names differ only in case apart, and those of nobody by that word', async () => {
    await clouders.withTickets({ RBT_A: 2, rbt_a: 1, ' ': 4 });
    const tickets = new Map(Object.entries({ RBT_A: 2, rbt_a: 1, '(sin nombre)': 4 }));
    assert.deepEqual(await askOnce(clouders.config()), { kind: 'ok', tickets });
  });

  test('names with accents and signs of four bytes, however its column keeps them', async () => {
    const named = { 'RBT_Ñandú_«Altas»': 2, 'RBT_🤖': 1 };
    try {
      for (const column of ['VARBINARY(200)', 'VARCHAR(200) CHARACTER SET utf8mb4', 'VARCHAR(200) CHARACTER SET latin1']) {
        await clouders.db.run(`TRUNCATE clouders.task_robot; ALTER TABLE clouders.task_robot MODIFY name ${column}`);
        const kept = column.endsWith('latin1') ? { 'RBT_Ñandú_«Altas»': 2 } : named;
        await clouders.withTickets(kept);
        assert.deepEqual(await askOnce(clouders.config()), { kind: 'ok', tickets: new Map(Object.entries(kept)) }, column);
      }
    } finally {
      await clouders.db.run('TRUNCATE clouders.task_robot; ALTER TABLE clouders.task_robot MODIFY name VARCHAR(200) CHARACTER SET utf8mb4');
    }
  });

  test('and takes leave of MySQL as it should', async () => {
    await clouders.withTickets({ RBT_A: 1 });
    const aborted = async () => (await clouders.db.rows("SHOW GLOBAL STATUS LIKE 'Aborted_clients'"))[0]?.Value;
    const earlier = await aborted();
    assert.equal((await askOnce(clouders.config())).kind, 'ok');
    await clouders.ssh.idle();
    assert.equal(await aborted(), earlier);
  });
});

describe('the key of the machine', () => {
  for (const type of ['ed25519', 'ecdsa', 'rsa'] as const)
    test(`may be its ${type} one, with or without padding, and is met at the first connection from the second question on`, async () => {
      const provider = open({ CLOUDERS_SSH_HOST_KEY: `${clouders.ssh.fingerprints[type]}${type === 'rsa' ? '=' : ''}` });
      const ask = async () => (await provider.load(new AbortController().signal)).kind;
      assert.equal(await ask(), 'ok');
      const earlier = clouders.ssh.taken();
      assert.equal(await ask(), 'ok');
      assert.equal(clouders.ssh.taken(), earlier + 1);
      await provider.close();
    });

  test('if it is another, the ones seen are told and the password is never given', async () => {
    clouders.ssh.said();
    const earlier = clouders.ssh.taken();
    const reason = await refusal({ CLOUDERS_SSH_HOST_KEY: `SHA256:${'A'.repeat(43)}` });
    for (const fingerprint of Object.values(clouders.ssh.fingerprints)) assert.ok(reason.includes(fingerprint), reason);
    assert.doesNotMatch(clouders.ssh.said(), /password|Failed|Accepted/);
    assert.equal(clouders.ssh.taken() - earlier, 4, 'one connection for each key, and one that finds no other: nothing is repeated');
  });
});

describe('Clouders does not answer', () => {
  test('a wrong password of SSH, given exactly once', async () => {
    clouders.ssh.said();
    assert.match(await refusal({ CLOUDERS_SSH_PASS: 'otra-clave' }), /no acepta el usuario o la contraseña de SSH/);
    assert.equal(clouders.ssh.said().match(/Failed password/g)?.length, 1);
  });

  test('an unknown user of SSH', async () => assert.match(await refusal({ CLOUDERS_SSH_USER: 'nadie' }), /contraseña de SSH/));

  const refusals: readonly (readonly [string, Partial<CloudersSshConfig>, RegExp])[] = [
    ['a wrong password of MySQL', { CLOUDERS_MYSQL_PASS: 'otra-clave' }, /MySQL de Clouders no acepta el usuario o la contraseña/],
    ['an unknown database', { CLOUDERS_MYSQL_DB_NAME: 'otra' }, /no puede entrar en la base «otra»/],
    ['a database that is not for it', { CLOUDERS_MYSQL_DB_NAME: 'cerrada' }, /no puede entrar en la base «cerrada»/],
    ['a database without the tables', { CLOUDERS_MYSQL_DB_NAME: 'vacia' }, /En la base «vacia» falta la tabla task_task/],
    ['a port where there is no MySQL', { CLOUDERS_MYSQL_DB_PORT: 1 }, /no se llega a MySQL en 127\.0\.0\.1:1/],
    ['a machine that does not exist', { CLOUDERS_SSH_HOST: 'no-existe.invalid' }, /No se encuentra la máquina «no-existe\.invalid»/],
  ];
  for (const [what, changed, sentence] of refusals) test(what, async () => assert.match(await refusal(changed), sentence));

  test('a database that there is not, for a user who may see them all', async () => {
    await clouders.db.run("CREATE USER todo@'127.0.0.1' IDENTIFIED BY 'x'; GRANT SELECT ON *.* TO todo@'127.0.0.1'");
    const changed = { CLOUDERS_MYSQL_USER: 'todo', CLOUDERS_MYSQL_PASS: 'x', CLOUDERS_MYSQL_DB_NAME: 'otra' };
    assert.match(await refusal(changed), /no tiene la base «otra»/);
  });

  test('something that is not SSH', async () =>
    assert.match(await refusal({ CLOUDERS_SSH_PORT: clouders.db.port }), /no habla SSH|cortó la conexión SSH/));

  test('something behind the tunnel that is not MySQL', async () =>
    assert.match(await refusal({ CLOUDERS_MYSQL_DB_PORT: clouders.ssh.port, CLOUDERS_TIMEOUT_SEG: 0.5 }), /MySQL de Clouders/));

  test('a silent MySQL behind the tunnel, in its time', async () =>
    assert.match(
      await refusal({ CLOUDERS_MYSQL_DB_PORT: silence.port, CLOUDERS_TIMEOUT_SEG: 0.5 }),
      /^MySQL de Clouders no ha contestado en 0.5 segundos\.$/,
    ));
});

describe('an answer that is cut in the middle', () => {
  const many = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`RBT_${'x'.repeat(50)}_${index}`, 1]));
  const halfway = 100_000;

  test('is asked for again, 3 seconds later', async () => {
    await clouders.withTickets(many);
    const door = await openDoor(leadOn(clouders.ssh.port, halfway, (near) => near.destroy()));
    const rests: number[] = [];
    const sleep: Clock['sleep'] = async (ms, signal) => (ms === 3000 ? void rests.push(ms) : systemClock.sleep(ms, signal));
    const config = clouders.config({ CLOUDERS_SSH_PORT: door.port, CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG: 3 });
    const answer = await askOnce(config, { ...systemClock, sleep });
    assert.deepEqual(answer, { kind: 'ok', tickets: new Map(Object.entries(many)) });
    assert.deepEqual([rests, door.taken()], [[3000], 2]);
    await door.close();
  });

  test('by a reset, or by the end of the session on the machine, is a failure and never a part', async () => {
    for (const cut of [(near: { resetAndDestroy(): unknown }) => near.resetAndDestroy(), () => clouders.ssh.kill()]) {
      const door = await openDoor(leadOn(clouders.ssh.port, halfway, cut));
      const answer = await refusal({ CLOUDERS_SSH_PORT: door.port, CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY: 1 });
      assert.match(answer, /Se cortó la conexión SSH/);
      await door.close();
    }
  });
});

test('nothing is left behind after an answer, a failure, a stop: no socket, no timer', async () => {
  await clouders.withTickets({ RBT_A: 1 });
  await clouders.ssh.idle();
  const earlier = await leftOpen();
  const failures = [{ CLOUDERS_SSH_PASS: 'otra' }, { CLOUDERS_MYSQL_PASS: 'otra' }, { CLOUDERS_SSH_HOST_KEY: 'SHA256:otra' }];
  for (const changed of [{}, ...failures]) await askOnce(clouders.config(changed));
  for (const bytes of [1, 1000, 3000]) {
    const stop = new AbortController();
    const door = await openDoor(leadOn(clouders.ssh.port, bytes, () => stop.abort()));
    const answer = await askOnce(clouders.config({ CLOUDERS_SSH_PORT: door.port }), systemClock, stop.signal);
    assert.match(JSON.stringify(answer), /se interrumpió/);
    await door.close();
  }
  await clouders.ssh.idle();
  assert.deepEqual(await leftOpen(), earlier);
});

/** What keeps this process awake; the processes are those of the sshd that the test stood up. */
const leftOpen = async (): Promise<string[]> => {
  await settled();
  return process
    .getActiveResourcesInfo()
    .filter((name) => !/Immediate|Pipe|ProcessWrap/.test(name))
    .sort();
};

describe('another sshd', () => {
  const asked = async (options: Parameters<typeof startOpenSsh>[0], changed: Partial<CloudersSshConfig> = {}) => {
    const ssh = await startOpenSsh(options);
    try {
      return await askOnce(clouders.config({ CLOUDERS_SSH_PORT: ssh.port, CLOUDERS_SSH_HOST_KEY: ssh.fingerprints.ed25519, ...changed }));
    } finally {
      await ssh.close();
    }
  };

  test('that asks for the password as a question is answered', async () => {
    await clouders.withTickets({ RBT_A: 1 });
    assert.equal((await asked({ way: 'keyboard-interactive' })).kind, 'ok');
  });

  test('that turns the answer to its question down', async () =>
    assert.match(JSON.stringify(await asked({ way: 'keyboard-interactive' }, { CLOUDERS_SSH_PASS: 'otra' })), /contraseña de SSH/));

  test('that ends the session at the first wrong password', async () =>
    assert.match(JSON.stringify(await asked({ lines: ['MaxAuthTries 1'] }, { CLOUDERS_SSH_PASS: 'otra' })), /contraseña de SSH/));

  test('that wants no passwords', async () =>
    assert.match(JSON.stringify(await asked({ way: 'publickey' })), /no deja entrar por SSH con contraseña/));

  test('that allows no tunnels', async () => assert.match(JSON.stringify(await asked({ forwarding: false })), /no deja abrir túneles SSH/));
});
