import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { openSight, type Sight } from './browser.ts';

describe('without JavaScript', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());
  const plain = (path: string) => sight.open(path, { javaScriptEnabled: false });

  test('a person goes from the verdict to the list and to the trámite', async () => {
    const page = await plain('/');
    await page.getByRole('link', { name: /^1 por revisar$/ }).click();
    assert.equal(new URL(page.url()).search, '?estado=needs_review');
    await page.getByRole('link', { name: '2025/160590-MUL' }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), '2025/160590-MUL');
    assert.ok(await page.getByText('Presentación: a partir de aquí no hay vuelta atrás').isVisible());
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
