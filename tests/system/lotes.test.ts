import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import test, { after, before, describe } from 'node:test';
import { openSight, type Sight } from './browser.ts';

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

describe('a person with many trámites', () => {
  let sight: Sight;
  before(async () => {
    sight = await openSight();
  });
  after(() => sight.close());

  const change = (id: number, status: string) => {
    sight.house.db.sql('UPDATE tramite_queue SET status = ? WHERE id = ?').run(status, id);
    sight.house.deps.hub.changed({ entity: 'tramite', id });
  };

  test('ticks rows, which stay ticked while they change, and is told how many', async () => {
    const page = await sight.open('/cola');
    await page.getByText('En vivo').waitFor();
    await page.getByText('Ninguno elegido').waitFor();
    const box = page.getByRole('checkbox', { name: 'Elegir 2025/160585-MUL' });
    await box.check();
    await page.getByText('1 elegido').waitFor();
    change(sight.ids.pending, 'cancelled');
    await page.locator(`#tramite-${sight.ids.pending}`).getByText('Cancelado').waitFor();
    assert.equal(await box.isChecked(), true);
    change(sight.ids.pending, 'pending');
    await page.getByRole('checkbox', { name: 'Los de esta página' }).check();
    await page.getByText('10 elegidos').waitFor();
    await page.context().close();
  });

  test('who takes all that match needs no ticks, and cannot approve them so', async () => {
    const page = await sight.open('/cola');
    await page.getByRole('checkbox', { name: 'Todos los que coinciden (10)' }).check();
    assert.equal(await page.getByRole('checkbox', { name: 'Elegir 2025/160585-MUL' }).isDisabled(), true);
    assert.equal(await page.getByRole('button', { name: 'Aprobar y enviar…' }).isDisabled(), true);
    await page.getByRole('checkbox', { name: 'Todos los que coinciden (10)' }).uncheck();
    assert.equal(await page.getByRole('button', { name: 'Aprobar y enviar…' }).isDisabled(), false);
    await page.context().close();
  });

  test('orders them at once, and watches how it goes until the end', async () => {
    const page = await sight.open('/cola?estado=pending&site=base_online');
    await page.getByRole('checkbox', { name: 'Elegir 43000-2025/100-GIM' }).check();
    await page.getByRole('checkbox', { name: 'Elegir 43000-2025/101-GIM' }).check();
    await page.getByRole('button', { name: 'Cancelar…' }).click();
    await page.getByText('Se cancelarán 2 trámites de base_online.').waitFor();
    await page.getByLabel('Motivo').fill('Son repetidos.');
    await page.getByRole('button', { name: 'Cancelar los trámites' }).click();
    await page.getByText('Terminado').first().waitFor();
    await page.getByText('2 de 2 hechos').waitFor();
    await page.getByText('Son repetidos.').waitFor();
    await page.goto(`${sight.url}/cola?estado=cancelled&site=base_online`);
    assert.equal(await page.locator('tbody tr').count(), 2);
    await page.context().close();
  });

  test('takes filters away one by one without loading the page again, and comes back with the button of the browser', async () => {
    const page = await sight.open('/cola?site=xaloc_girona&q=160589');
    await page.getByText('En vivo').waitFor();
    await page.evaluate(() => Object.assign(window, { stillTheSame: true }));
    assert.equal(await page.locator('tbody tr').count(), 1);
    await page.getByRole('link', { name: 'Quitar el filtro Texto: «160589»' }).click();
    await page.waitForURL(/\?site=xaloc_girona$/);
    await page.getByText('Todos los que coinciden (7)').waitFor();
    assert.equal(await page.evaluate(() => 'stillTheSame' in window), true);
    await page.getByRole('checkbox', { name: 'Los de esta página' }).check();
    await page.getByText('7 elegidos').waitFor();
    await page.goBack();
    await page.getByRole('link', { name: 'Quitar el filtro Texto: «160589»' }).waitFor();
    assert.equal(await page.locator('tbody tr').count(), 1);
    assert.equal(await page.getByRole('searchbox').inputValue(), '160589');
    await page.context().close();
  });

  test('finds by matrícula as people say it, and says what was looked for when there is none', async () => {
    const page = await sight.open('/cola');
    await page.getByRole('searchbox').fill('0000 bbb');
    await page.getByRole('button', { name: 'Filtrar' }).click();
    await page.waitForURL(/q=0000/);
    await page.getByText('Todos los que coinciden (7)').waitFor();
    await page.getByRole('searchbox').fill('9999 ZZZ');
    await page.getByRole('button', { name: 'Filtrar' }).click();
    await page.getByText('Se ha buscado «9999 ZZZ» en el expediente, el idRecurso, la matrícula y el número de registro.').waitFor();
    await page.context().close();
  });

  test('downloads what the filter shows', async () => {
    const page = await sight.open('/cola?estado=completed');
    const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Descargar 1 en CSV' }).click()]);
    assert.match(file.suggestedFilename(), /^cola-\d{4}-\d{2}-\d{2}\.csv$/);
    await page.context().close();
  });

  test('approves at the page of review, and the next card is before the eyes', async () => {
    const { db } = sight.house;
    db.sqlite.exec(`INSERT INTO tramite_queue (id, site_id, resource_id, expediente, status) VALUES
      (700, 'xaloc_girona', 'r700', '2025/000700-MUL', 'awaiting_confirmation'), (701, 'xaloc_girona', 'r701', '2025/000701-MUL', 'awaiting_confirmation')`);
    const page = await sight.open('/revision');
    await page.locator('#tramite-700').getByRole('button', { name: 'Aprobar y enviar' }).click();
    await page.waitForURL(/\/revision#tramite-701$/);
    assert.equal(await page.locator('#tramite-700').count(), 0);
    assert.equal(db.sql('SELECT status FROM tramite_queue WHERE id = 700').get()?.status, 'pending');
    await page.locator('#tramite-701').waitFor();
    await page.context().close();
  });

  test('what is typed at the page of review stays while others decide, and new ones are only announced', async () => {
    const page = await sight.open('/revision');
    await page.getByText('En vivo').waitFor();
    const card = page.locator(`#tramite-${sight.ids.awaiting_confirmation}`);
    await card.getByText('Rechazar con motivo…').click();
    await card.getByLabel('Motivo').fill('Falta');
    sight.house.db.sqlite.exec(
      "INSERT INTO tramite_queue (id, site_id, resource_id, status) VALUES (702, 'xaloc_girona', 'r702', 'awaiting_confirmation')",
    );
    change(701, 'cancelled');
    await page.getByRole('link', { name: '1 nuevo – ver' }).waitFor();
    await page.getByText('Ya no espera a nadie: está «cancelado».').waitFor();
    assert.equal(await card.getByLabel('Motivo').inputValue(), 'Falta');
    assert.equal(await page.locator('#tramite-702').count(), 0);
    await page.getByRole('link', { name: '1 nuevo – ver' }).click();
    await page.locator('#tramite-702').waitFor();
    await page.context().close();
  });

  for (const [look, options] of Object.entries({
    light: { colorScheme: 'light' as const },
    dark: { colorScheme: 'dark' as const },
    narrow: { viewport: { width: 360, height: 800 } },
  }))
    test(`axe finds nothing on these pages, ${look}`, async () => {
      const page = await sight.open('/cola', options);
      const pages = [
        '/cola?site=xaloc_girona&q=2025',
        '/cola/lotes',
        '/cola/lotes/1',
        '/revision',
        `/cola/lotes/nuevo?accion=cancelar&id=${sight.ids.pending}`,
      ];
      for (const path of pages) {
        await page.goto(sight.url + path);
        // Through the debugger: the policy of the pages lets no script of others in.
        await page.evaluate(await readFile(axeFile, 'utf8'));
        const found = await page.evaluate(async () => {
          const { axe } = window as unknown as {
            axe: { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
          };
          const { violations } = await axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
          return violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 120)).join(' | ')}`);
        });
        assert.deepEqual(found, [], path);
      }
      await page.context().close();
    });

  test('the browser has nothing to complain about', () => {
    assert.deepEqual(sight.complaints, []);
  });
});
