import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openMemoryDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { systemClock } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import { createFormat } from '#server/lib/format.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { parsePageKey } from '#server/lib/page.ts';
import { rulesOf } from '#server/organismos/form.ts';
import { sections } from '#server/organismos/help.ts';
import { findRaw, findVersions, presentVersion, versionBefore } from '#server/organismos/queries.ts';
import { renameOrganismo } from '#server/organismos/rename.ts';
import { restoreVersion } from '#server/organismos/restore.ts';
import { saveOrganismo } from '#server/organismos/save.ts';
import { differencesOf, presentVersions, versionsPerPage } from '#server/organismos/versions.ts';

const who = { usuario: 'marta', host: '127.0.0.1' };
const site = 'xaloc_girona';

let deps: Deps;
beforeEach(() => {
  const log = silentLog();
  deps = { db: openMemoryDatabase(), clock: systemClock, log, hub: createHub(log) } as unknown as Deps;
});
afterEach(() => deps.db.close());

const save = (form: Record<string, string>) => saveOrganismo(deps, site, form, who);
const raw = (sql: string) => deps.db.sqlite.exec(sql);
const list = (page?: string) => {
  const key = parsePageKey(page);
  const found = findVersions(deps.db, site, key, versionsPerPage);
  const before = (id: number) => versionBefore(deps.db, site, id);
  const presentId = presentVersion(deps.db, site)?.id ?? null;
  return presentVersions({ path: '/organismos/x', found, key, before, presentId }, createFormat('Europe/Madrid', systemClock));
};
const audited = () => deps.db.sql('SELECT usuario, accion FROM auditoria ORDER BY auditoria_id DESC LIMIT 1').get();

test('a version says who made it: the person of the form, or another program', async () => {
  await save({ filtro_texp: '3' });
  raw("UPDATE organismo_config SET filtro_texp = '2'");
  assert.deepEqual(
    list().rows.map(({ by, present, first }) => [by, present, first]),
    [
      ['otro programa, por SQL', true, false],
      ['marta', false, false],
      ['la instalación u otro programa, por SQL', false, true],
    ],
  );
});

test('only its own version is signed: what others wrote before stays theirs', async () => {
  raw("UPDATE organismo_config SET filtro_texp = '2'");
  await save({ filtro_texp: '3' });
  assert.deepEqual(
    list().rows.map(({ by }) => by.split(' ')[0]),
    ['marta', 'otro', 'la'],
  );
});

test('switching makes no version', async () => {
  raw('UPDATE organismo_config SET active = 1');
  await save({ active: '0' });
  assert.equal(list().rows.length, 1);
});

test('each version tells what it changed, rule by rule, with words for nothing and for yes and no', async () => {
  await save({ filtro_texp: '3', excluir_organisme: '%SCT%', solo_sin_asignar: '1' });
  assert.deepEqual(list().rows[0]?.changes, [
    { label: 'Excepto estos', before: '(nada)', after: '%SCT%' },
    { label: 'Filtro de TExp', before: '2,3', after: '3' },
    { label: 'Solo los que no tienen a nadie asignado', before: 'no', after: 'sí' },
  ]);
});

test('every rule of the form can be told apart', () => {
  const names = sections.flatMap(({ fields }) => fields.map(({ name }) => name));
  assert.deepEqual(
    names.map((name) => differencesOf({ [name]: null }, { [name]: 'x' }).length),
    names.map(() => 1),
  );
});

