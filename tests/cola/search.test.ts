import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolver } from '#server/cola/resolver.ts';
import { search, searchLimit, tailLimit } from '#server/cola/search.ts';
import { indexSearch, progressOf } from '#server/cola/search-index.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { wakeIndexing } from '#server/scheduler/index-wake.ts';

type Row = {
  readonly expediente?: string;
  readonly resource?: string;
  readonly payload?: unknown;
  readonly result?: unknown;
  readonly status?: string;
};

let last = 0;
const insert = (db: Db, row: Row = {}): number => {
  last += 1;
  const written = (value: unknown) => (value === undefined || typeof value === 'string' ? (value ?? null) : JSON.stringify(value));
  return Number(
    db
      .sql('INSERT INTO tramite_queue (site_id, resource_id, expediente, payload, result, status) VALUES (?, ?, ?, ?, ?, ?)')
      .run('x', row.resource ?? `r${last}`, row.expediente ?? null, written(row.payload), written(row.result), row.status ?? 'pending')
      .lastInsertRowid,
  );
};

const indexed = (db: Db) => indexSearch({ db, clock: systemClock });
const found = (db: Db, text: string) => [...search(db, text).ids];

/** What has to be true of a search, whether the row is in the index yet or not. */
for (const state of ['indexed', 'not indexed yet'] as const) {
  const rowIn = async (row: Row) => {
    const db = openMemoryDatabase();
    insert(db, { expediente: '1999/000001-OTRO', resource: '555', payload: { plate_number: '9999ZZZ' } });
    const id = insert(db, row);
    if (state === 'indexed') await indexed(db);
    return { db, id };
  };

  for (const text of ['2025/160585-MUL', '160585', '585-MUL', '585-mul', '/16', '25/1605', '2025/160585-mul'])
    test(`${state}: «${text}» finds an expediente by any part of it, in any case`, async () => {
      const { db, id } = await rowIn({ expediente: '2025/160585-MUL' });
      assert.deepEqual(found(db, text), [id]);
    });

  for (const text of ['1234BCD', '1234bcd', '1234 BCD', '1234-bcd', '34-BC', 'bcd'])
    test(`${state}: «${text}» finds a matrícula however it is typed`, async () => {
      const { db, id } = await rowIn({ payload: { plate_number: '1234 bcd' } });
      assert.deepEqual(found(db, text), [id]);
    });

  test(`${state}: an idRecurso and a register number are found by any part`, async () => {
    const { db, id } = await rowIn({ resource: '90588', result: { numero: 'REGAGE26e00012345678' }, status: 'completed' });
    for (const text of ['90588', '058', 'REGAGE26e00012345678', 'regage26E', '345678']) assert.deepEqual(found(db, text), [id], text);
  });

  for (const payload of ['{"a":', '[]', '"x"', '7', '{}', { plate_number: null }, { plate_number: { a: 1 } }])
    test(`${state}: a row whose payload is ${JSON.stringify(payload)} is found by the rest`, async () => {
      const { db, id } = await rowIn({ expediente: '2025/160585-MUL', payload });
      assert.deepEqual(found(db, '160585'), [id]);
    });

  for (const text of [
    '%%%',
    '2025%',
    '___',
    '"""',
    '" OR "',
    "' OR 1=1 --",
    'NOT 160585',
    '160585 OR 1',
    '160585*',
    'expediente:160585',
    '^2025',
  ])
    test(`${state}: «${text}» is only text`, async () => {
      const { db } = await rowIn({ expediente: '2025/160585-MUL' });
      assert.deepEqual(found(db, text), []);
    });

  test(`${state}: a text of one or two characters finds how an expediente or idRecurso begins`, async () => {
    const { db, id } = await rowIn({ expediente: 'GI/7', resource: '90588' });
    for (const text of ['G', 'gi', 'GI', '9', '90']) assert.deepEqual(found(db, text), [id], text);
    assert.deepEqual(found(db, '88'), []);
  });

  test(`${state}: what is long is found only by all of it`, async () => {
    const { db, id } = await rowIn({ expediente: 'ALFA-2025-000123-BETA' });
    assert.deepEqual(found(db, 'ALFA-2025-000123-BETA'), [id]);
    assert.deepEqual(found(db, 'OTRA-2025-000123-BETA'), []);
    assert.deepEqual(found(db, 'ALFA-2025-000123-GAMMA'), []);
  });
}

