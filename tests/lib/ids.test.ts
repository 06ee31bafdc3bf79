import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newId } from '#server/lib/ids.ts';

test('an id is a UUID version 7 that sorts by the instant it was made', () => {
  const [earlier, later] = [newId(new Date('2026-03-02T09:00:00.000Z')), newId(new Date('2026-03-02T09:00:00.001Z'))];
  for (const id of [earlier, later]) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.ok(earlier < later);
  assert.equal(Number.parseInt(later.replaceAll('-', '').slice(0, 12), 16), Date.parse('2026-03-02T09:00:00.001Z'));
});

test('ids of the same instant are all different', () => {
  const now = new Date();
  assert.equal(new Set(Array.from({ length: 1000 }, () => newId(now))).size, 1000);
});
