import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { openSight, type Sight } from './browser.ts';

const most = 110_000;

describe('a first visit', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
    fillPage(sight);
  });
  after(() => sight.close());

  for (const path of ['/', '/cola'])
    test(`to ${path} loads less than ${most / 1000} kB in all`, async () => {
      const page = await sight.open('/salud');
      const protocol = await page.context().newCDPSession(page);
      await protocol.send('Network.enable');
      const addresses = new Map<string, string>();
      const weights = new Map<string, number>();
      protocol.on('Network.responseReceived', ({ requestId, response }) => addresses.set(requestId, response.url));
      protocol.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => weights.set(requestId, encodedDataLength));
      await page.goto(sight.url + path);
      await page.getByText('En vivo').waitFor();
      await page.waitForFunction(() => [...document.images].every((image) => image.complete || !image.checkVisibility()));
      const bytes = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
      const list = [...weights].map(([id, weight]) => `${weight} ${addresses.get(id)}`).join('\n');
      assert.ok(weights.size >= 5, list);
      assert.ok(bytes > 10_000 && bytes < most, `${bytes} bytes\n${list}`);
      await page.context().close();
    });

  test('gets a page in brotli, but not one that repeats what the request said beside the token', async () => {
    const encodingOf = async (path: string) =>
      (await fetch(sight.url + path, { headers: { 'accept-encoding': 'br' } })).headers.get('content-encoding');
    assert.equal(await encodingOf('/cola'), 'br');
    assert.equal(await encodingOf('/cola?q=adivina'), null);
    assert.equal(await encodingOf('/adivina'), null);
    assert.match(await (await fetch(`${sight.url}/cola`)).text(), /<\/html>/);
  });

  test('gets static files in brotli, gzip or as they are, and keeps them for good', async () => {
    const html = await (await fetch(`${sight.url}/cola`)).text();
    const address = sight.url + (/\/publico\/\w+\/cerebro\.css/.exec(html)?.[0] ?? '');
    const bodies = [];
    for (const encoding of ['br', 'gzip', 'identity', 'br;q=0, gzip;q=0']) {
      const answer = await fetch(address, { headers: { 'accept-encoding': encoding } });
      bodies.push(await answer.text());
      assert.equal(answer.headers.get('content-encoding'), encoding.length > 4 ? null : encoding, encoding);
      assert.match(answer.headers.get('cache-control') ?? '', /immutable/);
    }
    assert.ok((bodies[0] ?? '').length > 10_000);
    assert.deepEqual(new Set(bodies).size, 1);
  });
});

/** As many rows as a page holds, and pictures of two weeks. */
const fillPage = ({ house: { db } }: Sight): void => {
  const insert = db.sql(
    `INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, status, created_at, processed_at)
     VALUES ('xaloc_girona', ?, ?, '{}', 'completed', ?, ?)`,
  );
  for (let n = 0; n < 80; n++) {
    const at = new Date(Date.now() - n * 4 * 3_600_000).toISOString();
    insert.run(`peso-${n}`, `2024/${100_000 + n}-MUL`, at, at);
  }
};
