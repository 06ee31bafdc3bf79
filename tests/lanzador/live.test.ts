import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { ControlRoom } from '#server/gateways/a360/a360.ts';
import { lookoutOf } from '#server/lanzador/look.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { decode } from '#tests/support/screen.ts';

const a360 = { shownAs: 'https://a360.example', check: async () => undefined } as ControlRoom;

const fill = (house: PageHouse) =>
  house.db.sqlite.exec(`
    INSERT INTO robots (robot_id, robot, kind, es_online, activo) VALUES ('1', 'P100_Uno', 'a360', 1, 1);
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia) VALUES ('31', 'VM-31', 'u31', 'RUNTIME');
    INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('1', '31', 1);
  `);

describe('everybody who watches the launcher', () => {
  const clock = manualClock('2026-03-02T09:00:00.000Z');
  const house = openPageHouse({ clock, a360 });
  const lookout = lookoutOf(house.deps);
  before(() => void fill(house));
  after(async () => {
    lookout.stop();
    await house.close();
  });

  test('shares one look, and is told when it is time for the next', async () => {
    const told: string[] = [];
    const deafen = house.deps.hub.listen(({ entity }) => void told.push(entity));
    const first = lookout.shared();
    assert.equal(lookout.shared(), first);
    assert.equal(lookout.shared(), first);
    await clock.advance(999);
    assert.deepEqual(told, []);
    await clock.advance(1);
    assert.deepEqual(told, ['lanzador']);
    assert.notEqual(lookout.shared(), first);
    deafen();
  });

  test('sees at once what somebody who opens the page saw', () => {
    const seen = lookout.fresh();
    assert.equal(lookout.shared(), seen);
  });
});

describe('the live page of the launcher', () => {
  const clock = manualClock('2026-03-02T09:00:00.000Z');
  let house: PageHouse;
  let url: string;
  before(async () => {
    house = openPageHouse({ a360, clock });
    fill(house);
    url = await house.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => house.close());

  test('tells how it stands, and then what changes', async () => {
    const page = await (await fetch(`${url}/lanzador?ver=empiezan`)).text();
    const stream = decode(page).match(/hx-sse:connect="([^"]+)"/)?.[1] as string;
    assert.equal(stream, '/vivo/lanzador?ver=empiezan');
    const leave = new AbortController();
    const answer = await fetch(url + stream, { signal: leave.signal });
    let text = '';
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += new TextDecoder().decode(chunk);
      if (
        /Ahora mismo empieza 1 robot/.test(text) &&
        house.db.sqlite.prepare("SELECT activo FROM robots WHERE robot_id = '1'").pluck().get() === 1
      ) {
        await clock.advance(1000);
        house.db.sqlite.exec("UPDATE robots SET activo = 0 WHERE robot_id = '1'");
        house.deps.hub.changed({ entity: 'robot', id: '1' });
      }
      if (/Ahora no hay nada que lanzar/.test(text)) break;
    }
    leave.abort();
    assert.match(text, /Ahora mismo empieza 1 robot/);
    assert.match(text, /hx-target="#lanzador-lista"/);
  });
});
