import assert from 'node:assert/strict';
import test, { after, describe } from 'node:test';
import { type Rol, roles } from '#server/acceso/permisos.ts';
import { type Status, statuses } from '#server/cola/transitions.ts';
import { createFormat } from '#server/lib/format.ts';
import { presentPage } from '#server/tramite/present.ts';
import { meaningOf, readTab } from '#server/tramite/rules.ts';
import type { Web } from '#server/web.ts';
import { openPageHouse } from '#tests/support/house.ts';
import { fillSample } from '#tests/support/sample-data.ts';

const plain = { code: null, approved: false, waiting: '', resting: false, claimed: true, maybeSent: false };

test('every state says in whole sentences what it means and what to do', () => {
  for (const status of statuses)
    for (const maybeSent of [true, false])
      for (const claimed of [true, false]) {
        const { means, todo } = meaningOf({ ...plain, status, claimed, maybeSent });
        for (const sentence of [means, todo]) assert.match(sentence, /^[A-ZÁÉÍÓÚ].*\.$/);
      }
});

test('what may have been sent is never told to be safe', () => {
  assert.match(meaningOf({ ...plain, status: 'needs_review', maybeSent: true }).means, /Puede que se haya enviado/);
  assert.match(meaningOf({ ...plain, status: 'needs_review' }).means, /No se ha enviado nada/);
});

test('a pending one says why it waits', () => {
  const pending = { ...plain, status: 'pending' as const };
  assert.match(meaningOf({ ...pending, waiting: 'sin robot' }).means, /No puede empezar: sin robot\./);
  assert.match(meaningOf({ ...pending, resting: true }).means, /se repite solo a su hora/);
  assert.match(meaningOf({ ...pending, approved: true }).means, /Está aprobado/);
});

test('an unknown part is the summary', () => {
  assert.deepEqual([readTab('pasos'), readTab('PASOS'), readTab('')], ['pasos', 'resumen', 'resumen']);
});

describe('the buttons of a trámite', () => {
  const house = openPageHouse();
  const { ids } = fillSample(house.db, house.folder, new Date());
  after(() => house.close());
  const web = { deps: house.deps, format: createFormat('Europe/Madrid', house.deps.clock) } as Web;
  const offered = async (status: Status, rol: Rol) =>
    (await presentPage(web, String(ids[status]), 'resumen', { rol })).orders.map((one) => one.action);

  test('are those of the role and no other', async () => {
    assert.deepEqual(await Promise.all(roles.map((rol) => offered('awaiting_confirmation', rol))), [
      [],
      ['cancelar', 'devolver'],
      ['aprobar', 'rechazar', 'cancelar', 'devolver'],
      ['aprobar', 'rechazar', 'cancelar', 'devolver'],
    ]);
    assert.deepEqual(await Promise.all(roles.map((rol) => offered('needs_review', rol))), [[], [], ['resolver'], ['resolver']]);
  });

  test('are none for whoever only reads, whatever the state', async () => {
    for (const status of statuses) assert.deepEqual(await offered(status, 'lectura'), []);
  });
});
