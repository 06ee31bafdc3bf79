import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { free, openSourceHouse } from '#tests/support/source-house.ts';
import { openSight, type Sight } from './browser.ts';

describe('an organismo before the eyes of who writes its rules', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight(
      openSourceHouse([...Array.from({ length: 12 }, (_, n) => free(n + 1, `2025/${160585 + n}-MUL`)), free(20, '2026/400-MUL')]),
    );
  });
  after(() => sight.close());
  const off = () => sight.house.db.sqlite.exec('UPDATE organismo_config SET active = 0; DELETE FROM ensayos');

  test('the trial follows what is typed, and the field keeps the focus and the place in it', async () => {
    const page = await sight.open('/organismos/xaloc_girona');
    const field = page.getByLabel('Expresión regular del expediente');
    const trial = page.getByRole('region', { name: 'Prueba' });
    await field.fill('^.{3}/.{6}-MUL$');
    await trial.getByText('rechaza 13 expedientes que parecen buenos').waitFor();
    assert.ok(await field.evaluate((element) => element === document.activeElement));
    await field.press('Home');
    for (let n = 0; n < 3; n++) await field.press('ArrowRight');
    await field.press('Delete');
    await page.keyboard.type('4');
    assert.equal(await field.inputValue(), '^.{4}/.{6}-MUL$');
    await trial.getByText('Un ciclo reclamaría 12 de 13.').waitFor();
    await page.keyboard.type(',5');
    assert.equal(await field.inputValue(), '^.{4,5}/.{6}-MUL$');
    await page.getByLabel('Filtro de TExp').fill('3');
    await trial.getByText('Un ciclo no reclamaría ninguno de 13.').waitFor();
    await page.context().close();
  });

  test('only the newest question counts: an answer that is late is not shown', async () => {
    const page = await sight.open('/organismos/xaloc_girona');
    const trial = page.getByRole('region', { name: 'Prueba' });
    const held = Promise.withResolvers<void>();
    let asked = 0;
    await page.route('**/prueba', async (route) => {
      if (++asked === 1) await held.promise;
      await route.continue().catch(() => undefined);
    });
    const first = page.waitForRequest('**/prueba');
    await page.getByLabel('Filtro de TExp').fill('9');
    await first;
    await page.getByLabel('Filtro de TExp').fill('2');
    await trial.getByText('Un ciclo reclamaría 12 de 13.').waitFor();
    held.resolve();
    const third = page.waitForRequest('**/prueba');
    await page.getByRole('button', { name: 'Probar con el origen' }).click();
    await (await third).response();
    await trial.getByText('Un ciclo reclamaría 12 de 13.').waitFor();
    assert.equal(asked, 3);
    await page.context().close();
  });

  test('an open list of samples stays open while the trial changes', async () => {
    const page = await sight.open('/organismos/xaloc_girona');
    const trial = page.getByRole('region', { name: 'Prueba' });
    await page.getByRole('button', { name: 'Probar con el origen' }).click();
    await trial.getByText('El expediente no cumple la expresión regular (1)').click();
    await page.getByLabel('Expresión regular del expediente').fill('^x$');
    await trial.getByText('El expediente no cumple la expresión regular (13)').waitFor();
    assert.ok(await trial.getByText('2025/160585-MUL', { exact: true }).last().isVisible());
    await page.context().close();
  });

  for (const javaScriptEnabled of [true, false])
    test(`a switch leads to the ensayo, and one more click switches it on (JavaScript: ${javaScriptEnabled})`, async () => {
      off();
      const page = await sight.open('/organismos', { javaScriptEnabled });
      await page.getByRole('switch', { name: /xaloc_girona/ }).click();
      await page.getByText('Sigue apagado: faltaba un ensayo').waitFor();
      assert.equal(new URL(page.url()).pathname, '/organismos/xaloc_girona/ensayo');
      await page.getByRole('button', { name: 'Encender con estas reglas' }).click();
      await page.getByText('Encendido: el próximo ciclo reclama sus recursos.').first().waitFor();
      assert.equal(await page.getByRole('switch').getAttribute('aria-checked'), 'true');
      await page.reload();
      assert.equal(await page.getByRole('status').filter({ hasText: 'Encendido: el próximo' }).count(), 0);
      await page.context().close();
    });

  test('without JavaScript a person tries a form, sees what it would claim, and then saves it', async () => {
    off();
    const page = await sight.open('/organismos/xaloc_girona', { javaScriptEnabled: false });
    await page.getByLabel('Filtro de TExp').fill('3');
    await page.getByRole('button', { name: 'Probar con el origen' }).click();
    await page.getByText('Un ciclo no reclamaría ninguno de 13.').waitFor();
    assert.equal(await page.getByLabel('Filtro de TExp').inputValue(), '3');
    await page.getByLabel('Filtro de TExp').fill('2');
    await page.getByRole('button', { name: 'Guardar' }).click();
    await page.getByText('Guardado.').waitFor();
    await page
      .getByRole('button', { name: /^Restaurar/ })
      .first()
      .click();
    await page.getByText('Reglas restauradas').waitFor();
    assert.equal(await page.getByLabel('Filtro de TExp').inputValue(), '2,3');
    await page.context().close();
  });

  test('a name that is no address is mended from the list', async () => {
    sight.house.db.sqlite.exec("INSERT INTO organismo_config (site_id, query_organisme) VALUES ('a/b', '%X%')");
    const page = await sight.open('/organismos');
    await page.getByRole('link', { name: 'Corregir el identificador' }).click();
    await page.getByRole('textbox', { name: 'Identificador' }).fill('a_b');
    await page.getByRole('button', { name: 'Cambiar el identificador' }).click();
    await page.getByRole('heading', { level: 1, name: 'a_b' }).waitFor();
    await page.context().close();
  });

  test('the browser has nothing to complain about', () => {
    assert.deepEqual(sight.complaints, []);
  });
});
