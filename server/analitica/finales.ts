import type { Db } from '#server/db/open.ts';
import { isActive } from '#server/ejecuciones/estados.ts';
import type { Format } from '#server/lib/format.ts';
import type { Range } from './filter.ts';
import { type RunFacts, runsIn } from './queries.ts';
import { percent, runsWord, type View } from './view.ts';

const origins = ['callback', 'conciliador', 'inferido', 'otros'] as const;
type Origin = (typeof origins)[number];

const words: Readonly<Record<Origin, string>> = {
  callback: 'Aviso de A360',
  conciliador: 'Conciliador',
  inferido: 'Dada por hecha',
  otros: 'A mano o lanzador',
};

/** Minutes from the end of a run to when it was known (SAM.md 7). */
const grades = [
  ['excelente', 2],
  ['buena', 5],
  ['regular', 15],
  ['mala', Number.POSITIVE_INFINITY],
] as const;

type Tally = { readonly n: Record<Origin, number>; readonly late: Record<Origin, number[]> };

const blank = (): Tally => ({
  n: { callback: 0, conciliador: 0, inferido: 0, otros: 0 },
  late: { callback: [0, 0, 0, 0], conciliador: [0, 0, 0, 0], inferido: [0, 0, 0, 0], otros: [0, 0, 0, 0] },
});

const originOf = (origen: string | null): Origin => origins.find((one) => one === origen) ?? 'otros';

/** Who told the end of each run of A360, and how long after it. Pure. */
export const addEnds = (tally: Tally, day: Record<Origin, number>, runs: readonly RunFacts[]): void => {
  for (const { a360, estado, origen, fin, sabida } of runs) {
    if (a360 !== 1 || fin === null || isActive(estado)) continue;
    const origin = originOf(origen);
    day[origin]++;
    tally.n[origin]++;
    const minutes = (Date.parse(sabida ?? fin) - Date.parse(fin)) / 60_000;
    const grade = grades.findIndex(([, most]) => minutes <= most);
    const late = tally.late[origin];
    if (grade >= 0) late[grade] = (late[grade] ?? 0) + 1;
  }
};

/** *Cómo se sabe el final*. */
export const finales = async (db: Db, range: Range, format: Format): Promise<View> => {
  const tally = blank();
  const days = range.days.map(() => blank().n);
  for await (const { span, runs } of runsIn(db, range, range.days, 'robot')) addEnds(tally, days[span] ?? blank().n, runs);
  const total = origins.reduce((sum, origin) => sum + tally.n[origin], 0);
  const shown = origins.filter((origin) => tally.n[origin] > 0);
  return {
    title: 'Cómo se sabe el final',
    about:
      'Quién dijo cómo acabó cada ejecución de A360, y cuánto después. Los avisos no dicen a qué hora acabó el robot: su final es el momento en que llegan.',
    words: total === 0 ? '' : `De ${runsWord(total, format)} acabadas, el ${percent(tally.n.callback, total)} se supo por aviso de A360`,
    drawing:
      total === 0
        ? null
        : {
            kind: 'bars',
            chart: {
              categories: range.days.map(({ label }) => label),
              series: shown.map((origin) => ({ name: words[origin], values: days.map((day) => day[origin]) })),
            },
          },
    table: {
      caption: 'Quién dijo el final, y cuánto después',
      heads: [
        ['Quién', false],
        ['Ejecuciones', true],
        ['Parte', true],
        ['Hasta 2 min (excelente)', true],
        ['Hasta 5 (buena)', true],
        ['Hasta 15 (regular)', true],
        ['Más (mala)', true],
      ],
      rows: shown.map((origin) => [
        { text: words[origin] },
        { text: format.number(tally.n[origin]) },
        { text: percent(tally.n[origin], total) },
        ...tally.late[origin].map((n) => ({ text: format.number(n) })),
      ]),
      hidden: false,
      more: '',
    },
  };
};
