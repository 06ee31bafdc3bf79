import { BarChart as Bars, HeatmapChart } from 'echarts/charts';
import { GridComponent, LegendComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { BarChart, HeatChart, Picture, RowChart } from './draw.ts';

use([Bars, HeatmapChart, GridComponent, LegendComponent, VisualMapComponent, SVGRenderer]);

/** Told apart also by who does not see colours as most do (Okabe and Ito), each at 3 or more against its card. */
const looks = {
  claro: {
    ink: '#51606f',
    line: '#dde2e8',
    card: '#ffffff',
    heat: ['#eef2f5', '#0d5c63'],
    bars: ['#0d5c63', '#b35900', '#6a3a9c', '#1b7fd1', '#a3201d', '#6b6f1c'],
  },
  oscuro: {
    ink: '#a3b0bd',
    line: '#2b3641',
    card: '#182028',
    heat: ['#22303b', '#3fb5b0'],
    bars: ['#3fb5b0', '#f0a860', '#cfb0f5', '#8cc4ff', '#ff9f97', '#d3d67a'],
  },
} as const;

/** No name in quotes: ECharts writes it into an attribute as it is. */
const font = 'system-ui, Roboto, sans-serif';

const looksOf = (tema: keyof typeof looks) => {
  const look = looks[tema];
  return { ...look, text: { color: look.ink, fontFamily: font, fontSize: 12 } };
};
type Dressed = ReturnType<typeof looksOf>;

const legendOf = (many: boolean, { text }: Dressed) => ({
  ...{ show: many, bottom: 0, icon: 'roundRect', itemGap: 20, itemWidth: 12, itemHeight: 12, textStyle: text },
});

const stacked = (series: BarChart['series'], { card }: Dressed, barMaxWidth: number) =>
  series.map(({ name, values }) => ({
    type: 'bar',
    stack: 'todos',
    name,
    data: [...values],
    barMaxWidth,
    itemStyle: { borderColor: card, borderWidth: 1 },
  }));

const barsOf = ({ categories, series }: BarChart, look: Dressed) => ({
  color: [...look.bars],
  legend: legendOf(series.length > 1, look),
  grid: { left: 36, right: 4, top: 12, bottom: series.length > 1 ? 58 : 26, outerBoundsMode: 'none' },
  xAxis: {
    type: 'category',
    data: [...categories],
    axisTick: { show: false },
    axisLine: { lineStyle: { color: look.line } },
    axisLabel: look.text,
  },
  yAxis: { type: 'value', minInterval: 1, splitLine: { lineStyle: { color: look.line } }, axisLabel: look.text },
  series: stacked(series, look, 34),
});

/** Room for the names of robots, which are long words. */
const namesWidth = 150;

const rowsOf = ({ categories, series, unit, width }: RowChart, look: Dressed) => {
  const room = Math.min(namesWidth, width / 2.6);
  return {
    color: [...look.bars],
    legend: legendOf(series.length > 1, look),
    grid: { left: room + 10, right: 28, top: 6, bottom: series.length > 1 ? 58 : 26, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      splitNumber: 4,
      splitLine: { lineStyle: { color: look.line } },
      axisLabel: { ...look.text, formatter: `{value}${unit}` },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: [...categories],
      axisTick: { show: false },
      axisLine: { lineStyle: { color: look.line } },
      axisLabel: { ...look.text, width: room, overflow: 'truncate', interval: 0 },
    },
    series: stacked(series, look, 18),
  };
};

const heatOf = ({ columns, rows, cells }: HeatChart, look: Dressed) => ({
  grid: { left: 36, right: 4, top: 6, bottom: 62, outerBoundsMode: 'none' },
  xAxis: { type: 'category', data: [...columns], axisTick: { show: false }, axisLine: { show: false }, axisLabel: look.text },
  yAxis: { type: 'category', inverse: true, data: [...rows], axisTick: { show: false }, axisLine: { show: false }, axisLabel: look.text },
  visualMap: {
    ...{ min: 0, max: Math.max(1, ...cells.map(([, , value]) => value)), orient: 'horizontal', left: 'center', bottom: 0 },
    ...{ itemWidth: 12, itemHeight: 110, textStyle: look.text, inRange: { color: [...look.heat] } },
  },
  series: [{ type: 'heatmap', data: cells.map((cell) => [...cell]), itemStyle: { borderColor: look.card, borderWidth: 1 } }],
});

const optionOf = (picture: Picture): object => {
  const look = looksOf(picture.chart.tema);
  switch (picture.kind) {
    case 'bars':
      return barsOf(picture.chart, look);
    case 'rows':
      return rowsOf(picture.chart, look);
    case 'heat':
      return heatOf(picture.chart, look);
  }
};

/** The chart as SVG text. Runs in a thread of its own: ECharts takes half a second to load and some 15 ms per chart. */
export default (picture: Picture): string => {
  const { width, height } = picture.chart;
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ animation: false, ...optionOf(picture) });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
};
