import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { percentile } from '../lib/figures.ts';
import { fillFinished } from '../lib/fill.ts';
import type { Bench, Section } from '../lib/section.ts';
import { openStage, type Stage } from '../lib/stage.ts';

const perRound = 16;
const finishedRows = 1_000_000;
const resolutionMs = 1;

type Seen = { readonly delay: number; readonly page: number };

/** p99 of the event loop's delay and of the page's answers while every thread files. */
const watchDrain = async (stage: Stage): Promise<Seen> => {
  await stage.claim(perRound);
  const visitor = spawn(process.execPath, [join(import.meta.dirname, '../lib/visitor.ts'), `${stage.cerebro.url}/cola`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const answers = text(visitor.stdout);
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  await stage.drain();
  histogram.disable();
  visitor.stdin.end();
  // The histogram counts from one tick to the next: a loop with nothing to do shows its resolution.
  return { delay: histogram.percentile(99) / 1e6 - resolutionMs, page: percentile(JSON.parse(await answers) as number[], 0.99) };
};

const run = async (bench: Bench): Promise<void> => {
  bench.tell('llenando la base con un millón de trámites terminados');
  const stage = await openStage(bench.folder('panel'), { fill: (db) => fillFinished(db.sqlite, finishedRows) });
  const pages: number[] = [];
  const watch = async (): Promise<number> => {
    const { delay, page } = await watchDrain(stage);
    pages.push(page);
    return delay;
  };
  try {
    await stage.claim(4);
    await stage.drain();
    const { byName, good } = await bench.rounds([{ name: 'espera', run: watch }]);
    const line = { section: 'panel', unit: 'ms' } as const;
    const what = 'con los robots a tope: espera del bucle de eventos, p99';
    bench.report({ ...line, what, values: byName.get('espera') ?? [], goal: { sign: '<', value: 50 } });
    const kept = pages.filter((_, round) => good.has(round));
    bench.report({ ...line, what: 'con los robots a tope: respuesta de /cola, p99', values: kept, goal: { sign: '<', value: 150 } });
  } finally {
    await stage.close();
  }
};

export const panelSection: Section = { name: 'panel', about: 'las páginas mientras los robots presentan', run };
