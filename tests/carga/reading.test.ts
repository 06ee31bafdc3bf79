import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createMapping, type Names } from '#server/carga/mapping.ts';
import { readingOf, type Told } from '#server/carga/reading.ts';

const robots = ['1', '2', '3'].map((robotId) => ({ robotId, robot: `R${robotId}`, activo: true, presente: true }));
const names = (change: Partial<Names> = {}) => createMapping({ robots, mapeos: [], mapa: {}, ...change });

const tickets = (given: Record<string, number>) => new Map(Object.entries(given));
const good = (proveedor: Told['proveedor'], given: Record<string, number>, before: Record<string, number> | null = null): Told => ({
  ...{ proveedor, answer: { kind: 'ok', tickets: tickets(given) } },
  last: before && { tickets: tickets(before), ageMs: 1000 },
});
const bad = (proveedor: Told['proveedor'], before: Record<string, number> | null, ageMs = 1000): Told => ({
  ...{ proveedor, answer: { kind: 'failed', reason: 'No contesta.' } },
  last: before && { tickets: tickets(before), ageMs },
});

const read = (told: readonly Told[], mapping = names()) => readingOf(told, mapping, 900_000);
const loads = (told: readonly Told[], mapping = names()) =>
  Object.fromEntries([...read(told, mapping).load].map(([id, { tickets, saber }]) => [id, `${tickets} ${saber}`]));

describe('the tickets of each robot', () => {
  test('are those of all providers together', () => {
    assert.deepEqual(loads([good('clouders', { R1: 3, R2: 1 }), good('rpa360', { R1: 4 }), good('local', { '1': 5 })]), {
      '1': '12 actual',
      '2': '1 actual',
    });
  });

  test('of a provider that fails are its last ones, while they are not too old', () => {
    assert.deepEqual(loads([bad('clouders', { R1: 3 })]), { '1': '3 antigua' });
    assert.deepEqual(loads([bad('clouders', { R1: 3 }, 900_000)]), { '1': '0 desconocida' });
  });

  test('of a robot fed by one that fails and one that answers are both, and in doubt', () => {
    assert.deepEqual(loads([bad('clouders', { R1: 3, R2: 0 }), good('rpa360', { R1: 4 })]), { '1': '7 antigua', '2': '0 antigua' });
    assert.deepEqual(loads([bad('clouders', { R1: 3 }, 1e9), good('rpa360', { R1: 4 })]), { '1': '4 desconocida' });
  });

  test('are in doubt too where it is written down that the one that fails feeds it', () => {
    const mapeos = [{ proveedor: 'clouders', nombre: 'X', robotId: '2' }];
    assert.deepEqual(loads([bad('clouders', { R1: 3 })], names({ mapeos, mapa: { Y: 'R3' } })), {
      '1': '3 antigua',
      '2': '0 antigua',
      '3': '0 antigua',
    });
  });

  test('are unknown for everybody when one fails that never answered, but for those that another feeds', () => {
    assert.deepEqual(loads([bad('clouders', null)]), { '1': '0 desconocida', '2': '0 desconocida', '3': '0 desconocida' });
    assert.deepEqual(loads([bad('clouders', null), good('rpa360', { R1: 2 }, { R2: 0 })]), {
      '1': '2 actual',
      '2': '0 actual',
      '3': '0 desconocida',
    });
  });

  test('that go to nobody are told apart, the most first; none are not worth a word', () => {
    const { unmapped, load } = read([good('clouders', { X: 1, Y: 9, Z: 0, R1: 2 })]);
    assert.deepEqual(
      unmapped.map(({ nombre, tickets, proveedor }) => [nombre, tickets, proveedor]),
      [
        ['Y', 9, 'clouders'],
        ['X', 1, 'clouders'],
      ],
    );
    assert.equal(load.size, 1);
  });

  test('with a name of several robots leave all of these in doubt, and nobody else', () => {
    const twins = [...robots, { robotId: '4', robot: 'R1', activo: true, presente: true }];
    assert.deepEqual(loads([good('clouders', { R1: 3, R2: 1 }), good('rpa360', { '4': 2 })], names({ robots: twins })), {
      '1': '0 desconocida',
      '2': '1 actual',
      '4': '2 desconocida',
    });
    assert.deepEqual(loads([good('clouders', { R1: 0, R2: 1 })], names({ robots: twins })), { '2': '1 actual' });
    const mapeos = [{ proveedor: 'clouders', nombre: 'R1', robotId: '4' }];
    assert.deepEqual(loads([good('clouders', { R1: 3 })], names({ robots: twins, mapeos })), { '4': '3 actual' });
  });

  test('outside has failed when all of those outside have, and there is one', () => {
    assert.equal(read([good('local', {})]).outsideFailed, false);
    assert.equal(read([bad('clouders', {}), good('local', {})]).outsideFailed, true);
    assert.equal(read([bad('clouders', {}), good('rpa360', {}), good('local', {})]).outsideFailed, false);
  });

  test('a robot that a failed provider named is never read as having none', () => {
    const counts = fc.dictionary(fc.constantFrom('R1', 'R2', 'R3', 'X'), fc.nat(50), { maxKeys: 4 });
    fc.assert(
      fc.property(counts, counts, fc.nat(2_000_000), (before, other, ageMs) => {
        const { load } = read([bad('clouders', before, ageMs), good('rpa360', other)]);
        for (const name of Object.keys(before).filter((one) => one !== 'X'))
          assert.notEqual(load.get(name.slice(1))?.saber ?? 'actual', 'actual');
      }),
    );
  });
});
