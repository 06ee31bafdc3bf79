import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startChild } from '../../lib/child.ts';
import type { Contender } from '../../lib/rounds.ts';
import type { Bench } from '../../lib/section.ts';
import type { WorkingHouse } from './working-house.ts';

/** As many seconds of work, too. */
const filings = 10;
const readersEach = 40;
const resolutionMs = 1;

/** Share of one core this process takes while the robots file, in percent. */
const coreShare = async (house: WorkingHouse): Promise<number> => {
  const [began, before] = [performance.now(), process.cpuUsage()];
  await house.drain();
  const { user, system } = process.cpuUsage(before);
  return (100 * (user + system)) / 1000 / (performance.now() - began);
};

const unread = (house: WorkingHouse): Contender => ({
  name: 'nadie',
  run: async () => {
    await house.add(filings);
    return coreShare(house);
  },
});

/** The address of the stream that keeps a page up to date, as the page says it. */
const streamOf = async (url: string, path: string): Promise<string> => {
  const html = await (await fetch(url + path)).text();
  const stream = /hx-sse:connect="([^"]+)"/.exec(html)?.[1];
  if (stream === undefined) throw new Error(`${path} is not live`);
  return url + stream.replaceAll('&amp;', '&');
};

/** Two hundred people with five pages open. `delays` gets the p99 of the event loop, in milliseconds. */
const read = (house: WorkingHouse, delays: number[]): Contender => ({
  name: 'doscientas',
  run: async () => {
    const [one, other] = await house.add(filings);
    const paths = ['/', '/cola', '/cola?estado=pending', `/cola/${one}`, `/cola/${other}`];
    const streams = await Promise.all(paths.map((path) => streamOf(house.url, path)));
    const readers = await startChild('readers.ts', String(readersEach), ...streams);
    const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    histogram.enable();
    const share = await coreShare(house);
    histogram.disable();
    delays.push(histogram.percentile(99) / 1e6 - resolutionMs);
    await readers.stop();
    return share;
  },
});

/** What the live pages cost the process that also looks after the robots. */
export const live = async (bench: Bench, house: WorkingHouse): Promise<void> => {
  const delays: number[] = [];
  const { byName, good } = await bench.rounds([unread(house), read(house, delays)]);
  const of = (name: string): readonly number[] => byName.get(name) ?? [];
  const cost = of('doscientas').map((share, round) => share - (of('nadie')[round] as number));
  const line = { section: 'paginas', unit: '%' } as const;
  bench.report({ ...line, what: 'un trámite por segundo, sin nadie mirando: de un núcleo', values: of('nadie'), goal: null });
  const goal = { sign: '<', value: 20 } as const;
  bench.report({ ...line, what: '200 páginas en vivo de 5 direcciones: de un núcleo, además', values: cost, goal });
  const kept = delays.filter((_, round) => good.has(round));
  const what = '200 páginas en vivo: espera del bucle de eventos, p99';
  bench.report({ section: 'paginas', unit: 'ms', what, values: kept, goal: { sign: '<', value: 50 } });
};