test('many versions are turned over page by page, and every one of them is compared with the one before it', async () => {
  for (let n = 1; n <= 23; n++) raw(`UPDATE organismo_config SET prioridad = ${200 + n}`);
  const page = (href: string | null) => new URL(href ?? '', 'http://x').searchParams.get('versiones') ?? '';
  const change = ({ rows }: ReturnType<typeof list>) => rows.map(({ changes }) => changes[0]?.before);
  const first = list();
  const second = list(page(first.pager.older));
  const third = list(page(second.pager.older));
  assert.deepEqual(change(first).slice(0, 2), ['222', '221']);
  assert.deepEqual([change(first).at(-1), change(second)[0], change(second).at(-1)], ['213', '212', '203']);
  assert.deepEqual([third.rows.length, third.pager.older, third.rows.at(-1)?.first], [4, null, true]);
  assert.deepEqual(list(page(third.pager.newer)), second);
  assert.match(first.pager.older ?? '', /#versiones$/);
});

test('restoring gives it those rules again as a new version, switched off, and rewrites nothing', async () => {
  const original = findRaw(deps.db, site);
  const seed = presentVersion(deps.db, site);
  await save({ filtro_texp: '3', robot: 'otro' });
  raw('UPDATE organismo_config SET active = 1');
  const kept = deps.db.sql('SELECT * FROM organismo_versiones ORDER BY version_id').all();
  assert.equal(await restoreVersion(deps, site, seed?.id ?? 0, who), true);
  assert.deepEqual({ ...findRaw(deps.db, site), updated_at: null }, { ...original, updated_at: null });
  const versions = deps.db.sql('SELECT * FROM organismo_versiones ORDER BY version_id').all();
  assert.deepEqual(versions.slice(0, -1), kept);
  assert.deepEqual([versions.at(-1)?.reglas, versions.at(-1)?.usuario], [seed?.reglas, 'marta']);
  assert.deepEqual(audited(), { usuario: 'marta', accion: 'restaurar' });
  assert.ok(deps.db.sql("SELECT 1 FROM events WHERE kind = 'restored' AND actor = 'marta'").get());
});

test('restoring the rules it has changes nothing, not even the switch', async () => {
  raw('UPDATE organismo_config SET active = 1');
  assert.equal(await restoreVersion(deps, site, presentVersion(deps.db, site)?.id ?? 0, who), false);
  assert.equal(findRaw(deps.db, site)?.active, 1);
  assert.equal(deps.db.sql('SELECT count(*) AS n FROM events').get()?.n, 0);
});

test('rules that were not valid are not restored, nor those of another organismo', async () => {
  raw("UPDATE organismo_config SET filtro_texp = 'x'");
  const broken = presentVersion(deps.db, site);
  raw("UPDATE organismo_config SET filtro_texp = '2'; INSERT INTO organismo_config (site_id) VALUES ('ajeno')");
  await assert.rejects(restoreVersion(deps, site, broken?.id ?? 0, who), InvalidInputError);
  await assert.rejects(restoreVersion(deps, site, presentVersion(deps.db, 'ajeno')?.id ?? 0, who), NotFoundError);
  assert.equal(findRaw(deps.db, site)?.filtro_texp, '2');
});

test('a version keeps every column that the form writes but the switch', () => {
  const names = sections.flatMap(({ fields }) => fields.map(({ name }) => name)).sort();
  assert.deepEqual(Object.keys(JSON.parse(presentVersion(deps.db, site)?.reglas ?? '{}')).sort(), names);
  assert.deepEqual(Object.keys(rulesOf(presentVersion(deps.db, site)?.reglas ?? '{}')).sort(), names);
});

test('a name that is not valid is exchanged for one that is, switched off; the history says where it comes from', async () => {
  raw("INSERT INTO organismo_config (id, site_id, query_organisme, active) VALUES (70, '..', '%X%', 1)");
  assert.equal(await renameOrganismo(deps, 70, ' vilafant ', who), 'vilafant');
  const row = findRaw(deps.db, 'vilafant');
  assert.deepEqual([row?.id, row?.query_organisme, row?.active], [70, '%X%', 0]);
  assert.equal(presentVersion(deps.db, 'vilafant')?.usuario, 'marta');
  assert.deepEqual(audited(), { usuario: 'marta', accion: 'renombrar' });
});

test('a valid name is for good; a new one must be valid and nobody else’s', async () => {
  raw("INSERT INTO organismo_config (id, site_id) VALUES (70, 'a/b')");
  for (const name of ['', 'nuevo', 'A B', site])
    await assert.rejects(
      renameOrganismo(deps, 70, name, who),
      (error) => error instanceof InvalidInputError && /no (es|sea) válido/.test(error.message),
    );
  await assert.rejects(renameOrganismo(deps, Number(findRaw(deps.db, site)?.id), 'otro', who), WrongStateError);
  await assert.rejects(renameOrganismo(deps, 999, 'otro', who), NotFoundError);
});
