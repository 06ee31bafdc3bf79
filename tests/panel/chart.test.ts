import assert from 'node:assert/strict';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import test, { after, before, describe } from 'node:test';
import { sparkOf } from '#server/panel/spark.ts';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';

/** 10:00 in Madrid. */
const now = '2026-03-02T09:00:00.000Z';

describe('the picture of the last days', () => {
  let house: PageHouse;
  const clock = manualClock(now);
  before(() => {
    house = openPageHouse({ clock });
  });
  after(() => house.close());
  let n = 0;
  const file = (site: string, at: string) =>
    house.db
      .sql("INSERT INTO tramite_queue (site_id, resource_id, status, processed_at) VALUES (?, ?, 'completed', ?)")
      .run(site, String(++n), at);

  test('is not there before the first', async () => {
    const screen = await visit(house, '/');
    assert.match(screen.text, /Presentados por día Nada presentado en 14 días/);
    assert.doesNotMatch(screen.html, /presentados\.svg/);
  });

  test('comes with its numbers as a table, and in words', async () => {
    for (let day = 0; day < 3; day++) file('xaloc_girona', '2026-03-01T10:00:00.000Z');
    file('madrid', '2026-02-20T10:00:00.000Z');
    await clock.advance(60_000);
    const screen = await visit(house, '/');
    assert.match(screen.html, /alt="4 presentados en 14 días; el que más, el 01\/03 con 3"/);
    assert.match(screen.html, /<caption>Presentados por día y organismo<\/caption>/);
    assert.deepEqual(
      screen.rows.find(([day]) => day === '01/03'),
      ['01/03', '3', '0', '3'],
    );
    assert.equal(screen.rows.filter(([day]) => /^\d\d\/\d\d$/.test(day ?? '')).length, 14);
  });

  test('is drawn outside of the thread of the pages, in both themes, with a policy of its own', async () => {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (const tema of ['claro', 'oscuro']) {
      const { status, headers, html } = await visit(house, `/graficos/presentados.svg?tema=${tema}`);
      assert.equal(status, 200);
      assert.match(html, /^<svg .*xaloc_girona.*<\/svg>$/s);
      assert.match(html, tema === 'claro' ? /#0d5c63/i : /#3fb5b0/i);
      assert.match(String(headers['content-type']), /^image\/svg\+xml/);
      assert.equal(headers['content-security-policy'], "default-src 'none'; style-src 'unsafe-inline'");
      assert.equal(headers['x-content-type-options'], 'nosniff');
    }
    delay.disable();
    // Loading ECharts alone takes some 500 ms of whatever thread does it.
    assert.ok(delay.max / 1e6 < 250, `the loop stood still for ${delay.max / 1e6} ms`);
  });

  test('changes at most once a minute, so that readers do not fetch it with every filing', async () => {
    const address = async () => /presentados\.svg[^"]*/.exec((await visit(house, '/')).html)?.[0];
    const before = await address();
    file('madrid', '2026-03-02T08:00:00.000Z');
    assert.equal(await address(), before);
    await clock.advance(60_000);
    assert.notEqual(await address(), before);
  });

  test('tells at most six organismos apart', async () => {
    for (let site = 0; site < 9; site++) file(`lugar_${site}`, '2026-03-01T10:00:00.000Z');
    await clock.advance(60_000);
    const { html } = await visit(house, '/');
    assert.match(html, /<th scope="col">otros 6<\/th>/);
  });
});

test('the bars of the hours stand on the ground, the tallest as high as there is room', () => {
  const { path, words, width, height } = sparkOf([...Array(22).fill(0), 1, 4]);
  assert.deepEqual([width, height], [96, 22]);
  assert.match(path, /^M0 22v-1h3v1z/);
  assert.match(path, /M88 22v-6h3v6zM92 22v-22h3v22z$/);
  assert.equal(words, '5 en 24 h, como mucho 4 en una hora');
  assert.equal(sparkOf(Array(24).fill(0)).words, 'nada en 24 h');
});
