import assert from 'node:assert/strict';
import test from 'node:test';
import { differencesOf, type OwnRun, type RoomRun } from './check.ts';

const at = (second: number) => `2026-03-02T09:00:${String(second).padStart(2, '0')}.000Z`;

const room = (deploymentId: string, rest: Partial<RoomRun> = {}): RoomRun => ({
  ...{ deploymentId, fileId: '4711', deviceId: '31', status: 'COMPLETED', aceptado: at(1), inicio: at(1), fin: at(5) },
  ...rest,
});
const own = (deploymentId: string | null, rest: Partial<OwnRun> = {}): OwnRun => ({
  ...{ ejecucionId: `e-${deploymentId}`, deploymentId, robotId: '4711', equipoId: '31', estado: 'RUN_COMPLETED' },
  ...{ programacionId: 'p1', fechaTeorica: at(0), fechaFin: at(5) },
  ...rest,
});
const rules = (books: Parameters<typeof differencesOf>[0]) => differencesOf(books).map(({ rule }) => rule);

test('books that agree have no differences', () => {
  assert.deepEqual(rules({ room: [room('d1')], own: [own('d1'), own(null, { estado: 'DEPLOY_FAILED' })] }), []);
});

test('a run nobody here knows, and one A360 never accepted, are told', () => {
  assert.deepEqual(rules({ room: [room('d1')], own: [] }), ['ejecucion_desconocida']);
  assert.deepEqual(rules({ room: [], own: [own('d1')] }), ['ejecucion_inventada']);
});

test('an occurrence launched twice on an equipo is told, on two it is not', () => {
  const later = room('d2', { aceptado: at(6), fin: at(9) });
  assert.deepEqual(rules({ room: [room('d1'), later], own: [own('d1'), own('d2')] }), ['ocurrencia_doble']);
  const other = { ...later, deviceId: '32' };
  assert.deepEqual(rules({ room: [room('d1'), other], own: [own('d1'), own('d2', { equipoId: '32' })] }), []);
});

test('a deploy that comes while another runs on that equipo is told', () => {
  const books = { room: [room('d1'), room('d2', { aceptado: at(3) })], own: [own('d1'), own('d2', { fechaTeorica: at(2) })] };
  assert.deepEqual(rules(books), ['equipo_doble']);
});

test('a trámite launched twice, one with another number, one without a deploy and one that is gone are told', () => {
  const deploy = (id: string, expediente: string, numero = 'N-1') =>
    room(id, {
      ...{ deviceId: id, body: { botInput: { in_Expediente: { string: expediente } } } },
      salida: { out_NumeroRegistro: { string: numero } },
    });
  const filing = (expediente: string, status: string, numero: string | null = null) => ({ expediente, status, numero, code: null });
  const told = (deploys: RoomRun[], filings: ReturnType<typeof filing>[], queued = filings.length) =>
    rules({ room: deploys, own: deploys.map(({ deploymentId }) => own(deploymentId, { programacionId: null })), filings, queued });
  assert.deepEqual(told([deploy('d1', 'A')], [filing('A', 'completed', 'N-1'), filing('B', 'pending'), filing('C', 'needs_review')]), []);
  assert.deepEqual(told([deploy('d1', 'A'), deploy('d2', 'A')], [filing('A', 'needs_review')]), ['presentado_dos_veces']);
  assert.deepEqual(told([deploy('d1', 'A')], [filing('A', 'completed', 'N-2')]), ['numero_distinto']);
  assert.deepEqual(told([], [filing('A', 'completed', 'N-2')]), ['numero_distinto']);
  assert.deepEqual(told([deploy('d1', 'A')], [filing('A', 'pending')]), ['tramite_mal_contado']);
  assert.deepEqual(told([], [filing('A', 'processing')]), ['tramite_mal_contado']);
  assert.deepEqual(told([], [], 1), ['tramite_perdido']);
});

test('what is still open, and what ended otherwise than A360 says, are told', () => {
  assert.deepEqual(rules({ room: [room('d1')], own: [own('d1', { estado: 'RUNNING', fechaFin: null })] }), [
    'ejecucion_atascada',
    'final_distinto',
  ]);
  assert.deepEqual(rules({ room: [room('d1', { status: 'RUN_FAILED' })], own: [own('d1')] }), ['final_distinto']);
});
