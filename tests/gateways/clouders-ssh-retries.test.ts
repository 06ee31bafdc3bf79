import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CloudersSshConfig, openCloudersSsh } from '#server/gateways/carga/clouders-ssh.ts';
import { type ManualClock, manualClock, settled } from '#tests/support/manual-clock.ts';
import { askOnce, configOf, openDoor } from './clouders-stage.ts';

const config = (port: number): CloudersSshConfig => ({
  ...configOf({ port, fingerprints: { ed25519: `SHA256:${'A'.repeat(43)}` } } as Parameters<typeof configOf>[0], 3306),
  CLOUDERS_DELAY_REINTENTO_SSH_SEG: 5,
});

/** A clock that notes how long it is asked to rest, and passes that time at once; the time limit of a question is not a rest. */
const noting = (limitMs: number): { readonly clock: ManualClock; readonly rests: number[] } => {
  const clock = manualClock();
  const rests: number[] = [];
  const sleep: ManualClock['sleep'] = (ms, signal) => {
    if (ms >= limitMs) return clock.sleep(ms, signal);
    rests.push(ms);
    return Promise.resolve();
  };
  return { clock: { ...clock, sleep }, rests };
};

describe('Clouders is tried again', () => {
  test('three times where nobody takes the connection, after 5 and 10 seconds', async () => {
    const door = await openDoor(() => undefined);
    await door.close();
    const { clock, rests } = noting(30_000);
    const answer = await askOnce(config(door.port), clock);
    assert.match(JSON.stringify(answer), /no atiende SSH en el puerto/);
    assert.deepEqual(rests, [5000, 10_000]);
  });

  test('three times where the connection is cut before it speaks', async () => {
    const door = await openDoor((socket) => socket.destroy());
    const { clock, rests } = noting(30_000);
    const answer = await askOnce(config(door.port), clock);
    assert.match(JSON.stringify(answer), /cortó la conexión SSH antes de dejar entrar/);
    assert.deepEqual([rests, door.taken()], [[5000, 10_000], 3]);
    await door.close();
  });

  test('as often as it is set', async () => {
    const door = await openDoor((socket) => socket.destroy());
    const { clock, rests } = noting(30_000);
    await askOnce({ ...config(door.port), CLOUDERS_MAX_REINTENTOS_SSH_CONNECT: 1 }, clock);
    assert.deepEqual([rests, door.taken()], [[], 1]);
    await door.close();
  });
});

describe('Clouders is not waited for', () => {
  test('longer than CLOUDERS_TIMEOUT_SEG when it takes the connection and says nothing', async () => {
    const taken = Promise.withResolvers<void>();
    const door = await openDoor(() => taken.resolve());
    const clock = manualClock();
    const asking = askOnce(config(door.port), clock);
    await taken.promise;
    await clock.advance(29_999);
    assert.equal(clock.sleeping(), 1);
    await clock.advance(1);
    assert.deepEqual(await asking, { kind: 'failed', reason: 'SSH de Clouders no ha contestado en 30 segundos.' });
    assert.deepEqual([door.taken(), clock.sleeping()], [1, 0]);
    await door.close();
  });

  test('while it rests between two attempts, by whoever is stopped', async () => {
    const door = await openDoor((socket) => socket.destroy());
    const clock = manualClock();
    const provider = openCloudersSsh(config(door.port), { clock });
    const stop = new AbortController();
    const asking = provider.load(stop.signal);
    while (door.taken() === 0 || clock.sleeping() === 0) await settled();
    stop.abort();
    assert.match(JSON.stringify(await asking), /"failed".*se interrumpió/);
    assert.equal(clock.sleeping(), 0);
    await provider.close();
    await door.close();
  });
});
