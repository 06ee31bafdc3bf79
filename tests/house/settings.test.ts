import assert from 'node:assert/strict';
import test from 'node:test';
import { type Setting, settings } from '#server/settings.ts';
import { groupOf, settingGroups, unitOf } from '#server/settings-groups.ts';
import { retired } from '#server/settings-retired.ts';
import { filesOf, textOf } from './project.ts';

const registry: Readonly<Record<string, Setting>> = settings;
const keys = Object.keys(registry);
const product = filesOf('.ts').filter((path) => /^(server|workers)\//.test(path) && !/^server\/(settings|demo\/)/.test(path));
const textsOf = new Map(product.map((path) => [path, textOf(path)]));
const all = [...textsOf.values()].join('\n');

/** SAM renamed one and went on reading the old one: what people changed had no effect. */
test('every setting is read by something', () => {
  const readers = textsOf
    .keys()
    .filter((path) => path !== 'server/config.ts')
    .map((path) => textsOf.get(path))
    .toArray()
    .join('\n');
  const isRead = (key: string) => new RegExp(`(\\.|[{,\\s'])${key}\\b`).test(readers);
  assert.deepEqual(
    keys.filter((key) => !isRead(key)),
    [],
  );
});

test('what is edited in the panel is read live only: never as it was at the start', () => {
  const editable = keys.filter((key) => registry[key]?.editable);
  const stale = editable.flatMap((key) =>
    [...textsOf].flatMap(([path, text]) => (new RegExp(`\\b[cC]onfig\\.${key}\\b`).test(text) ? [`${path}: ${key}`] : [])),
  );
  // The logs are opened before the database: what the panel says of them follows at once (followLevel).
  assert.deepEqual(stale, ['server/sistema/log-files.ts: LOG_NIVEL']);
});

test('the environment is read in one place', () => {
  const allowed = ['server/config.ts', 'server/gateways/navegador/install.ts', 'server/start.ts'];
  const others = [...textsOf].filter(([path, text]) => text.includes('process.env') && !allowed.includes(path)).map(([path]) => path);
  assert.deepEqual(others, []);
  assert.doesNotMatch(all, new RegExp(`process\\.env(\\.|\\[['"])(${keys.join('|')})\\b`));
});

test('no name, present or older, belongs to two settings, and no retired one to any', () => {
  const names = [
    ...Object.values(registry).flatMap(({ key, formerly = [] }) => [key, ...formerly]),
    ...retired.flatMap((one) => one.names),
  ];
  assert.deepEqual(
    names.filter((name, index) => names.indexOf(name) !== index),
    [],
  );
});

test('every setting stands in a group, every group has some, and those that measure say in what', () => {
  assert.deepEqual(
    keys.filter((key) => groupOf(key).id === 'otros'),
    [],
  );
  assert.deepEqual(
    settingGroups.filter(({ id }) => !keys.some((key) => groupOf(key).id === id)),
    [],
  );
  const measures = keys.filter((key) => /^(Segundos|Minutos|Horas|Días) /.test(registry[key]?.meaning ?? ''));
  assert.deepEqual(
    measures.filter((key) => unitOf(key) !== registry[key]?.meaning.split(' ')[0]?.toLowerCase()),
    [],
  );
});

test('no secret and no door is edited in the panel', () => {
  const doors = /(_URL|_HOST|_PORT|_USER|_UID|_SERVER|_DIRECTORIO|_DIR|_PFX|_DIRECCIONES|_VERIFICAR|_VERIFY_SSL)$|^(HOST|PORT)$/;
  assert.deepEqual(
    keys.filter((key) => registry[key]?.editable && (registry[key]?.secret || doors.test(key))),
    [],
  );
});

test('every default reads by its own schema', () => {
  for (const { key, fallback, schema } of Object.values(registry)) {
    if (fallback !== undefined) assert.ok(schema.safeParse(fallback).success, key);
  }
});

/** Key, default, older names and whether the panel edits it, as docs/ajustes.md tells them. */
const rowsOf = (page: string) =>
  [...page.matchAll(/^\| `([A-Z][A-Z0-9_]*)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm)].map((match) => match.slice(1));

test('docs/ajustes.md tells every setting in its group, as the registry does', () => {
  const page = textOf('docs/ajustes.md');
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const told = settingGroups.flatMap(({ id }) => Object.values(registry).filter(({ key }) => groupOf(key).id === id));
  assert.deepEqual(
    rowsOf(page),
    told.map(({ key, meaning, fallback, formerly = [], editable, required }) => [
      key,
      cell(meaning),
      fallback === undefined ? (required ? 'obligatorio' : '—') : `\`${cell(fallback)}\``,
      formerly.map((name) => `\`${name}\``).join(', ') || '—',
      editable ? 'sí' : 'no',
    ]),
  );
  for (const { names, why } of retired) {
    for (const name of names) assert.ok(page.includes(`\`${name}\``), name);
    assert.ok(page.includes(why), why);
  }
});
