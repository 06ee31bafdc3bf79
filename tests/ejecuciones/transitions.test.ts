import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Estado, endStates, estados } from '#server/ejecuciones/estados.ts';
import { afterReport, mayReplace, type Run } from '#server/ejecuciones/transitions.ts';

const at = '2026-03-02T10:00:00.000Z';
const run: Run = {
  ...{ estado: 'RUNNING', fechaInicio: '2026-03-02T09:00:00.000Z', fechaInicioReal: null, fechaFin: null, origen: null },
  ...{ mensaje: null, callbackInfo: null, activityId: null, ocurrenciaLibre: 0, noEncontrada: 3, vecesUnknown: 2, ultimoUnknownAt: at },
};
const closed = (estado: Estado): Run => ({ ...run, estado, fechaFin: '2026-03-02T09:30:00.000Z' });

test('a real end is replaced by nobody', () => {
  for (const end of endStates) for (const next of estados) assert.equal(mayReplace(closed(end), next), false, `${end} → ${next}`);
});

test('a guessed end, or one closed without knowing, gives way to a real end and to nothing else', () => {
  for (const doubtful of ['COMPLETED_INFERRED', 'UNKNOWN'] as const)
    for (const next of estados)
      assert.equal(mayReplace(closed(doubtful), next), (endStates as readonly string[]).includes(next), `${doubtful} → ${next}`);
});

test('whatever is open takes what it is told', () => {
  for (const estado of ['RUNNING', 'UNKNOWN']) for (const next of estados) assert.ok(mayReplace({ estado, fechaFin: null }, next));
});

test('an end without an instant of its own ends now, and says who told it', () => {
  const { fechaFin, origen, callbackInfo, fechaInicioReal } = afterReport(
    run,
    { estado: 'RUN_COMPLETED', origen: 'callback', callbackInfo: '{}' },
    at,
  );
  assert.deepEqual({ fechaFin, origen, callbackInfo }, { fechaFin: at, origen: 'callback', callbackInfo: '{}' });
  assert.equal(fechaInicioReal, run.fechaInicio);
});

test('the end A360 gives is kept as it gives it', () => {
  const fin = '2026-03-02T09:45:00.500Z';
  assert.equal(afterReport(run, { estado: 'COMPLETED', origen: 'conciliador', fin }, at).fechaFin, fin);
});

test('UNKNOWN leaves the end open and counts by itself; any sighting ends the count of the missing', () => {
  const { fechaFin, noEncontrada, vecesUnknown, ultimoUnknownAt } = afterReport(run, { estado: 'UNKNOWN', origen: 'conciliador' }, at);
  assert.deepEqual([fechaFin, noEncontrada, vecesUnknown, ultimoUnknownAt], [null, 0, 3, at]);
  const seen = afterReport(run, { estado: 'RUNNING', origen: 'conciliador' }, at);
  assert.deepEqual([seen.fechaFin, seen.noEncontrada, seen.vecesUnknown, seen.ultimoUnknownAt], [null, 0, 0, null]);
});

test('closing an old one as UNKNOWN is no sighting', () => {
  const old = afterReport(run, { estado: 'UNKNOWN', origen: 'inferido', fin: at }, at);
  assert.deepEqual([old.fechaFin, old.noEncontrada, old.vecesUnknown], [at, 3, 2]);
});
