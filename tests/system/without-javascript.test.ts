import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import type { Page } from 'playwright-core';
import { openSight, type Sight } from './browser.ts';

describe('without JavaScript', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());
  const plain = (path: string) => sight.open(path, { javaScriptEnabled: false });

  /** Without the stream a page says how things stand when it is opened again. */
  const reloadUntil = async (page: Page, text: string) => {
    while ((await page.getByText(text).count()) === 0) await page.reload();
  };

  test('a person goes from the verdict to the list and to the trámite', async () => {
    const page = await plain('/');
    await page.getByRole('link', { name: /^1 por revisar$/ }).click();
    assert.equal(new URL(page.url()).search, '?estado=needs_review');
    await page.getByRole('link', { name: '2025/160590-MUL' }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '2025/160590-MUL');
    await page.getByRole('link', { name: 'Pasos' }).click();
    assert.ok(await page.getByText('Presentación: a partir de aquí no se repite nada solo').isVisible());
    await page.getByRole('link', { name: 'Lo que mostraba la sede al acabar «enviar»' }).click();
    assert.match(page.url(), /evidencias\/1\/09-paso\.jpg$/);
  });

  test('a person looks for an expediente', async () => {
    const page = await plain('/cola');
    await page.getByRole('searchbox').fill('2025/160588-MUL');
    await page.getByRole('button', { name: 'Filtrar' }).click();
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.equal(new URL(page.url()).searchParams.get('q'), '2025/160588-MUL');
  });

  test('a person rejects a filled form with a reason', async () => {
    const page = await plain(`/cola/${sight.ids.awaiting_confirmation}`);
    await page.getByText('Rechazar con motivo…').click();
    await page.getByLabel('Motivo').fill('El DNI no es el del titular.');
    await page.getByRole('button', { name: 'Rechazar con motivo', exact: true }).click();
    await page.getByText('Cancelado', { exact: true }).waitFor();
    assert.ok(await page.getByText('Rechazado: El DNI no es el del titular.').isVisible());
  });

  test('a person resolves a doubtful one, corrected at its field', async () => {
    const page = await plain(`/cola/${sight.ids.needs_review}`);
    await page.getByRole('link', { name: 'Resolver: ¿se presentó?…' }).click();
    await page.getByRole('button', { name: 'Guardar' }).click();
    assert.ok(await page.getByText('Escriba el número de registro.').isVisible());
    await page.getByLabel('Número de registro', { exact: true }).fill('REG-9');
    await page.getByLabel('Fecha del registro', { exact: true }).fill('02/03/2026');
    await page.getByRole('button', { name: 'Guardar' }).click();
    await page.locator('#tramite-cabecera').getByText('Presentado', { exact: true }).waitFor();
  });

  test('a person goes from the weeks of the history to a filed trámite, and from an error to its group', async () => {
    const page = await plain('/historial');
    await page.getByLabel('Organismo').selectOption('xaloc_girona');
    await page.getByRole('button', { name: 'Filtrar' }).click();
    await page.getByRole('link', { name: '2025/160588-MUL' }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '2025/160588-MUL');
    await page.goto(`${sight.url}/errores`);
    await page.getByRole('link', { name: 'La sede no conoce el expediente' }).click();
    assert.ok(await page.getByText('Solo después de arreglar la causa').isVisible());
  });

  test('a person looks at one cycle and at what it turned down', async () => {
    const page = await plain('/ciclos');
    await page.getByRole('link', { name: '35', exact: true }).click();
    await page.getByRole('link', { name: '31 el expediente no cumple la expresión' }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Descartes');
  });

  test('a person ticks two rows, reads what will happen, gives a reason and sees it done', async () => {
    const page = await plain('/cola?estado=pending');
    for (const name of ['43000-2025/100-GIM', '43000-2025/101-GIM']) await page.getByRole('checkbox', { name: `Elegir ${name}` }).check();
    await page.getByRole('button', { name: 'Cancelar…' }).click();
    assert.ok(await page.getByText('Se cancelarán 2 trámites de base_online.').isVisible());
    await page.getByLabel('Motivo').fill('Son repetidos.');
    await page.getByRole('button', { name: 'Cancelar los trámites' }).click();
    assert.match(page.url(), /\/cola\/lotes\/\d+$/);
    await reloadUntil(page, 'Terminado');
    assert.ok(await page.getByText('2 de 2 hechos').isVisible());
  });

  test('a person orders all that match', async () => {
    const page = await plain('/cola?estado=failed&site=xaloc_girona');
    await page.getByRole('checkbox', { name: 'Todos los que coinciden (1)' }).check();
    await page.getByRole('button', { name: 'Reintentar…' }).click();
    assert.ok(await page.getByText('Se reintentará 1 trámite de xaloc_girona en «Fallidos».').isVisible());
    await page.getByRole('link', { name: 'Volver sin hacer nada' }).click();
    assert.equal(new URL(page.url()).search, '?estado=failed&site=xaloc_girona');
  });

  test('a person takes one filter away and keeps the other', async () => {
    const page = await plain('/cola?site=base_online&q=2025');
    await page.getByRole('link', { name: 'Quitar el filtro Texto: «2025»' }).click();
    assert.equal(new URL(page.url()).search, '?site=base_online');
  });

  test('a person says at the page of review that one was filed', async () => {
    sight.house.db.sql("UPDATE tramite_queue SET status = 'needs_review', result = NULL WHERE id = ?").run(sight.ids.needs_review);
    const page = await plain('/revision');
    const card = page.locator(`#tramite-${sight.ids.needs_review}`);
    await card.getByText('Se presentó…').click();
    await card.getByLabel('Número de registro').fill('REG-9');
    await card.getByLabel('Fecha del registro').fill('02/03/2026');
    await card.getByRole('button', { name: 'Se presentó', exact: true }).click();
    assert.equal(new URL(page.url()).pathname, '/revision');
    assert.equal(await page.locator(`#tramite-${sight.ids.needs_review}`).count(), 0);
  });

  test('a person switches an organismo off', async () => {
    const page = await plain('/organismos');
    await page.getByRole('switch', { name: /base_online/ }).click();
    assert.equal(await page.getByRole('switch', { name: /base_online/ }).getAttribute('aria-checked'), 'false');
    assert.equal(new URL(page.url()).pathname, '/organismos');
  });

  test('a person adds an organismo, corrects what was wrong and sees it listed', async () => {
    const page = await plain('/organismos/nuevo');
    await page.getByLabel('Identificador').fill('sabadell');
    await page.getByLabel('Organismo en el origen').fill('%SABADELL%');
    await page.getByLabel('Filtro de TExp').fill('dos');
    await page.getByLabel('Expresión regular del expediente').fill('^\\d{4}/\\d+$');
    await page.getByRole('button', { name: 'Añadir' }).click();
    assert.ok(await page.getByText('El filtro de TExp no es válido').isVisible());
    assert.equal(await page.getByLabel('Organismo en el origen').inputValue(), '%SABADELL%');
    await page.getByLabel('Filtro de TExp').fill('2');
    await page.getByRole('button', { name: 'Añadir' }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'sabadell');
  });

  test('a person forces a cycle', async () => {
    const page = await plain('/ciclos');
    await page.getByRole('button', { name: 'Forzar ciclo' }).click();
    assert.deepEqual(sight.house.scheduler.ran, ['reclamar']);
    assert.equal(new URL(page.url()).pathname, '/ciclos');
  });
});
