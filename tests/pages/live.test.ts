import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { fillSample, type Sample } from '#tests/support/sample-data.ts';

/** A reader of a stream: `next` waits until what has come meets the wish, and answers it. */
type Reader = { readonly status: number; next(wish: RegExp): Promise<string>; all(): string; leave(): void; ended: Promise<void> };

/** `n` whole messages. */
const whole = (n: number): RegExp => new RegExp(`(^id: .*\\n(data: .*\\n)+\\n[\\s\\S]*?){${n}}`, 'm');

const read = async (url: string, headers: Record<string, string> = {}): Promise<Reader> => {
  const leave = new AbortController();
  const answer = await fetch(url, { headers: { accept: 'text/event-stream', ...headers }, signal: leave.signal });
  let text = '';
  let heard = Promise.withResolvers<void>();
  const pump = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
      text += decoder.decode(chunk, { stream: true });
      heard.resolve();
      heard = Promise.withResolvers();
    }
  };
  const ended = pump().catch(() => undefined);
  return {
    status: answer.status,
    all: () => text,
    next: async (wish) => {
      while (!wish.test(text)) await heard.promise;
      return text;
    },
    leave: () => leave.abort(),
    ended,
  };
};

describe('a live page', () => {
  let house: PageHouse;
  let ids: Sample['ids'];
  let url: string;
  before(async () => {
    house = openPageHouse();
    ({ ids } = fillSample(house.db, house.folder, new Date()));
    url = await house.app.listen({ host: '127.0.0.1', port: 0 });
  });
  after(() => house.close());

  /** Something happens to a trámite, and whoever looks may hear of it. */
  const changed = (id: number) => {
    house.db.sql("INSERT INTO events (entity, entity_id, kind) VALUES ('tramite', ?, 'retried')").run(String(id));
    house.deps.hub.changed({ entity: 'tramite', id });
  };
  const setStatus = (id: number, status: string) => house.db.sql('UPDATE tramite_queue SET status = ? WHERE id = ?').run(status, id);
  const messages = (text: string) => [...text.matchAll(/^id: (\S+)$/gm)].map((match) => match[1]);

  test('tells a reader who comes how everything it shows stands now', async () => {
    const reader = await read(`${url}/vivo/cola?filas=${ids.pending}.${ids.failed}&primera=si`);
    const text = await reader.next(/tramite-5"/);
    reader.leave();
    assert.equal(reader.status, 200);
    assert.match(text, /hx-target="#cola-pestanas"/);
    assert.match(text, /hx-target="#tramite-1"/);
    assert.doesNotMatch(text, /hx-target="#tramite-4"/);
  });

  test('sends a changed row alone, and the counts', async () => {
    const reader = await read(`${url}/vivo/cola?filas=${ids.pending}.${ids.failed}`);
    await reader.next(whole(1));
    const before = reader.all().length;
    setStatus(ids.pending, 'cancelled');
    changed(ids.pending);
    await reader.next(whole(2));
    reader.leave();
    const news = reader.all().slice(before);
    assert.match(news, /Cancelado/);
    assert.doesNotMatch(news, /tramite-5"/);
    setStatus(ids.pending, 'pending');
  });

  test('gathers many changes into one message', async () => {
    const reader = await read(`${url}/vivo/cola/${ids.processing}`);
    await reader.next(/tramite-vista/);
    for (let n = 0; n < 50; n++) changed(ids.processing);
    await reader.next(whole(2));
    // A second burst proves that the first one left nothing behind.
    changed(ids.processing);
    await reader.next(whole(3));
    reader.leave();
    assert.equal(messages(reader.all()).length, 3);
  });

  test('sends the same bytes to every reader of the same address', async () => {
    const [one, other] = [await read(`${url}/vivo/cola/${ids.failed}`), await read(`${url}/vivo/cola/${ids.failed}`)];
    await Promise.all([one.next(whole(1)), other.next(whole(1))]);
    const starts = [one.all().length, other.all().length];
    changed(ids.failed);
    await Promise.all([one.next(whole(2)), other.next(whole(2))]);
    one.leave();
    other.leave();
    assert.equal(one.all().slice(starts[0]), other.all().slice(starts[1]));
  });

  test('does not send again what has not changed, though a hint names nobody', async () => {
    const reader = await read(`${url}/vivo/cola?filas=${ids.pending}.${ids.failed}`);
    await reader.next(whole(1));
    house.deps.hub.changed({ entity: 'any' });
    await reader.next(whole(2));
    const before = reader.all().length;
    setStatus(ids.pending, 'cancelled');
    house.deps.hub.changed({ entity: 'any' });
    await reader.next(whole(3));
    reader.leave();
    const news = reader.all().slice(before);
    assert.match(news, /#tramite-1"/);
    assert.doesNotMatch(news, /#tramite-5"/);
    setStatus(ids.pending, 'pending');
  });

  test('holds no token: the bytes are for everybody of the same role', async () => {
    const reader = await read(`${url}/vivo/cola/${ids.awaiting_confirmation}`);
    const text = await reader.next(/orden-rechazar/);
    reader.leave();
    assert.doesNotMatch(text, /_csrf|csrf-token/);
  });

  test('of a trámite tells the part of it that is open, and no other', async () => {
    const reader = await read(`${url}/vivo/cola/${ids.processing}?ver=pasos`);
    const text = await reader.next(/Paso 5 de 10/);
    reader.leave();
    assert.match(text, /4<\/span>[\s\S]*datos del representado/);
    assert.doesNotMatch(text, /¿Qué hago yo\?/);
  });

  test('a change elsewhere is not told', async () => {
    const reader = await read(`${url}/vivo/cola/${ids.failed}`);
    await reader.next(/tramite-vista/);
    changed(ids.completed);
    changed(ids.failed);
    await reader.next(whole(2));
    reader.leave();
    assert.equal(messages(reader.all()).length, 2);
  });

  test('announces new rows on the first page and does not push the list', async () => {
    const newest = house.db.sql('SELECT max(id) AS id FROM tramite_queue').get()?.id as number;
    const reader = await read(`${url}/vivo/cola?filas=${newest}&primera=si`);
    await reader.next(/cola-nuevos/);
    house.db.sqlite.exec("INSERT INTO tramite_queue (site_id, resource_id) VALUES ('x', 'n1'), ('x', 'n2'), ('x', 'n3')");
    changed(newest + 1);
    const text = await reader.next(/3 nuevos – ver/);
    reader.leave();
    assert.doesNotMatch(text, new RegExp(`tramite-${newest + 1}"`));
  });

  test('a reader who comes back having missed nothing is told nothing again', async () => {
    const first = await read(`${url}/vivo/cola/${ids.failed}`);
    const id = /^id: (\S+)/m.exec(await first.next(/tramite-vista[\s\S]*\n\n/))?.[1] ?? '';
    first.leave();
    const again = await read(`${url}/vivo/cola/${ids.failed}`, { 'last-event-id': id });
    await again.next(/retry: /);
    changed(ids.failed);
    await again.next(/^id: /m);
    again.leave();
    assert.equal(messages(again.all()).length, 1);
    assert.notEqual(messages(again.all())[0], id);
  });

  test('an id from before the restart is answered with everything', async () => {
    const reader = await read(`${url}/vivo/cola/${ids.failed}`, { 'last-event-id': 'otro-77' });
    await reader.next(/tramite-vista/);
    reader.leave();
  });

  for (const path of ['/vivo/panel', '/vivo/organismos', '/vivo/ciclos'])
    test(`${path} speaks too`, async () => {
      const reader = await read(url + path);
      assert.match(await reader.next(/hx-partial/), /hx-swap="innerMorph"/);
      reader.leave();
    });

  test('of a trámite that is not there answers 404', async () => {
    assert.equal((await read(`${url}/vivo/cola/999`)).status, 404);
  });

  test('closing the panel sends every reader home', async () => {
    const other = openPageHouse();
    const address = await other.app.listen({ host: '127.0.0.1', port: 0 });
    const reader = await read(`${address}/vivo/panel`);
    await reader.next(/hx-partial/);
    await other.close();
    await reader.ended;
  });
});
