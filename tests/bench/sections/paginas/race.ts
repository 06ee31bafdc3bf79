import { askChild, startChild } from '../../lib/child.ts';
import { ratios } from '../../lib/figures.ts';
import type { Load } from '../../lib/load.ts';
import { installPeers } from '../../lib/peers.ts';
import { startRedis } from '../../lib/redis.ts';
import type { Contender, Figures } from '../../lib/rounds.ts';
import type { Bench } from '../../lib/section.ts';
import { type Size, sizes } from './shelf.ts';

const seconds = 2;

/** Rows of a list of each size: on a page of ours, and asked of bull-board. */
const rows = { diez: 10, 'diez mil': 50 } as const;
type Raced = keyof typeof rows;

const shown = { '/cola': 'primera página', '/cola?pagina=despues-0': 'última página', '/cola?estado=failed': 'solo los fallidos' } as const;
const paths = Object.keys(shown) as (keyof typeof shown)[];

/** Requests per second of one address. */
const asking = (name: string, url: string): Contender => ({
  name,
  run: async () => (await askChild<Load>('load.ts', url, String(seconds))).perSecond,
});

const ours = (size: Size, path: string): string => `${size} ${path}`;
const theirs = (size: Raced): string => `bull-board ${size}`;

/** The queue page against bull-board's list of as many finished jobs, and against itself with a hundred times as many rows. */
export const race = async (bench: Bench, folderOf: (size: Size) => string): Promise<void> => {
  installPeers(bench.tell);
  await using opened = new AsyncDisposableStack();
  const redis = await startRedis(bench.folder('redis'), bench.tell);
  opened.defer(() => redis.stop());
  const start = async (script: string, ...args: string[]): Promise<string> => {
    const child = await startChild(script, ...args);
    opened.defer(() => child.stop());
    return child.said;
  };
  const pages = async (size: Size, ...some: string[]): Promise<Contender[]> => {
    const url = await start('page-server.ts', folderOf(size));
    return some.map((path) => asking(ours(size, path), url + path));
  };
  const list = async (size: Raced): Promise<Contender> => {
    const url = await start('bull-board.ts', String(redis.port), String(sizes[size]));
    return asking(theirs(size), `${url}&status=completed&page=1&jobsPerPage=${rows[size]}`);
  };
  const short = [...(await pages('diez', '/cola')), await list('diez')];
  const long = [...(await pages('diez mil', ...paths)), await list('diez mil')];
  const all = [...short, ...long, ...(await pages('un millón', ...paths))];
  // Code and files warm for everybody.
  for (const contender of all) await contender.run();
  report(bench, await bench.rounds(all));
};

const report = (bench: Bench, { byName }: Figures): void => {
  const of = (name: string): readonly number[] => byName.get(name) ?? [];
  const line = { section: 'paginas', unit: '×' } as const;
  for (const size of Object.keys(rows) as Raced[]) {
    const [mine, other] = [of(ours(size, '/cola')), of(theirs(size))];
    const what = `/cola de ${rows[size]} filas`;
    const goal = size === 'diez' ? ({ sign: '>=', value: 2 } as const) : null;
    bench.report({ ...line, what, values: mine, unit: '/s', goal: null });
    bench.report({ ...line, what: `lista JSON de bull-board de ${rows[size]} filas`, values: other, unit: '/s', goal: null });
    bench.report({ ...line, what: `${what} / lista JSON de bull-board`, values: ratios(mine, other), goal });
  }
  for (const path of paths) {
    const values = ratios(of(ours('un millón', path)), of(ours('diez mil', path)));
    const what = `/cola, ${shown[path]}: con un millón de filas / con diez mil`;
    bench.report({ ...line, what, values, goal: { sign: '>=', value: 0.7 } });
  }
};
