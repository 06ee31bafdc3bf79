import type { Db } from '#server/db/open.ts';
import type { Format } from '#server/lib/format.ts';
import { createPacer } from '#server/lib/pacer.ts';
import type { Range } from './filter.ts';
import { durationsOf, mostSamples, robotsOf } from './queries.ts';
import { moreWord, mostBars, mostRows, quantile, robotCell, type View } from './view.ts';

/** The middle of what is usual: without the fastest and the slowest. */
const [low, high] = [0.15, 0.85];

/** How long a repetition takes: the middle, and its median. Pure. */
export const middleOf = (durations: readonly number[]) => {
  const sorted = [...durations].sort((a, b) => a - b);
  return { n: sorted.length, low: quantile(sorted, low), median: quantile(sorted, 0.5), high: quantile(sorted, high) };
};

/** *Tiempos*, by robot. */
export const tiempos = async (db: Db, range: Range, format: Format): Promise<View> => {
  const pacer = createPacer();
  const found: (ReturnType<typeof middleOf> & { id: string; name: string })[] = [];
  for (const { id, name } of robotsOf(db, range)) {
    const middle = middleOf(durationsOf(db, id, range));
    if (middle.n > 0) found.push({ id, name, ...middle });
    if (pacer.due()) await pacer.rest();
  }
  found.sort((a, b) => b.median - a.median);
  const [slowest] = found;
  const minutes = (ms: number) => Math.round(ms / 6000) / 10;
  const bars = found.slice(0, mostBars);
  return {
    title: 'Tiempos',
    about: `Lo que tarda cada repetición de las ejecuciones que acabaron bien, sin el 15 % más rápido ni el más lento; las últimas ${mostSamples} de cada robot.`,
    words: slowest ? `El más lento es ${slowest.name}: ${format.duration(slowest.median)} de mediana` : '',
    drawing: slowest
      ? {
          kind: 'rows',
          chart: {
            categories: bars.map(({ name }) => name),
            series: [{ name: 'Mediana', values: bars.map(({ median }) => minutes(median)) }],
            unit: ' min',
          },
        }
      : null,
    table: {
      caption: 'Tiempo por repetición, primero los más lentos',
      heads: [
        ['Robot', false],
        ['Ejecuciones', true],
        ['P15', true],
        ['Mediana', true],
        ['P85', true],
      ],
      rows: found
        .slice(0, mostRows)
        .map((one) => [
          robotCell(one.id, one.name),
          { text: format.number(one.n) },
          ...[one.low, one.median, one.high].map((ms) => ({ text: format.duration(ms) })),
        ]),
      hidden: false,
      more: moreWord(found.length, format),
    },
  };
};
