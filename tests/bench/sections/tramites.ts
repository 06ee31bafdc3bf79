import { availableParallelism } from 'node:os';
import type { Browser } from 'playwright-core';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { silentLog } from '#server/lib/log.ts';
import { ratios } from '../lib/figures.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';
import { perSecond } from '../lib/speed.ts';
import { openStage, type Stage } from '../lib/stage.ts';
import { type Filing, file, launch, prepareFilings } from './tramites/bare.ts';

/** Two for each core, so that one works while the other waits for the portal: what WORKERS should be on a machine of its own. */
const threads = 2 * availableParallelism();
const perRound = 12;
const freshPerRound = 4;

const perMinute = async (n: number, work: () => unknown): Promise<number> => 60 * (await perSecond(n, work));

const ours = (stage: Stage): Contender => ({
  name: 'Cerebro',
  run: async () => {
    await stage.claim(perRound);
    return perMinute(perRound, () => stage.drain());
  },
});

/** As many browsers as Cerebro has threads, kept open, each filing one after another. */
const script = (browsers: readonly Browser[], filings: readonly Filing[]): Contender => ({
  name: 'script',
  run: () =>
    perMinute(perRound, async () => {
      const waiting = filings.slice(0, perRound);
      const work = async (browser: Browser) => {
        for (let next = waiting.shift(); next; next = waiting.shift()) await file(browser, next);
      };
      await Promise.all(browsers.map(work));
    }),
});

const freshBrowsers = (open: () => Promise<Browser>, filings: readonly Filing[]): Contender => ({
  name: 'navegador nuevo',
  run: () =>
    perMinute(freshPerRound, async () => {
      for (const filing of filings.slice(0, freshPerRound)) {
        const browser = await open();
        await file(browser, filing);
        await browser.close();
      }
    }),
});

const run = async (bench: Bench): Promise<void> => {
  const choice = await provisionBrowser({ configured: undefined, visible: false, certificate: false, install: true, log: silentLog() });
  const stage = await openStage(bench.folder('tramites'), { threads });
  const browsers = await Promise.all(Array.from({ length: threads }, () => launch(choice)));
  try {
    // Browsers and portal warm for everybody.
    await stage.claim(perRound);
    await stage.drain();
    const filings = await prepareFilings(stage, bench.folder('guiones'), perRound);
    await Promise.all(browsers.map((browser, index) => file(browser, filings[index] as Filing)));
    const contenders = [ours(stage), script(browsers, filings), freshBrowsers(() => launch(choice), filings)];
    const { byName } = await bench.rounds(contenders);
    const of = (name: string) => byName.get(name) ?? [];
    const line = { section: 'tramites', unit: '×' } as const;
    bench.report({ ...line, what: 'trámites por minuto', values: of('Cerebro'), unit: '/min', goal: null });
    bench.report({
      ...{ ...line, what: 'Cerebro / script de Playwright con los mismos clics' },
      ...{ values: ratios(of('Cerebro'), of('script')), goal: { sign: '>=', value: 0.9 } },
    });
    bench.report({
      ...{ ...line, what: 'Cerebro / un navegador nuevo por trámite, de uno en uno' },
      ...{ values: ratios(of('Cerebro'), of('navegador nuevo')), goal: { sign: '>=', value: 2 } },
    });
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
    await stage.close();
  }
};

export const tramitesSection: Section = { name: 'tramites', about: 'presentar con navegadores de verdad', run };
