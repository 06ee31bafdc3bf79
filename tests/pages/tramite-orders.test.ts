import assert from 'node:assert/strict';
import test, { beforeEach, describe } from 'node:test';
import { openPageHouse, type PageHouse } from '#tests/support/house.ts';
import { manualClock } from '#tests/support/manual-clock.ts';
import { fillSample, type Sample } from '#tests/support/sample-data.ts';
import { send, visit } from '#tests/support/screen.ts';

const now = '2026-03-02T09:00:00.000Z';

describe('an order given on /cola/:id', () => {
  let house: PageHouse;
  let ids: Sample['ids'];
  beforeEach(() => {
    house = openPageHouse({ clock: manualClock(now) });
    ({ ids } = fillSample(house.db, house.folder, new Date(now)));
  });
  const statusOf = (id: number) => house.db.sql('SELECT status FROM tramite_queue WHERE id = ?').get(id)?.status;
  const finish = async (run: () => Promise<void>) => {
    try {
      await run();
    } finally {
      await house.close();
    }
  };

  test('goes back to the trámite, which shows what became of it and who said so', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.awaiting_confirmation}/rechazar`, { motivo: 'Falta la firma.' });
      assert.deepEqual([answer.status, answer.headers.location], [303, `/cola/${ids.awaiting_confirmation}`]);
      const screen = await visit(house, `/cola/${ids.awaiting_confirmation}`);
      assert.match(screen.text, /Cancelado/);
      assert.match(screen.text, /operador local: Rechazado: Falta la firma\./);
    }));

  test('wakes the robots when there is something for them', () =>
    finish(async () => {
      await send(house, `/cola/${ids.awaiting_confirmation}/aprobar`);
      assert.equal(statusOf(ids.awaiting_confirmation), 'pending');
      assert.deepEqual(house.woken, ['despachar']);
      assert.match((await visit(house, '/cola?q=2025/160587')).rows[0]?.[2] ?? '', /Aprobado: se enviará/);
    }));

  test('tells htmx where to go instead of putting a page inside a page', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.failed}/reintentar`, {}, { 'hx-request': 'true', 'hx-request-type': 'partial' });
      assert.deepEqual([answer.status, answer.headers['hx-redirect'], answer.html], [204, `/cola/${ids.failed}`, '']);
    }));

  test('in a state that does not allow it answers 409 with the sentence, on the same page', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.completed}/cancelar`);
      assert.equal(answer.status, 409);
      assert.equal(answer.heading, '2025/160588-MUL');
      assert.match(answer.text, /No se puede cancelar un trámite que está «presentado»/);
      assert.equal(statusOf(ids.completed), 'completed');
    }));

  test('without a choice the reason is tied to both of them', () =>
    finish(async () => {
      const { status, html } = await send(house, `/cola/${ids.needs_review}/resolver`, { resultado: 'quizá' });
      assert.equal(status, 422);
      const [, reason] = /<p class="motivo" id="([^"]+-resultado-mal)">/.exec(html) ?? [];
      assert.equal(html.split(`aria-describedby="${reason}"`).length, 3);
    }));

  test('with something missing answers 422, the reason at the field and what was typed kept', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.needs_review}/resolver`, { resultado: 'presentado', numero: 'REG-1', fecha: 'ayer' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Fecha del registro La fecha de registro no es un día del calendario/);
      assert.equal(answer.fields.get('numero'), 'REG-1');
      assert.equal(statusOf(ids.needs_review), 'needs_review');
    }));

  test('a rejection without a reason opens its own form again', () =>
    finish(async () => {
      const answer = await send(house, `/cola/${ids.awaiting_confirmation}/rechazar`, { motivo: ' ' });
      assert.equal(answer.status, 422);
      assert.match(answer.text, /Rechazar con motivo 2025\/160587-MUL · xaloc_girona No se enviará\..* Motivo Diga por qué se rechaza\./);
    }));

  test('a doubtful one that was filed is completed with its number', () =>
    finish(async () => {
      await send(house, `/cola/${ids.needs_review}/resolver`, { resultado: 'presentado', numero: 'REG-77', fecha: '02/03/2026' });
      const screen = await visit(house, `/cola/${ids.needs_review}`);
      assert.match(screen.text, /Presentado REG-77/);
      assert.match(screen.text, /Revisado: sí se presentó, con el número REG-77 \(02\/03\/2026\)\./);
    }));

  test('that nobody knows, or for a trámite that is not there, answers 404', () =>
    finish(async () => {
      assert.equal((await send(house, `/cola/${ids.pending}/borrar`)).status, 404);
      assert.equal((await send(house, `/cola/${ids.pending}/constructor`)).status, 404);
      assert.equal((await send(house, '/cola/999/cancelar')).status, 404);
    }));
});
