import { midnightIn } from '#server/lib/format.ts';
import { link } from '#server/lib/tag.ts';
import { dateOfDay, dayMs, dayOfDate } from '#server/lib/wall-clock.ts';

/** The tabs, in their order. */
export const vistas = ['finales', 'reparto', 'tiempos', 'exito', 'uso', 'horas'] as const;
export type Vista = (typeof vistas)[number];

/** What the page looks at, as it stands in the address (`ver`, `desde`, `hasta`, `robot`, `pool`). */
export type Asked = {
  readonly ver: Vista;
  readonly desde: string;
  readonly hasta: string;
  readonly robot: string;
  /** '' = any, 'general' = none. */
  readonly pool: string;
};

/** The same with its instants: `from` included, `to` not; `days` = the stored instant each day begins at, and its date. */
export type Range = Asked & {
  readonly from: string;
  readonly to: string;
  readonly days: readonly { readonly start: string; readonly end: string; readonly label: string }[];
};

const usualDays = 30;
const mostDays = 366;

/** Reads the address; what is no date, or the wrong way round, is the usual range. Pure but for `today`, a day of the calendar. */
export const readAsked = (text: (name: string) => string, today: number): Asked => {
  const last = Math.min(dayOfDate(text('hasta')) ?? today, today);
  const first = dayOfDate(text('desde')) ?? last - usualDays + 1;
  const begins = first > last ? last - usualDays + 1 : Math.max(first, last - mostDays + 1);
  return {
    ver: vistas.find((one) => one === text('ver')) ?? 'finales',
    ...{ desde: dateOfDay(begins), hasta: dateOfDay(last) },
    ...{ robot: text('robot').slice(0, 100), pool: text('pool').slice(0, 100) },
  };
};

export const rangeOf = (asked: Asked, zone: string): Range => {
  const [first, last] = [dayOfDate(asked.desde) ?? 0, dayOfDate(asked.hasta) ?? 0];
  const days = Array.from({ length: last - first + 1 }, (_, index) => {
    const day = first + index;
    const [, month, date] = dateOfDay(day).split('-');
    return { start: midnightIn(zone, day * dayMs), end: midnightIn(zone, (day + 1) * dayMs), label: `${date}/${month}` };
  });
  return { ...asked, days, from: midnightIn(zone, first * dayMs), to: midnightIn(zone, (last + 1) * dayMs) };
};

export const analiticaHref = (asked: Partial<Asked>): string =>
  link('/analitica', { ...asked, ver: asked.ver === 'finales' ? null : asked.ver });