test('a register number told later is found, by the event before it is indexed and by the index after', async () => {
  const db = openMemoryDatabase();
  const id = insert(db, { status: 'needs_review' });
  await indexed(db);
  const deps = { db, clock: systemClock, hub: createHub(silentLog()), wake: () => undefined };
  await resolver(deps, id, { resultado: 'presentado', numero: 'REG-77-ABC', fecha: '2026-03-02' }, { usuario: 'ana' });
  assert.deepEqual(found(db, '77-abc'), [id]);
  assert.deepEqual(await indexed(db), { rows: 0, numbers: 1 });
  db.sql('DELETE FROM events').run();
  assert.deepEqual(found(db, '77-abc'), [id]);
});

test('the index goes on from where it was, in as many runs as it takes, and then finds nothing to do', async () => {
  const db = openMemoryDatabase();
  for (let n = 0; n < 120; n++) insert(db, { expediente: `2025/${100000 + n}-MUL` });
  const stop = new AbortController();
  const clock = { ...systemClock, sleep: async () => stop.abort() };
  await indexSearch({ db, clock }, stop.signal);
  const half = progressOf(db).tramiteId;
  assert.ok(half > 0 && half < 120, String(half));
  assert.deepEqual(
    found(db, '2025/1001'),
    Array.from({ length: 20 }, (_, n) => 120 - n),
  );
  assert.deepEqual(await indexed(db), { rows: 120 - half, numbers: 0 });
  assert.deepEqual(await indexed(db), { rows: 0, numbers: 0 });
  assert.deepEqual(
    found(db, '2025/1001'),
    Array.from({ length: 20 }, (_, n) => 120 - n),
  );
});

test('rows taken out of the queue by another program are not found', async () => {
  const db = openMemoryDatabase();
  insert(db, { expediente: '2025/160585-MUL' });
  await indexed(db);
  db.sql('DELETE FROM tramite_queue').run();
  assert.deepEqual(search(db, '2025/160585-MUL').ids, []);
});

test('a search that finds too much keeps the newest and says so', async () => {
  const db = openMemoryDatabase();
  db.sqlite.transaction(() => {
    for (let n = 0; n <= searchLimit; n++) insert(db, { expediente: `2025/${n}-MUL` });
  })();
  await indexed(db);
  const { ids, capped } = search(db, '-MUL');
  assert.equal(capped, true);
  assert.equal(ids.length, searchLimit);
  assert.equal(ids[0], searchLimit + 1);
});

test('while the index is far behind, the newest rows are read one by one and the rest by how they begin, and it is told', () => {
  const db = openMemoryDatabase();
  db.sqlite.transaction(() => {
    for (let n = 0; n < tailLimit + 5; n++) insert(db, { expediente: `${n}/2025-MUL`, resource: `z${n}` });
  })();
  assert.equal(search(db, '2025').behind, 5);
  assert.deepEqual(found(db, '2/2025-MUL').includes(3), true);
  assert.equal(found(db, '2/2025-M').includes(13), true);
  assert.equal(found(db, '/2025-MUL').includes(3), false);
});

test('changes of trámites wake the index once for many, and no more after it was told to stop', async () => {
  const hub = createHub(silentLog());
  const woken: string[] = [];
  const rang = Promise.withResolvers<void>();
  const stop = wakeIndexing(hub, (cycle) => woken.push(cycle) > 1 && rang.resolve(), 1);
  assert.deepEqual(woken, ['indexar']);
  for (let n = 0; n < 50; n++) hub.changed({ entity: 'tramite', id: n });
  hub.changed({ entity: 'cycle' });
  await rang.promise;
  assert.deepEqual(woken, ['indexar', 'indexar']);
  hub.changed({ entity: 'any' });
  stop();
  assert.deepEqual(woken.length, 2);
});
