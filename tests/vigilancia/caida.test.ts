import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { raise } from '#server/avisos/raise.ts';
import { type Db, openMemoryDatabase } from '#server/db/open.ts';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { CorreoError } from '#server/gateways/correo/correo.ts';
import { OrigenError } from '#server/gateways/origen/origen.ts';
import { CerebroError, WrongStateError } from '#server/lib/errors.ts';
import { silentLog } from '#server/lib/log.ts';
import { watchCycle } from '#server/vigilancia/caida.ts';
import { manualClock } from '#tests/support/manual-clock.ts';

let db: Db;
beforeEach(() => {
  db = openMemoryDatabase();
});

const deps = () => ({ db, clock: manualClock(), log: silentLog() });
const quiet = new AbortController().signal;
const fail = (error: Error, signal = quiet) =>
  assert.rejects(
    watchCycle(deps(), 'lanzar', signal, () => Promise.reject(error)),
    error,
  );
const open = () => db.sqlite.prepare("SELECT nivel || ' ' || clave FROM avisos WHERE estado = 'abierto' ORDER BY aviso_id").pluck().all();

test('a cycle that fails as nobody expected is told, and so is that it works again', async () => {
  await fail(new Error('algo roto'));
  assert.deepEqual(open(), ['CRITICO ciclo_caido:lanzar']);
  assert.equal(await watchCycle(deps(), 'lanzar', quiet, async () => 7), 7);
  assert.deepEqual(open(), []);
});

test('one that fails because of what is told already is not told twice', async () => {
  raise(db, '2026-03-02T09:00:00.000Z', {
    clave: 'origen_no_responde',
    nivel: 'ALTO',
    ambito: 'SISTEMA',
    naturaleza: 'TRANSITORIO',
    titulo: 'x',
    acciones: ['Mire.'],
  });
  for (let n = 0; n < 4; n++) await fail(new OrigenError('origen_no_responde', 'No contesta.', { transient: true }));
  assert.deepEqual(open(), ['ALTO origen_no_responde']);
});

test('that no source of tickets answers is told by the avisos of the sources', async () => {
  for (let n = 0; n < 4; n++) await fail(new LoadError('Ninguna fuente de tickets ha contestado.'));
  assert.deepEqual(open(), []);
});

test('what may pass by itself is told the third time in a row', async () => {
  for (let n = 0; n < 2; n++) await fail(new CerebroError('ritmo', 'Espere.', { transient: true }));
  assert.deepEqual(open(), []);
  await fail(new CerebroError('ritmo', 'Espere.', { transient: true }));
  assert.deepEqual(open(), ['CRITICO ciclo_caido:lanzar']);
});

test('neither an answer, nor the mail, nor a full disk (which has its own aviso), nor what is cut short by a stop is a failure', async () => {
  await fail(new WrongStateError('parando', 'Cerebro se está parando.'));
  await fail(new CorreoError('correo_no_responde', 'No contesta.', 'puerta'));
  await fail(new Error('cortado'), AbortSignal.abort());
  for (let n = 0; n < 4; n++) await fail(new CerebroError('disco_lleno', 'No hay sitio.', { transient: true }));
  assert.deepEqual(open(), []);
});
