import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { openPageHouse } from '#tests/support/house.ts';
import { visit } from '#tests/support/screen.ts';
import { type Family, readExposition } from './exposition.ts';

const read = (name: string): string => readFileSync(join(import.meta.dirname, '../../docs/metricas', name), 'utf8');

const house = openPageHouse();
after(() => house.close());
let families: ReadonlyMap<string, Family>;
before(async () => {
  families = readExposition((await visit(house, '/metrics')).html);
});

type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly gridPos: { readonly x: number; readonly w: number };
  readonly targets?: { readonly expr: string }[];
};
const dashboard = JSON.parse(read('grafana.json')) as { readonly panels: Panel[] };
const ofDashboard = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const ofRules = [...read('alertas.yml').matchAll(/^ +expr:\s+(.*?)\s+for: /gms)].map((match) => (match[1] as string).replace(/\s+/g, ' '));
const namesIn = (text: string) => new Set(text.match(/\b(?:cerebro|nodejs|process)_[a-z0-9_]+/g) ?? []);
/** As a family is called, without what a histogram adds. */
const familyOf = (name: string) => (families.has(name) ? name : name.replace(/_(bucket|sum|count)$/, ''));

test('every metric the dashboard and the rules ask for is there, and is asked for labels it has', () => {
  assert.ok(ofDashboard.length >= 40 && ofRules.length >= 20, `${ofDashboard.length} and ${ofRules.length}`);
  const known = new Set(readFileSync(join(import.meta.dirname, '../../docs/metricas/README.md'), 'utf8').match(/`[a-z_]+`/g));
  for (const expr of [...ofDashboard, ...ofRules]) {
    for (const name of namesIn(expr)) assert.ok(families.has(familyOf(name)), `${name} in ${expr}`);
    for (const [, label = ''] of expr.matchAll(/[{,](\w+)(?:=~|!~|!=|=)"/g))
      assert.ok(['instance', 'job'].includes(label) || known.has(`\`${label}\``), `${label} in ${expr}`);
    assert.equal(expr.split('(').length, expr.split(')').length, expr);
  }
});

test('every metric of the house is on the dashboard', () => {
  const shown = new Set(ofDashboard.flatMap((expr) => [...namesIn(expr)].map(familyOf)));
  const missing = [...families.keys()].filter((name) => name.startsWith('cerebro_') && !shown.has(name));
  assert.deepEqual(missing, []);
});

test('the panels of the dashboard have an id of their own and stay within its width', () => {
  assert.equal(new Set(dashboard.panels.map(({ id }) => id)).size, dashboard.panels.length);
  for (const { title, gridPos } of dashboard.panels) assert.ok(gridPos.x + gridPos.w <= 24, title);
});

test('every metric of the house is explained, and nothing that is not there', () => {
  const explained = new Set([...read('README.md').matchAll(/^\| `(cerebro_\w+)` \|/gm)].map((match) => match[1] as string));
  const there = [...families.keys()].filter((name) => name.startsWith('cerebro_'));
  assert.deepEqual([...explained].sort(), there.sort());
});
