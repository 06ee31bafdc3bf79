import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { openSight, type Sight } from './browser.ts';

describe('the page of a trámite', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());

  const happens = (id: number) => {
    sight.house.db.sql("INSERT INTO events (entity, entity_id, kind, data) VALUES ('tramite', ?, 'retried', '{}')").run(String(id));
    sight.house.deps.hub.changed({ entity: 'tramite', id });
  };
  const current = (page: Page) => page.locator('.pestanas [aria-current="page"]').textContent();

  test('changes its part without loading again, the address follows and the back button goes back', async () => {
    const page = await sight.open(`/cola/${sight.ids.completed}`);
    await page.getByText('En vivo').waitFor();
    await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
    await page.getByRole('link', { name: 'Pasos', exact: true }).click();
    await page.waitForURL(/ver=pasos/);
    await page.getByText('Presentación: a partir de aquí').waitFor();
    assert.equal(await current(page), 'Pasos');
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'pestana-pasos');
    await page.getByRole('link', { name: 'Historial', exact: true }).last().click();
    await page.waitForURL(/ver=historial/);
    await page.goBack();
    await page.getByText('Presentación: a partir de aquí').waitFor();
    assert.equal(await current(page), 'Pasos');
    await page.goBack();
    await page.getByRole('heading', { name: '¿Qué hago yo?' }).waitFor();
    assert.equal(await page.evaluate(() => 'stillTheSame' in window), true);
    await page.context().close();
  });

  test('goes on being live under each part', async () => {
    const page = await sight.open(`/cola/${sight.ids.failed}`);
    await page.getByText('En vivo').waitFor();
    await page.getByRole('link', { name: 'Historial', exact: true }).last().click();
    await page.waitForURL(/ver=historial/);
    await page.getByText('Reclamado en el origen').waitFor();
    happens(sight.ids.failed);
    await page.getByText('Vuelve a la cola para empezar desde el principio.').waitFor();
    await page.context().close();
  });

  test('shows captures one after another with the keys, and closes with Escape', async () => {
    const page = await sight.open(`/cola/${sight.ids.completed}?ver=pasos`);
    await page.locator('a[data-captura]').nth(2).click();
    const viewer = page.getByRole('dialog', { name: 'Capturas' });
    const says = (words: string) => viewer.getByText(words).waitFor();
    await says('Paso 3: elegir representación · intento 1');
    await page.keyboard.press('ArrowRight');
    await says('Paso 4: datos del representado');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await says('Paso 2: entrar con certificado');
    await page.keyboard.press('End');
    await says('Paso 10: guardar justificante');
    await page.keyboard.press('ArrowRight');
    await says('Paso 10: guardar justificante');
    await page.keyboard.press('Home');
    await says('Paso 1: abrir sede');
    assert.match((await viewer.getByRole('img').getAttribute('src')) ?? '', /01-paso\.jpg$/);
    await viewer.getByRole('button', { name: 'Siguiente' }).click();
    await says('Paso 2: entrar con certificado');
    await page.keyboard.press('Escape');
    await viewer.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('what happens meanwhile closes neither the viewer nor the form of an order, and loses no word', async () => {
    const page = await sight.open(`/cola/${sight.ids.awaiting_confirmation}?ver=historial`);
    await page.getByText('En vivo').waitFor();
    await page.getByRole('link', { name: 'Rechazar con motivo…' }).click();
    const form = page.getByRole('dialog', { name: 'Rechazar con motivo' });
    await form.getByLabel('Motivo').fill('El DNI no es');
    happens(sight.ids.awaiting_confirmation);
    await page.locator('.historia').getByText('Vuelve a la cola').waitFor({ state: 'attached' });
    assert.ok(await form.isVisible());
    await page.keyboard.type(' el suyo');
    assert.equal(await form.getByLabel('Motivo').inputValue(), 'El DNI no es el suyo');
    await form.getByRole('link', { name: 'No, volver' }).click();
    await form.waitFor({ state: 'hidden' });
    assert.match(page.url(), /ver=historial/);
    happens(sight.ids.awaiting_confirmation);
    await page.locator('.historia').getByText('Vuelve a la cola').nth(1).waitFor();
    assert.equal(await page.locator('dialog[open]').count(), 0);
    await page.context().close();
  });

  test('an order that gives something up is confirmed first, and its effect is told', async () => {
    const page = await sight.open(`/cola/${sight.ids.pending}`);
    await page.getByRole('link', { name: 'Cancelar…' }).click();
    const form = page.getByRole('dialog', { name: 'Cancelar' });
    await form.getByText('Ningún robot lo trabajará.').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'No, volver');
    await form.getByRole('button', { name: 'Cancelar' }).click();
    await page.locator('#tramite-cabecera').getByText('Cancelado', { exact: true }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/cola/${sight.ids.pending}`);
    await page.context().close();
  });

  test('an earlier attempt that was opened stays open while the page changes', async () => {
    sight.house.db
      .sql(
        `INSERT INTO ejecuciones (ejecucion_id, robot_id, equipo_id, estado, fase, fecha_inicio, fecha_fin, tramite_id, intento, planned_steps)
         VALUES ('otra', 'xaloc_girona', 'local-1', 'RUN_FAILED', 'ready', '2026-03-02T08:00:00.000Z', '2026-03-02T08:01:00.000Z', ?, 2, '[]')`,
      )
      .run(sight.ids.failed);
    const page = await sight.open(`/cola/${sight.ids.failed}?ver=pasos`);
    await page.getByText('En vivo').waitFor();
    await page.locator('summary').click();
    sight.house.db.sql("UPDATE ejecuciones SET mensaje = 'Se cortó la red.' WHERE ejecucion_id = 'otra'").run();
    sight.house.deps.hub.changed({ entity: 'tramite', id: sight.ids.failed });
    await page.getByText('Se cortó la red.').waitFor();
    assert.equal(await page.locator('details[open]').count(), 1);
    await page.context().close();
  });

  test('the browser has nothing to complain about', () => {
    assert.deepEqual(sight.complaints, []);
  });
});
