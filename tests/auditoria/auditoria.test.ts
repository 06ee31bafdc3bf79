import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { changesOf } from '#server/auditoria/present.ts';
import { type AuditFilter, findAudit } from '#server/auditoria/queries.ts';
import { openMemoryDatabase } from '#server/db/open.ts';
import { audit } from '#server/historial/record.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';
import { signIn } from '#tests/support/sign-in.ts';

describe('/auditoria', () => {
  const house = openPageHouse();
  after(() => house.close());
  let admin: { cookie: string };
  before(async () => {
    fillSample(house.db, house.folder, new Date());
    admin = await signIn(house, 'administrador', 'ana');
    await send(house, '/organismos/xaloc_girona', { active: '0' }, admin);
    await send(house, '/organismos/xaloc_girona', { limite_por_ciclo: '5' }, admin);
    await send(house, '/cola/3/rechazar', { motivo: 'Falta la firma' }, admin);
    await send(house, '/ciclos', {}, await signIn(house, 'lectura', 'luz'));
    await send(house, '/acceso', { usuario: 'ana', clave: 'no es esta' });
    await send(house, '/acceso/salir', {}, await signIn(house, 'lectura', 'luz'));
  });

  const rowsAt = async (url: string) => (await visit(house, url, admin)).rows;

  test('tells who did what with what, before and after, why and from where, the newest first', async () => {
    const rows = await rowsAt('/auditoria');
    const [out, wrong, refused, made, rejected, edited, off] = rows.map((row) => row.slice(1));
    assert.deepEqual(out, ['luz desde 127.0.0.1', 'Sale Usuario luz', '—', '—']);
    assert.deepEqual(wrong, ['ana desde 127.0.0.1', 'No acierta la contraseña Usuario ana', '—', '—']);
    assert.deepEqual(refused?.slice(0, 3), ['luz desde 127.0.0.1', 'Intenta lo que no se le permite Orden POST /ciclos', '—']);
    assert.match(refused?.[3] ?? '', /rol operador/);
    assert.equal(made?.[1], 'Crea Usuario luz');
    assert.match(rejected?.[1] ?? '', /Rechaza el envío Trámite 3/);
    assert.match(rejected?.[2] ?? '', /estado: antes a la espera de confirmación → después cancelado/);
    assert.equal(rejected?.[3], 'Falta la firma');
    assert.match(off?.[2] ?? '', /^antes (sí|no) → después no$|^después no$|^—$/);
    assert.match(edited?.[2] ?? '', /límite por ciclo: antes nada → después 5/);
  });

  test('each thing is a link to its page', async () => {
    const { links } = await visit(house, '/auditoria', admin);
    assert.equal(links.get('Trámite 3'), '/cola/3');
    assert.equal(links.get('Organismo xaloc_girona'), '/organismos/xaloc_girona');
    assert.equal(links.get('Usuario luz'), '/usuarios#usuario-luz');
    const reviewer = await visit(house, '/auditoria', await signIn(house, 'revisor'));
    assert.equal(reviewer.links.has('Usuario luz'), false);
    assert.match(reviewer.text, /Usuario luz/);
  });

  test('filters stand in the address and each can be taken off', async () => {
    assert.deepEqual([...new Set((await rowsAt('/auditoria?usuario=luz')).map((row) => row[1]))], ['luz desde 127.0.0.1']);
    assert.equal((await rowsAt('/auditoria?entidad=tramite&id=3')).length, 1);
    assert.equal((await rowsAt('/auditoria?accion=salir')).length, 1);
    const screen = await visit(house, '/auditoria?usuario=ana&entidad=organismo', admin);
    assert.equal(screen.links.get('Quién: ana × (quitar)'), '/auditoria?entidad=organismo');
    assert.equal(screen.links.get('Con qué: Organismo × (quitar)'), '/auditoria?usuario=ana');
  });

  test('a filter that finds nothing says so and can be cleared', async () => {
    const screen = await visit(house, '/auditoria?usuario=nadie', admin);
    assert.equal(screen.links.get('Quitar los filtros'), '/auditoria');
  });

  test('what another program left there is shown as it stands', async () => {
    house.db.sqlite.exec(
      "INSERT INTO auditoria (usuario, accion, entidad, entidad_id, antes, despues) VALUES ('otro', 'mover_cosas', 'cosa', '7', '<b>no es json', '[1,2]')",
    );
    const [row] = await rowsAt('/auditoria?usuario=otro');
    assert.deepEqual(row?.slice(1), ['otro', 'Mover cosas Cosa 7', 'antes <b>no es json → después [1,2]', '—']);
  });

  test('a partial request gets the list only', async () => {
    const screen = await visit(house, '/auditoria', { ...admin, 'hx-request-type': 'partial' });
    assert.doesNotMatch(screen.html, /<html/);
    assert.ok(screen.rows.length > 5);
  });
});

