import assert from 'node:assert/strict';
import test from 'node:test';
import type { OwnRun, RoomRun } from '../a360/check.ts';
import { type RestoredBooks, restoredDifferences } from './check.ts';

const at = (second: number) => `2026-03-02T09:00:${String(second).padStart(2, '0')}.000Z`;

const run = (deploymentId: string, rest: Partial<RoomRun> = {}): RoomRun => ({
  ...{ deploymentId, fileId: '4713', deviceId: deploymentId, status: 'COMPLETED', aceptado: at(1), inicio: at(1), fin: at(5) },
  ...rest,
});
const own = (deploymentId: string, rest: Partial<OwnRun> = {}): OwnRun => ({
  ...{ ejecucionId: `e-${deploymentId}`, deploymentId, robotId: '4713', equipoId: deploymentId, estado: 'RUN_COMPLETED' },
  ...{ programacionId: 'p1', fechaTeorica: at(0), fechaFin: at(5) },
  ...rest,
});
const nothing = {
  botUser: 'Cerebro',
  source: [],
  fileable: [],
  intents: [],
  tramites: [],
  attempts: [],
  files: [],
  register: [],
  sightings: [],
};
const rules = (room: RoomRun[], runs: OwnRun[], rest: Partial<RestoredBooks> = {}) =>
  restoredDifferences({ facts: nothing, room: { room, own: runs }, lostRuns: new Set(), restartedAt: at(30), ...rest }).map(
    ({ rule }) => rule,
  );

test('a run of between the copy and the restoration need not be known, any other must', () => {
  assert.deepEqual(rules([run('d1'), run('d2')], [own('d1')], { lostRuns: new Set(['d2']) }), []);
  assert.deepEqual(rules([run('d1'), run('d2')], [own('d1')]), ['ejecucion_desconocida']);
});

test('an occurrence of before the restart that is launched after it is told', () => {
  const late = run('d2', { aceptado: at(31), fin: at(35) });
  assert.deepEqual(rules([late], [own('d2')]), ['ocurrencia_repetida']);
  assert.deepEqual(rules([late], [own('d2', { fechaTeorica: at(31) })]), []);
});

test('an expediente with two numbers at A360, and one with two at the sede, are told', () => {
  const filed = (id: string) =>
    run(id, { salida: { out_NumeroRegistro: { string: `N-${id}` } }, body: { botInput: { in_Expediente: { string: 'A360/1' } } } });
  assert.deepEqual(rules([filed('d1'), filed('d2')], [own('d1'), own('d2', { fechaTeorica: at(2) })]), ['presentado_dos_veces']);
  const register = ['N-1', 'N-2'].map((numero) => ({ numero, expediente: 'X' }));
  assert.ok(rules([], [], { facts: { ...nothing, register } }).includes('registrado_dos_veces'));
});
