import { filedByDay } from '#server/cola/filed.ts';
import { sitesInQueue } from '#server/cola/queries.ts';
import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { BarChart } from '#server/gateways/graficos/draw.ts';
import type { Format } from '#server/lib/format.ts';
import { link } from '#server/lib/tag.ts';

const days = 14;
/** More colours than this nobody tells apart: the smaller organismos are one bar together. */
const mostSeries = 6;

/** What was filed in the last days, by organismo. */
export type FiledChart = {
  readonly days: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly totals: readonly number[];
  /** The chart in words, for who does not see it. */
  readonly words: string;
};

const keptOf = new WeakMap<Db, { readonly minute: number; readonly chart: FiledChart }>();

/** Looked at once a minute: a picture that changed with every filing would be fetched by every reader each time. */
export const filedChart = ({ deps, format }: { deps: Deps; format: Format }): FiledChart => {
  const minute = Math.floor(deps.clock.now().getTime() / 60_000);
  const known = keptOf.get(deps.db);
  if (known?.minute === minute) return known.chart;
  const spans = format.lastDays(days);
  const all = sitesInQueue(deps.db).map((name) => ({
    name,
    values: filedByDay(
      deps.db,
      name,
      spans.map((day) => day.start),
    ),
  }));
  const chart = describe(
    spans.map((day) => day.label),
    largest(all),
    format.number,
  );
  keptOf.set(deps.db, { minute, chart });
  return chart;
};

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

type Series = FiledChart['series'];

const largest = (all: Series): Series => {
  const some = all.filter(({ values }) => sum(values) > 0).sort((a, b) => sum(b.values) - sum(a.values));
  if (some.length <= mostSeries) return some;
  const rest = some.slice(mostSeries - 1);
  const others = Array.from({ length: days }, (_, day) => sum(rest.map(({ values }) => values[day] ?? 0)));
  return [...some.slice(0, mostSeries - 1), { name: `otros ${rest.length}`, values: others }];
};

const describe = (labels: readonly string[], series: Series, number: (value: number) => string): FiledChart => {
  const totals = labels.map((_, day) => sum(series.map(({ values }) => values[day] ?? 0)));
  const most = Math.max(...totals);
  const words = `${number(sum(totals))} presentados en ${days} días; el que más, el ${labels[totals.indexOf(most)]} con ${number(most)}`;
  return { days: labels, series, totals, words };
};

const sizes = { ancho: { width: 500, height: 300 }, estrecho: { width: 320, height: 260 } } as const;

/** What the address of the picture asks for; anything else is the wide one in light. */
export const askedChart = (chart: FiledChart, query: { readonly tema?: unknown; readonly forma?: unknown }): BarChart => ({
  categories: chart.days,
  series: chart.series,
  ...sizes[query.forma === 'estrecho' ? 'estrecho' : 'ancho'],
  tema: query.tema === 'oscuro' ? 'oscuro' : 'claro',
});

/** The chart as the page shows it: pictures for both themes and widths, and the numbers they stand for. */
export const presentChart = (chart: FiledChart, format: Format) => {
  // The address changes with what it shows, so that a page kept open fetches it again.
  const version = `${chart.days.at(-1)}-${chart.totals.join('.')}`;
  const picture = (tema: string, forma: string) => link('/graficos/presentados.svg', { tema, forma, v: version });
  const themed = (tema: 'claro' | 'oscuro') => ({ tema, wide: picture(tema, 'ancho'), narrow: picture(tema, 'estrecho') });
  return {
    words: chart.words,
    pictures: [themed('claro'), themed('oscuro')],
    size: sizes.ancho,
    names: chart.series.map(({ name }) => name),
    rows: chart.days.map((label, day) => ({
      label,
      values: chart.series.map(({ values }) => format.number(values[day] ?? 0)),
      total: format.number(chart.totals[day] ?? 0),
    })),
    empty: sum(chart.totals) === 0,
  };
};