describe('before and after', () => {
  test('only what is not the same is told, flags as yes and no', () => {
    assert.deepEqual(changesOf({ a: 1, b: 'x', active: 0 }, { a: 1, b: 'y', active: 1 }), [
      { name: 'b', before: 'x', after: 'y' },
      { name: 'interruptor', before: 'no', after: 'sí' },
    ]);
    assert.deepEqual(changesOf(1, true), []);
    assert.deepEqual(changesOf(0, true), [{ name: '', before: 'no', after: 'sí' }]);
    assert.deepEqual(changesOf(undefined, { rol: 'lectura' }), [{ name: 'rol', before: '', after: 'lectura' }]);
    assert.deepEqual(changesOf({ limite_por_ciclo: 5 }, { limite_por_ciclo: null }), [
      { name: 'límite por ciclo', before: '5', after: 'nada' },
    ]);
    assert.deepEqual(changesOf(undefined, undefined), []);
  });

  test('a long value is cut', () => {
    assert.equal(changesOf(undefined, 'x'.repeat(1000))[0]?.after.length, 301);
  });
});

describe('the book, page by page', () => {
  const db = openMemoryDatabase();
  after(() => db.close());
  const any: AuditFilter = { usuario: null, entidad: null, id: null, accion: null };
  before(() => {
    db.sqlite.transaction(() => {
      for (let n = 0; n < 400; n++)
        audit(db, '2026-03-02T09:00:00.000Z', {
          usuario: n % 2 === 0 ? 'ana' : 'luz',
          accion: n === 3 ? 'rara' : 'cancelar',
          entidad: 'tramite',
          entidadId: n,
        });
    })();
  });

  test('older and newer pages meet, whatever the filter', () => {
    for (const filter of [
      any,
      { ...any, usuario: 'ana' },
      { ...any, accion: 'cancelar' },
      { ...any, entidad: 'tramite', usuario: 'luz' },
    ]) {
      const first = findAudit(db, filter, null);
      const second = findAudit(db, filter, parsePageKey(first.olderKey));
      assert.deepEqual([first.rows.length, second.rows.length, first.newerKey], [50, 50, null]);
      assert.ok((first.rows.at(-1)?.id ?? 0) > (second.rows[0]?.id ?? 0));
      assert.deepEqual(findAudit(db, filter, parsePageKey(second.newerKey)).rows, first.rows);
    }
  });

  test('a rare word is looked for in stretches, and the next page goes on where this one stopped', () => {
    const filter = { ...any, accion: 'rara' };
    const keys: (string | null)[] = [];
    const found = [];
    let key = null;
    do {
      const page = findAudit(db, filter, key, 100);
      found.push(...page.rows);
      keys.push(page.olderKey);
      key = parsePageKey(page.olderKey);
    } while (key !== null);
    assert.deepEqual(
      found.map((row) => row.id),
      [4],
    );
    assert.deepEqual(keys, ['antes-301', 'antes-201', 'antes-101', 'antes-1', null]);
  });

  test('no statement sorts the book or walks it without a bound', () => {
    const prepared = new Set<string>();
    const spied = {
      ...db,
      sql: (text: string) => {
        prepared.add(text);
        return db.sql(text);
      },
    };
    const filters = [
      any,
      { ...any, usuario: 'ana' },
      { ...any, entidad: 'tramite', id: '4' },
      { ...any, entidad: 'tramite' },
      { ...any, usuario: 'ana', accion: 'rara' },
    ];
    for (const filter of filters)
      for (const key of [null, { older: true, id: 90 }, { older: false, id: 90 }]) findAudit(spied, filter, key, 100);
    assert.ok(prepared.size >= 15);
    for (const sql of prepared) {
      const parameters = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map((match) => [match[1], 1]));
      const plan = db.sqlite
        .prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all(parameters)
        .map((row) => (row as { detail: string }).detail);
      assert.ok(!plan.some((line) => /TEMP B-TREE/.test(line)), `${sql}: ${plan}`);
      assert.match(sql, /ORDER BY auditoria_id (DESC|ASC) LIMIT/);
    }
  });
});
