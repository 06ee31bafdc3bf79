import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { placeOf, wordOf } from '#server/avisos/kinds.ts';

const server = resolve(import.meta.dirname, '../../server');

/** How the rooms write the claves of their avisos: `clave: 'x'`, `someClave = 'x'`, `claveOf = (id) => …x:`, `claves = { y: 'x' }`. */
const written = [
  /\bclave: ['`]([a-z_0-9]+:?)/g,
  /\b\w*[cC]lave\w* = (?:\(\w*: ?\w+\): string => )?['`]([a-z_0-9]+:?)/g,
  /\b\w*[cC]laves = \{([^}]*(?:\{[^}]*\}[^}]*)*)\}/g,
];

const clavesOf = (source: string): string[] => {
  const [inRaise, named, many] = written.map((pattern) => [...source.matchAll(pattern)].map(([, found = '']) => found));
  const several = (many ?? []).flatMap((body) => [...body.matchAll(/['`]([a-z_0-9]{4,}:?)/g)].map(([, found = '']) => found));
  return [...(inRaise ?? []), ...(named ?? []), ...several];
};

test('every kind of aviso the house raises has a word and a place where it is mended', () => {
  const files = readdirSync(server, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const claves = new Set(files.flatMap((file) => clavesOf(readFileSync(resolve(server, file), 'utf8'))));
  assert.ok(claves.size > 20, `${claves.size}`);
  const unknown = [...claves].filter((clave) => placeOf(`${clave}${clave.endsWith(':') ? '7' : ''}`) === null || wordOf(clave) === '');
  assert.deepEqual(unknown, []);
});
