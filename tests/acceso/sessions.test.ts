import assert from 'node:assert/strict';
import test, { describe, type TestContext } from 'node:test';
import { noteUse } from '#server/acceso/identify.ts';
import { findSession } from '#server/acceso/queries.ts';
import { closeSessionsOf, hashOf } from '#server/acceso/sesiones.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';
import { addSampleUser, signIn } from '#tests/support/sign-in.ts';

const open = (t: TestContext, env: Record<string, string> = {}) => {
  const clock = manualClock();
  const house = openPageHouse({ clock, env });
  t.after(() => house.close());
  return { house, clock };
};

const minutes = (n: number) => n * 60_000;
const hashIn = ({ cookie }: { cookie: string }) => hashOf(cookie.split('=')[1] as string);

describe('a session', () => {
  test('ends after the minutes of the setting without use', async (t) => {
    const { house, clock } = open(t, { INTERFAZ_WEB_SESION_TIMEOUT_MIN: '30' });
    const ana = await signIn(house, 'lectura', 'ana');
    await clock.advance(minutes(30));
    assert.equal((await visit(house, '/cola', ana)).status, 200);
    await clock.advance(minutes(30) + 1);
    assert.equal((await visit(house, '/cola', ana)).status, 303);
    assert.equal(findSession(house.db, hashIn(ana)), undefined);
  });

  test('lasts a working day by itself', async (t) => {
    const { house, clock } = open(t);
    const ana = await signIn(house, 'lectura', 'ana');
    await clock.advance(minutes(480));
    assert.equal((await visit(house, '/cola', ana)).status, 200);
  });

  test('notes its use at most once a minute', async (t) => {
    const { house, clock } = open(t);
    const ana = await signIn(house, 'lectura', 'ana');
    const seen = () => findSession(house.db, hashIn(ana))?.seen_at;
    const first = seen();
    await clock.advance(59_000);
    await visit(house, '/cola', ana);
    assert.equal(seen(), first);
    await clock.advance(1000);
    await visit(house, '/cola', ana);
    assert.equal(seen(), clock.now().toISOString());
  });

  test('a page left open does not count as use', async (t) => {
    const { house, clock } = open(t, { INTERFAZ_WEB_SESION_TIMEOUT_MIN: '10' });
    const ana = await signIn(house, 'lectura', 'ana');
    await clock.advance(minutes(9));
    const url = await house.app.listen({ host: '127.0.0.1', port: 0 });
    const leave = new AbortController();
    const stream = await fetch(`${url}/vivo/panel`, { headers: ana, signal: leave.signal });
    assert.equal(stream.status, 200);
    leave.abort();
    await clock.advance(minutes(2));
    assert.equal((await visit(house, '/', ana)).status, 303);
  });

  test('a use that cannot be noted makes nobody wait, and is told in the log', async (t) => {
    const { house, clock } = open(t);
    const ana = await signIn(house, 'lectura', 'ana');
    await clock.advance(minutes(2));
    const told: unknown[] = [];
    const log = { ...house.deps.log, warn: (line: unknown) => void told.push(line) } as unknown as typeof house.deps.log;
    const db = { ...house.db, write: () => Promise.reject(new Error('ocupada')) };
    noteUse({ ...house.deps, db, log }, { kind: 'sesion', usuarioId: 1, hash: hashIn(ana), seenAt: '2026-03-02T09:00:00.000Z' });
    await Promise.resolve();
    assert.equal(told.length, 1);
  });
});

/** A stream that is open, and when it ends. */
const listen = async (url: string, headers: Record<string, string>) => {
  const answer = await fetch(`${url}/vivo/panel`, { headers });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  const ended = async () => {
    while (!(await reader.read()).done);
  };
  return { ended };
};

describe('an open stream ends, before it tells anything more, when', () => {
  const endings: Readonly<Record<string, (house: PageHouse, id: number, clock: ReturnType<typeof manualClock>) => unknown>> = {
    'its session is revoked': (house, id) => closeSessionsOf(house.db, id),
    'its session has been left alone too long': (_house, _id, clock) => clock.advance(minutes(481)),
    'its user is switched off': (house, id) => house.db.sql('UPDATE usuarios SET activo = 0 WHERE usuario_id = ?').run(id),
    'its user gets another role': (house, id) => house.db.sql("UPDATE usuarios SET rol = 'operador' WHERE usuario_id = ?").run(id),
  };

  for (const [what, happen] of Object.entries(endings))
    test(what, async (t) => {
      const { house, clock } = open(t);
      const id = await addSampleUser(house, 'revisor', 'ana');
      const stream = await listen(await house.app.listen({ host: '127.0.0.1', port: 0 }), await signIn(house, 'revisor', 'ana'));
      await happen(house, id, clock);
      house.db.sql("INSERT INTO events (entity, entity_id, kind) VALUES ('tramite', '1', 'retried')").run();
      house.deps.hub.changed({ entity: 'any' });
      await stream.ended();
    });

  test('the first user is made', async (t) => {
    const { house } = open(t);
    const stream = await listen(await house.app.listen({ host: '127.0.0.1', port: 0 }), {});
    await addSampleUser(house, 'administrador');
    house.db.sql("INSERT INTO events (entity, entity_id, kind) VALUES ('tramite', '1', 'retried')").run();
    house.deps.hub.changed({ entity: 'any' });
    await stream.ended();
  });
});
