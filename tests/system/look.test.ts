import assert from 'node:assert/strict';
import test, { after, before, describe } from 'node:test';
import { pagesOf } from '#tests/support/pages.ts';
import { openSight, type Sight } from './browser.ts';

describe('every page', () => {
  let sight: Sight;
  let paths: string[] = [];
  before(async () => {
    sight = await openSight();
    paths = await pagesOf(sight.house, sight.ids);
  });
  after(() => sight.close());

  test('fits 360 and 1280 pixels without scrolling sideways, and reads well in light and in dark', async () => {
    const page = await sight.open('/', { viewport: { width: 1280, height: 800 } });
    for (const path of paths) {
      await page.goto(sight.url + path);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await page.evaluate(faintTexts), [], `${path} in ${colorScheme}: texts that do not stand out`);
      }
      for (const width of [360, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        assert.ok(beyond <= 0, `${path} is ${beyond} pixels wider than a screen of ${width}`);
      }
    }
  });

  test('has one heading, a Spanish tongue, and targets a finger can hit', async () => {
    const page = await sight.open('/');
    for (const path of paths) {
      await page.goto(sight.url + path);
      assert.equal(await page.locator('h1').count(), 1, path);
      assert.equal(await page.locator('html').getAttribute('lang'), 'es');
      const small = await page
        .locator('button, .boton, summary, .menu a')
        .evaluateAll((all) =>
          all
            .filter((one) => one.getBoundingClientRect().height > 0 && one.getBoundingClientRect().height < 24)
            .map((one) => one.textContent),
        );
      assert.deepEqual(small, [], path);
    }
  });
});

/** Texts whose contrast is under 4.5 (3 for large ones), in the page. WCAG 2.2, 1.4.3. */
const faintTexts = (): string[] => {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (value: number): number => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([red = 0, green = 0, blue = 0]: number[]): number =>
    0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);
  const behind = (element: Element | null): number[] => {
    if (!element) return [255, 255, 255];
    const color = channels(getComputedStyle(element).backgroundColor);
    return (color[3] ?? 1) === 0 ? behind(element.parentElement) : color;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const faint: string[] = [];
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const text = walker.currentNode.textContent?.trim();
    if (!element || !text || !element.checkVisibility() || element.closest('script, style, .solo-lector, .saltar')) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(channels(style.color)), luminance(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const large =
      Number.parseFloat(style.fontSize) >= 24 || (Number.parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) faint.push(`${text.slice(0, 40)}: ${contrast.toFixed(2)}`);
  }
  return faint;
};
