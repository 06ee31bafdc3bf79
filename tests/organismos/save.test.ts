import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { systemClock } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import { saveOrganismo, switchOrganismo } from '#server/organismos/save.ts';

const who = { usuario: 'operador', host: '127.0.0.1' };
const form = {
  site_id: 'madrid',
  query_organisme: '%MULTAS DE MADRID%|AYUNTAMIENTO DE MADRID',
  filtro_texp: '2,3',
  regex_expediente: '.+',
  url_template: 'http://x/?e={expediente}',
};

let deps: Deps;
beforeEach(() => {
  const log = silentLog();
  deps = { db: openMemoryDatabase(), clock: systemClock, log, hub: createHub(log) } as unknown as Deps;
});
afterEach(() => deps.db.close());

const stored = (siteId: string) => deps.db.sql('SELECT * FROM organismo_config WHERE site_id = ?').get(siteId);
/** As an ensayo that has just been run. */
const rehearsed = (siteId: string) =>
  deps.db
    .sql(
      `INSERT OR REPLACE INTO ensayos (site_id, reglas) SELECT site_id, reglas FROM organismo_versiones WHERE site_id = ?
       ORDER BY version_id DESC LIMIT 1`,
    )
    .run(siteId);
const kinds = (siteId: string) =>
  deps.db.sql("SELECT kind FROM events WHERE entity = 'organismo' AND entity_id = ? ORDER BY event_id").pluck().all(siteId);
