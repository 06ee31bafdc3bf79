import type { Db } from '#server/db/open.ts';
import type { Format } from '#server/lib/format.ts';
import type { Range } from './filter.ts';
import { equiposOf, firstRunAt, type RunFacts, runsIn } from './queries.ts';
import { moreWord, mostBars, mostRows, percent, type View } from './view.ts';

type Window = { readonly from: number; readonly to: number };

/** Adds to each equipo the part of its runs that lies within; an open one goes on until its end. Pure. */
export const addBusy = (busy: Map<string, number>, runs: readonly RunFacts[], { from, to }: Window): void => {
  for (const { equipo, inicio, real, fin, estado } of runs) {
    if (equipo === null || estado === 'DEPLOY_FAILED') continue;
    const ms = Math.min(fin === null ? to : Date.parse(fin), to) - Math.max(Date.parse(real ?? inicio), from);
    if (ms > 0) busy.set(equipo, (busy.get(equipo) ?? 0) + ms);
  }
};

const dayMs = 86_400_000;

/** The range, without what has not happened yet and what is from before the first run there is. */
const windowOf = (db: Db, { from, to }: Range, now: Date): Window => ({
  from: Math.max(Date.parse(from), Date.parse(firstRunAt(db) ?? from)),
  to: Math.min(Date.parse(to), now.getTime()),
});

/** *Uso de equipos*: how long each was busy, and each pool. */
export const uso = async (db: Db, range: Range, format: Format, now: Date): Promise<View> => {
  const window = windowOf(db, range, now);
  const busy = new Map<string, number>();
  // Who began the day before may still be working.
  const before = { start: new Date(Date.parse(range.from) - dayMs).toISOString(), end: range.from };
  for await (const { runs } of runsIn(db, range, [before, ...range.days], 'equipo')) addBusy(busy, runs, window);
  const length = Math.max(1, window.to - window.from);
  const pools = new Map(
    db
      .sql('SELECT pool_id AS id, nombre FROM pools')
      .all()
      .map((row) => [row.id as string, row.nombre as string]),
  );
  const poolName = (id: string | null) => (id === null ? 'General' : (pools.get(id) ?? (id === 'local' ? 'Esta máquina' : id)));
  const rows = equiposOf(db, range)
    .map(({ id, name, pool }) => ({ id, name, pool: poolName(pool), ms: Math.min(busy.get(id) ?? 0, length) }))
    .sort((a, b) => b.ms - a.ms || (a.name < b.name ? -1 : 1));
  const byPool = [...Map.groupBy(rows, ({ pool }) => pool)].map(([pool, some]) => ({
    pool,
    n: some.length,
    ms: some.reduce((sum, { ms }) => sum + ms, 0),
  }));
  const total = rows.reduce((sum, { ms }) => sum + ms, 0);
  const bars = rows.filter(({ ms }) => ms > 0).slice(0, mostBars);
  const share = (ms: number) => Math.round((ms * 1000) / length) / 10;
  return {
    title: 'Uso de equipos',
    about: 'Parte del tiempo que cada equipo estuvo trabajando, entre el primer dato del intervalo y su final.',
    words:
      total === 0
        ? ''
        : `Los equipos trabajan el ${percent(total, length * rows.length)} del tiempo (${byPool.map(({ pool, n, ms }) => `${pool}: ${percent(ms, length * n)}`).join('; ')})`,
    drawing:
      total === 0
        ? null
        : {
            kind: 'rows',
            chart: {
              categories: bars.map(({ name }) => name),
              series: [{ name: 'Trabajando', values: bars.map(({ ms }) => share(ms)) }],
              unit: ' %',
            },
          },
    table: {
      caption: 'Tiempo de trabajo de cada equipo, primero los que más',
      heads: [
        ['Equipo', false],
        ['Pool', false],
        ['Trabajando', true],
        ['Del tiempo', true],
      ],
      rows: [
        ...byPool.map(({ pool, n, ms }) => [
          { text: `Todo el pool ${pool} (${n})` },
          { text: pool },
          { text: format.duration(ms) },
          { text: percent(ms, length * n) },
        ]),
        ...rows
          .slice(0, mostRows)
          .map(({ id, name, pool, ms }) => [
            { text: name, href: `/equipos/${encodeURIComponent(id)}` },
            { text: pool },
            { text: format.duration(ms) },
            { text: percent(ms, length) },
          ]),
      ],
      hidden: false,
      more: moreWord(rows.length, format),
    },
  };
};
