import type { Format } from '#server/lib/format.ts';
import { allDone, link, nothingYet } from '#server/lib/tag.ts';
import { stockOf } from './free.ts';
import { type Look, type Standing, standingsOf } from './look.ts';
import { type DecisionPage, presentDecisions } from './present-decisions.ts';
import { staleNote } from './stale.ts';
import { judge } from './verdict.ts';
import { balanceHref, becauseOf, equiposWord, limitsWord, stateOf } from './words.ts';

/** More rows than this are told by their number. */
const mostRows = 200;

export type ListParts = {
  readonly programados: ReadonlySet<string>;
  readonly decisions: DecisionPage;
  readonly lastAt: string | null;
  /** There is no A360. */
  readonly off: boolean;
  readonly may: boolean;
  readonly running: boolean;
  readonly nextAt: string | null;
};

/** Everything `/balance` shows. */
export const presentBalance = (look: Look, parts: ListParts, format: Format) => {
  const standings = standingsOf(look);
  return {
    title: 'Balance',
    verdict: judge(look, standings, parts.off, format),
    figures: figuresOf(look, standings, format),
    rows: standings.slice(0, mostRows).map((one) => presentRow(look, one, format)),
    more: standings.length > mostRows ? `Y ${format.number(standings.length - mostRows)} más, menos importantes.` : '',
    empty: standings.length > 0 ? null : emptyOf(look, parts.lastAt, format),
    stock: presentStock(look, parts.programados, format),
    decisions: presentDecisions(parts.decisions, look.names, format),
    may: parts.may,
    running: parts.running,
    next: format.instant(parts.nextAt),
  };
};

const emptyOf = ({ sources }: Look, lastAt: string | null, format: Format) =>
  sources.every(({ intento }) => intento === null)
    ? nothingYet(
        'ciclos',
        'Todavía no se ha repartido nada',
        'El primer reparto pregunta a las fuentes cuántos tickets tiene cada robot.',
        {
          href: '/carga',
          action: 'Ver las fuentes',
        },
      )
    : allDone(
        'Ningún robot tiene tickets ni equipos prestados',
        'Cuando una fuente cuente tickets, aquí se verá quién recibe qué.',
        format.instant(lastAt),
      );

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

const figuresOf = ({ snapshot }: Look, standings: readonly Standing[], format: Format) => {
  const figure = (word: string, n: number, href: string, asks = false) => ({ word, text: format.number(n), href, asks: asks && n > 0 });
  const { equipos } = snapshot;
  return [
    figure('tickets que esperan', sum(standings.map(({ verdict }) => verdict.tickets ?? 0)), '/carga'),
    figure(
      'equipos que se necesitan',
      sum(standings.map(({ robot, verdict }) => (robot.noApto === null ? verdict.necesita : 0))),
      '#robots',
    ),
    figure('equipos prestados', equipos.filter(({ robotId }) => robotId !== null).length, link('/equipos', { asignacion: 'dinamico' })),
    figure('equipos libres para prestar', equipos.filter((one) => one.robotId === null && one.noApto === null).length, '#libres'),
    figure('robots que esperan equipos', standings.filter(({ espera }) => espera > 0).length, '#robots', true),
  ];
};

const presentRow = (look: Look, one: Standing, format: Format) => {
  const { robot, verdict, liberando } = one;
  const until = verdict.enfriaHasta;
  return {
    ...{ id: robot.robotId, robot: robot.robot, href: balanceHref(robot.robotId), state: stateOf(one, format) },
    why: becauseOf(one, format),
    tickets: verdict.tickets === null ? '?' : format.number(verdict.tickets),
    stale: staleNote(look, robot.robotId, format),
    needs: verdict.tickets === null ? '?' : format.number(verdict.necesita),
    has: format.number(verdict.tiene),
    leaving: liberando === 0 ? '' : `${format.number(liberando)} por retirar`,
    limits: limitsWord(robot, format),
    prioridad: format.number(robot.prioridad),
    pool: robot.poolId === null ? 'General' : (look.names.pools.get(robot.poolId) ?? robot.poolId),
    cooling: until === null ? null : format.instant(new Date(until).toISOString()),
  };
};

const namesShown = 5;

const presentStock = (look: Look, programados: ReadonlySet<string>, format: Format) => {
  const stock = stockOf(look.snapshot.equipos, programados);
  const named = (ids: readonly string[]) =>
    ids.slice(0, namesShown).map((id) => ({ name: look.names.equipos.get(id) ?? id, href: `/equipos/${encodeURIComponent(id)}` }));
  const pools = Map.groupBy(stock.free, ({ poolId }) => poolId);
  return {
    free: [...pools].map(([poolId, some]) => ({
      pool: poolId === null ? 'General' : (look.names.pools.get(poolId) ?? poolId),
      n: equiposWord(some.length, format),
      names: named(some.map(({ equipoId }) => equipoId)),
      more: some.length > namesShown ? `y ${format.number(some.length - namesShown)} más` : '',
    })),
    lent: equiposWord(stock.lent, format),
    lentHref: link('/equipos', { asignacion: 'dinamico' }),
    leaving: stock.leaving === 0 ? '' : `${equiposWord(stock.leaving, format)} por retirar cuando acabe lo que corre`,
    notLent: stock.notLent.map(({ reason, n, href, ids }) => ({
      ...{ reason, n: format.number(n), href, names: href === '' ? named(ids) : [] },
      more: href === '' && ids.length > namesShown ? `y ${format.number(ids.length - namesShown)} más` : '',
    })),
  };
};