const refusal = async (saving: Promise<unknown>): Promise<Readonly<Record<string, string>>> => {
  const error = await saving.then(
    () => assert.fail('it was saved'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof InvalidInputError, String(error));
  return error.fields;
};

test('the migrations seed xaloc_girona: valid, off, and accepting the example of the design', () => {
  const { valid, invalid } = readOrganismos(deps.db);
  assert.deepEqual(invalid, []);
  assert.deepEqual(
    valid.map(({ siteId, active, modo }) => ({ siteId, active, modo })),
    [{ siteId: 'xaloc_girona', active: false, modo: 'aprobar' }],
  );
  assert.equal(valid[0]?.acceptsExpediente('2025/160585-MUL'), true);
});

test('a new organismo is written with the defaults of the table, its event and its audit', async () => {
  assert.deepEqual(await saveOrganismo(deps, null, form, who), { siteId: 'madrid', changed: true, leftOff: false });
  const row = stored('madrid');
  assert.deepEqual([row?.active, row?.modo, row?.prioridad, row?.limite_por_ciclo, row?.robot], [0, 'aprobar', 100, null, null]);
  assert.deepEqual(kinds('madrid'), ['created']);
  assert.equal(deps.db.sql('SELECT usuario FROM auditoria').pluck().get(), 'operador');
  assert.ok(readOrganismos(deps.db).valid.some(({ siteId }) => siteId === 'madrid'));
});

test('every further column can be written, and blanks mean nothing of its own', async () => {
  const further = {
    modo: 'enviar',
    robot: ' r ',
    url_inicio: 'https://x/',
    prioridad: '5',
    limite_por_ciclo: '3',
    max_en_cola: ' ',
  };
  await saveOrganismo(deps, null, { ...form, ...further, excluir_organisme: '  ', solo_sin_asignar: 'on' }, who);
  const row = stored('madrid');
  assert.deepEqual(
    [row?.modo, row?.url_inicio, row?.prioridad, row?.limite_por_ciclo, row?.max_en_cola, row?.excluir_organisme, row?.solo_sin_asignar],
    ['enviar', 'https://x/', 5, 3, null, null, 1],
  );
  assert.equal(readOrganismos(deps.db).valid.find(({ siteId }) => siteId === 'madrid')?.robot, 'r');
});

test('the expression is stored exactly as it is given', async () => {
  await saveOrganismo(deps, null, { ...form, regex_expediente: ' a+ ' }, who);
  assert.equal(stored('madrid')?.regex_expediente, ' a+ ');
});

for (const [field, value] of [
  ['site_id', 'nuevo'],
  ['site_id', 'Con Mayúsculas'],
  ['site_id', 'xaloc_girona'],
  ['query_organisme', ' '],
  ['filtro_texp', '2;3'],
  ['regex_expediente', '('],
  ['url_template', 'http://x/{otra}'],
  ['url_template', 'http://x/?_token=abc&e={expediente}'],
  ['modo', 'todo'],
  ['prioridad', 'alta'],
  ['limite_por_ciclo', '-1'],
  ['active', 'quizás'],
] as const)
  test(`a form with ${field} = «${value}» is refused at that field, and nothing is written`, async () => {
    const fields = await refusal(saveOrganismo(deps, null, { ...form, [field]: value }, who));
    assert.deepEqual(Object.keys(fields), [field]);
    assert.match(fields[field] as string, /no es válid[oa]/);
    assert.equal(deps.db.sql('SELECT count(*) FROM organismo_config').pluck().get(), 1);
    assert.equal(deps.db.sql('SELECT count(*) FROM events').pluck().get(), 0);
  });

test('a form without a site_id is refused', async () => {
  assert.deepEqual(Object.keys(await refusal(saveOrganismo(deps, null, { ...form, site_id: undefined }, who))), ['site_id']);
});

test('an edit changes what it brings and nothing else, and tells which columns', async () => {
  const before = stored('xaloc_girona');
  await saveOrganismo(deps, 'xaloc_girona', { site_id: 'xaloc_girona', limite_por_ciclo: ['0', '7'] }, who);
  assert.deepEqual({ ...stored('xaloc_girona'), updated_at: null }, { ...before, limite_por_ciclo: 7, updated_at: null });
  const event = deps.db.sql("SELECT data FROM events WHERE kind = 'edited'").pluck().get() as unknown as string;
  assert.deepEqual(JSON.parse(event), { columns: ['limite_por_ciclo'] });
});

test('a name is kept for good, and a form that brings another is refused', async () => {
  assert.deepEqual(Object.keys(await refusal(saveOrganismo(deps, 'xaloc_girona', { site_id: 'otro', limite_por_ciclo: '7' }, who))), [
    'site_id',
  ]);
});

test('an edit that changes nothing leaves no trace', async () => {
  await saveOrganismo(deps, 'xaloc_girona', { filtro_texp: '2,3', active: '0' }, who);
  assert.deepEqual(kinds('xaloc_girona'), []);
});

test('a form mends what a raw INSERT left wrong, column by column or all at once', async () => {
  deps.db.sqlite.exec("INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, active) VALUES ('roto', '', 'x', 1)");
  const fields = await refusal(saveOrganismo(deps, 'roto', { filtro_texp: '2' }, who));
  assert.deepEqual(Object.keys(fields).sort(), ['query_organisme', 'regex_expediente']);
  await saveOrganismo(deps, 'roto', { filtro_texp: '2', query_organisme: '%R%', regex_expediente: '.*' }, who);
  assert.ok(readOrganismos(deps.db).valid.some(({ siteId }) => siteId === 'roto'));
});

test('a switch turns it on and off, each with its event', async () => {
  rehearsed('xaloc_girona');
  assert.equal(await switchOrganismo(deps, 'xaloc_girona', true, who), true);
  assert.equal(stored('xaloc_girona')?.active, 1);
  await switchOrganismo(deps, 'xaloc_girona', false, who);
  assert.deepEqual(kinds('xaloc_girona'), ['switched_on', 'switched_off']);
});

test('switching it to what it is already leaves no trace, and needs no ensayo', async () => {
  deps.db.sqlite.exec('UPDATE organismo_config SET active = 1');
  assert.equal(await switchOrganismo(deps, 'xaloc_girona', true, who), true);
  assert.deepEqual(kinds('xaloc_girona'), []);
});

test('without an ensayo of the rules it has, it is not switched on: none, of other rules, or older than the last edit', async () => {
  const refused = async () => {
    assert.equal(await switchOrganismo(deps, 'xaloc_girona', true, who), false);
    assert.equal(stored('xaloc_girona')?.active, 0);
  };
  await refused();
  rehearsed('xaloc_girona');
  await saveOrganismo(deps, 'xaloc_girona', { filtro_texp: '3' }, who);
  await refused();
  await saveOrganismo(deps, 'xaloc_girona', { filtro_texp: '2,3' }, who);
  deps.db.sqlite.exec("UPDATE ensayos SET at = '2001-01-01T00:00:00.000Z'");
  await refused();
  rehearsed('xaloc_girona');
  assert.equal(await switchOrganismo(deps, 'xaloc_girona', true, who), true);
});

test('a form that asks for it on is saved switched off, new or not', async () => {
  assert.deepEqual(await saveOrganismo(deps, null, { ...form, active: '1' }, who), { siteId: 'madrid', changed: true, leftOff: true });
  rehearsed('madrid');
  const edited = await saveOrganismo(deps, 'madrid', { prioridad: '3', active: '1' }, who);
  assert.deepEqual([edited.leftOff, stored('madrid')?.active, stored('madrid')?.prioridad], [true, 0, 3]);
});

test('any edit of the rules of a running one switches it off, and its event says so', async () => {
  deps.db.sqlite.exec('UPDATE organismo_config SET active = 1');
  assert.equal((await saveOrganismo(deps, 'xaloc_girona', { limite_por_ciclo: '4', active: '1' }, who)).leftOff, true);
  assert.equal(stored('xaloc_girona')?.active, 0);
  const event = deps.db.sql("SELECT data FROM events WHERE kind = 'edited'").pluck().get() as unknown as string;
  assert.deepEqual(JSON.parse(event), { columns: ['limite_por_ciclo'], off: true });
});

test('a form that does not speak of the switch leaves it as it is', async () => {
  deps.db.sqlite.exec('UPDATE organismo_config SET active = 1');
  assert.equal((await saveOrganismo(deps, 'xaloc_girona', { limite_por_ciclo: '4' }, who)).leftOff, false);
  assert.equal(stored('xaloc_girona')?.active, 1);
});

test('a form that changes no rule switches as the switch does', async () => {
  const same = { filtro_texp: '2,3', active: '1' };
  assert.deepEqual(await saveOrganismo(deps, 'xaloc_girona', same, who), { siteId: 'xaloc_girona', changed: false, leftOff: true });
  rehearsed('xaloc_girona');
  assert.deepEqual(await saveOrganismo(deps, 'xaloc_girona', same, who), { siteId: 'xaloc_girona', changed: true, leftOff: false });
  assert.deepEqual(await saveOrganismo(deps, 'xaloc_girona', same, who), { siteId: 'xaloc_girona', changed: false, leftOff: false });
  assert.equal((await saveOrganismo(deps, 'xaloc_girona', { active: '0', filtro_texp: '2,3' }, who)).changed, true);
  assert.deepEqual(kinds('xaloc_girona'), ['switched_on', 'switched_off']);
});

test('what is written by SQL is obeyed: nobody asks for an ensayo', () => {
  deps.db.sqlite.exec(`UPDATE organismo_config SET active = 1;
    INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, active) VALUES ('sql', '%', '2', '.*', 1)`);
  assert.deepEqual(
    readOrganismos(deps.db).valid.map(({ active }) => active),
    [true, true],
  );
});

test('what is not valid can be switched off, not on', async () => {
  deps.db.sqlite.exec("INSERT INTO organismo_config (site_id, active) VALUES ('roto', 'quizás')");
  await refusal(switchOrganismo(deps, 'roto', true, who));
  await switchOrganismo(deps, 'roto', false, who);
  assert.equal(stored('roto')?.active, 0);
});

test('what does not exist is neither saved nor switched', async () => {
  await assert.rejects(saveOrganismo(deps, 'nadie', form, who), NotFoundError);
  await assert.rejects(switchOrganismo(deps, 'nadie', true, who), NotFoundError);
});

test('organismos come in the order in which they take a recurso, and a wrong row stops only itself', () => {
  deps.db.sqlite.exec(`INSERT INTO organismo_config (site_id, query_organisme, filtro_texp, regex_expediente, prioridad) VALUES
    ('c', '%', '2', '.*', 100), ('b', '%', '2', '.*', 5), ('a', '%', '2', '.*', 5), ('roto', '%', 'x', '.*', 1);
    INSERT INTO organismo_config (site_id) VALUES ('vacio')`);
  const { valid, invalid } = readOrganismos(deps.db);
  assert.deepEqual(
    valid.map(({ siteId }) => siteId),
    ['b', 'a', 'xaloc_girona', 'c'],
  );
  assert.deepEqual(
    invalid.map(({ siteId }) => siteId),
    ['roto', 'vacio'],
  );
});
