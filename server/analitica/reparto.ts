import type { Db } from '#server/db/open.ts';
import type { Format } from '#server/lib/format.ts';
import { createPacer } from '#server/lib/pacer.ts';
import type { Range } from './filter.ts';
import { movedIn, robotsOf, tracesOf } from './queries.ts';
import { moreWord, mostRows, type View } from './view.ts';

/** *Reparto*: what the balancer moved, and what it moved back within the hour. */
export const reparto = async (db: Db, range: Range, format: Format): Promise<View> => {
  const pacer = createPacer();
  const days: { up: number; down: number }[] = [];
  for (const day of range.days) {
    days.push(movedIn(db, range, day));
    if (pacer.due()) await pacer.rest();
  }
  const names = new Map(robotsOf(db, { robot: '', pool: '' }).map(({ id, name }) => [id, name]));
  const traces = tracesOf(db, range).sort((a, b) => b.vaivenes - a.vaivenes || b.altas + b.bajas - a.altas - a.bajas);
  const sum = (pick: (one: (typeof traces)[number]) => number) => traces.reduce((total, one) => total + pick(one), 0);
  const [moves, back] = [sum(({ altas, bajas }) => altas + bajas), sum(({ vaivenes }) => vaivenes)];
  return {
    title: 'Reparto',
    about: 'Lo que movió el reparto. Un vaivén es un cambio en sentido contrario al anterior del mismo robot, en menos de una hora.',
    words:
      moves === 0
        ? ''
        : `${format.number(moves)} cambios, ${back === 0 ? 'sin vaivenes' : back === 1 ? '1 vaivén' : `${format.number(back)} vaivenes`}`,
    drawing:
      moves === 0
        ? null
        : {
            kind: 'bars',
            chart: {
              categories: range.days.map(({ label }) => label),
              series: [
                { name: 'Equipos prestados', values: days.map(({ up }) => up) },
                { name: 'Equipos devueltos', values: days.map(({ down }) => down) },
              ],
            },
          },
    table: {
      caption: 'Cambios de cada robot, primero los que más van y vienen',
      heads: [
        ['Robot', false],
        ['Recibió', true],
        ['Devolvió', true],
        ['Negativas', true],
        ['Vaivenes', true],
      ],
      rows: traces
        .slice(0, mostRows)
        .map(({ robot, altas, bajas, rechazos, vaivenes }) => [
          { text: names.get(robot) ?? robot, href: `/balance/${encodeURIComponent(robot)}` },
          ...[altas, bajas, rechazos, vaivenes].map((n) => ({ text: format.number(n) })),
        ]),
      hidden: false,
      more: moreWord(traces.length, format),
    },
  };
};
