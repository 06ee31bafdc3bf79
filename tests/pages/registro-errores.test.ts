import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { noteUnexpected } from '#server/sistema/unexpected.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { visit } from '#tests/support/screen.ts';

describe('/errores/registro', () => {
  const clock = manualClock('2026-03-02T09:00:00.000Z');
  const house = openPageHouse({ clock });
  const insert = house.db.sql('INSERT INTO error_log (fecha_hora, origen, error_mensaje, parametros) VALUES (?, ?, ?, ?)');
  const met = (minute: number, origen: string, message: string, reference: string) =>
    insert.run(`2026-03-02T08:${String(minute).padStart(2, '0')}:00.000Z`, origen, message, JSON.stringify({ referencia: reference }));
  met(1, 'GET /cola', 'se rompió', 'aaaa1111');
  met(2, 'ciclo balancear', 'no cuadra', 'balancear-2b');
  met(3, 'GET /cola', 'se rompió', 'cccc3333');
  after(() => house.close());

  test('puts those that say the same together, with how many, since when, and the reference of the last', async () => {
    const { rows } = await visit(house, '/errores/registro');
    assert.deepEqual(
      rows.map((row) => row.slice(1)),
      [
        ['GET /cola', 'se rompió', '2', 'cccc3333'],
        ['ciclo balancear', 'no cuadra', '1', 'balancear-2b'],
      ],
    );
    assert.match(rows[0]?.[0] ?? '', /09:03:00 desde el 02\/03\/2026 09:01$/);
  });

  test('is searched by the reference a person was shown, by the place and by the words', async () => {
    for (const [q, place] of [
      ['AAAA1111', 'GET /cola'],
      ['BALANCEAR', 'ciclo balancear'],
      ['cuadra', 'ciclo balancear'],
    ] as const) {
      const { rows } = await visit(house, `/errores/registro?q=${q}`);
      assert.deepEqual(
        rows.map((row) => row[1]),
        [place],
        q,
      );
    }
    assert.match((await visit(house, '/errores/registro?q=otra')).text, /Nada coincide con el filtro/);
  });

  test('walks by key, back and forth', async () => {
    for (let n = 0; n < 60; n++) met(10, 'GET /muchos', `distinto ${n}`, `r${n}`);
    const first = await visit(house, '/errores/registro');
    assert.equal(first.rows.length, 50);
    const second = await visit(house, first.links.get('Más antiguos') ?? '');
    assert.equal(second.rows.length, 12);
    const back = await visit(house, second.links.get('Más recientes') ?? '');
    assert.deepEqual(back.rows, first.rows);
  });

  test('ten thousand of the same leave ten rows, are all counted, and bury no other', async () => {
    const { db } = house;
    const deps = { db, clock };
    const burst = (n: number) => ({ origen: 'POST /api/callback', error: new Error(`se atasca en ${n}`), reference: `ráfaga-${n}` });
    await Promise.all(Array.from({ length: 1000 }, (_, n) => noteUnexpected(deps, burst(n))));
    const kept = () => db.sql("SELECT count(*) AS n FROM error_log WHERE origen LIKE 'POST%'").get()?.n;
    assert.equal(kept(), 10);
    await noteUnexpected(deps, { origen: 'GET /otra', error: new Error('otra cosa'), reference: 'otra' });
    const { rows } = await visit(house, '/errores/registro?q=callback');
    assert.equal(
      rows.reduce((sum, row) => sum + Number(row[3]?.replace('.', '')), 0),
      1000,
    );
    assert.equal(rows[0]?.[4], 'ráfaga-999');
    await clock.advance(60_000);
    await noteUnexpected(deps, burst(1));
    assert.equal(kept(), 11);
  });

  test('is one link away from /errores', async () => {
    assert.equal((await visit(house, '/errores')).links.get('Ver el registro entero'), '/errores/registro');
  });
});
