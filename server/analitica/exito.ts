import type { Db } from '#server/db/open.ts';
import { isActive, isSuccess } from '#server/ejecuciones/estados.ts';
import type { Format } from '#server/lib/format.ts';
import { link } from '#server/lib/tag.ts';
import type { Range } from './filter.ts';
import { type RunFacts, robotsOf, runsIn } from './queries.ts';
import { moreWord, mostBars, mostRows, percent, robotCell, type View } from './view.ts';

type Rate = { well: number; badly: number; unlaunched: number; unsure: number };

/** How the runs of each robot ended; open ones do not count yet. Pure. */
export const addRates = (rates: Map<string, Rate>, runs: readonly RunFacts[]): void => {
  for (const { robot, estado, fin } of runs) {
    if (isActive(estado) || (estado === 'UNKNOWN' && fin === null)) continue;
    const rate = rates.get(robot) ?? { well: 0, badly: 0, unlaunched: 0, unsure: 0 };
    rates.set(robot, rate);
    if (isSuccess(estado)) rate.well++;
    else if (estado === 'DEPLOY_FAILED') rate.unlaunched++;
    else if (estado === 'COMPLETED_INFERRED' || estado === 'UNKNOWN') rate.unsure++;
    else rate.badly++;
  }
};

/** *Éxito*, by robot. */
export const exito = async (db: Db, range: Range, format: Format): Promise<View> => {
  const rates = new Map<string, Rate>();
  for await (const { runs } of runsIn(db, range, range.days, 'robot')) addRates(rates, runs);
  const names = new Map(robotsOf(db, range).map(({ id, name }) => [id, name]));
  const rows = [...rates]
    .map(([id, rate]) => ({
      id,
      name: names.get(id) ?? id,
      ...rate,
      ran: rate.well + rate.badly,
      all: rate.well + rate.badly + rate.unlaunched + rate.unsure,
    }))
    .sort((a, b) => b.badly - a.badly || b.all - a.all);
  const sum = (pick: (one: (typeof rows)[number]) => number) => rows.reduce((total, one) => total + pick(one), 0);
  const bars = rows.slice(0, mostBars);
  return {
    title: 'Éxito',
    about:
      'Cómo acabaron las ejecuciones. La tasa cuenta las que corrieron y se sabe cómo acabaron; las que A360 no llegó a lanzar van aparte.',
    words:
      rows.length === 0
        ? ''
        : `Acaba bien el ${percent(
            sum(({ well }) => well),
            sum(({ ran }) => ran),
          )} de lo que corre`,
    drawing:
      rows.length === 0
        ? null
        : {
            kind: 'rows',
            chart: {
              categories: bars.map(({ name }) => name),
              series: [
                { name: 'Bien', values: bars.map(({ well }) => well) },
                { name: 'Mal', values: bars.map(({ badly }) => badly) },
                { name: 'No se lanzó', values: bars.map(({ unlaunched }) => unlaunched) },
                { name: 'No se sabe', values: bars.map(({ unsure }) => unsure) },
              ],
              unit: '',
            },
          },
    table: {
      caption: 'Cómo acabaron las ejecuciones de cada robot, primero las que más fallan',
      heads: [
        ['Robot', false],
        ['Éxito', true],
        ['Bien', true],
        ['Mal', true],
        ['No se lanzó', true],
        ['No se sabe', true],
      ],
      rows: rows
        .slice(0, mostRows)
        .map((one) => [
          robotCell(one.id, one.name),
          { text: percent(one.well, one.ran) },
          { text: format.number(one.well), href: link('/ejecuciones', { ver: 'todas', robot: one.id }) },
          ...[one.badly, one.unlaunched, one.unsure].map((n) => ({ text: format.number(n) })),
        ]),
      hidden: false,
      more: moreWord(rows.length, format),
    },
  };
};
