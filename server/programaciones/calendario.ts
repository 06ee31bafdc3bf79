import { link } from '#server/lib/tag.ts';
import { dateOfDay, dayOfDate, wallClock } from '#server/lib/wall-clock.ts';
import { calendarOf } from './fields.ts';
import { firesOn, weekdayOf } from './occurrences.ts';
import type { Looking } from './previstas.ts';
import { findActive, type Row, scheduledRobots } from './queries.ts';
import { describe, hrefOf, weekdayNames } from './rules.ts';

export type View = 'mes' | 'semana';
export type Asked = { readonly view: View; readonly date: string; readonly robot: string | null };

type Entry = { readonly at: number; readonly row: Row; readonly cyclic: boolean; readonly description: string };

export type CellView = {
  readonly date: string;
  /** «lunes 23», for who reads one cell alone. */
  readonly label: string;
  readonly today: boolean;
  /** Of the month that is shown, or of the one beside it. */
  readonly outside: boolean;
  readonly entries: readonly {
    readonly time: string;
    readonly href: string;
    readonly robot: string;
    readonly title: string;
    readonly cyclic: boolean;
  }[];
  readonly more: { readonly words: string; readonly href: string } | null;
};

/** Occurrences that fit in a day: all of them in a week, a few in a month. */
const fits = { mes: 5, semana: 100 };

/** `/programaciones/calendario`: what really fires in the month or the week of a date, in the zone of the business. */
export const presentCalendario = (web: Looking, asked: Asked) => {
  const { deps } = web;
  const today = wallClock(deps.config.TZ_NEGOCIO).dayOf(deps.clock.now().getTime());
  const day = dayOfDate(asked.date) ?? today;
  const { first, weeks } = asked.view === 'mes' ? monthAround(day) : { first: day - weekdayOf(day), weeks: 1 };
  const entries = entriesIn(web, asked.robot, first, weeks * 7);
  const cell = (at: number) => presentCell(web, asked, { at, day, today, entries: entries.get(at) ?? [] });
  return {
    title: 'Calendario de programaciones',
    asked: { ...asked, date: dateOfDay(day) },
    robots: scheduledRobots(deps.db),
    heading: asked.view === 'mes' ? monthName(day) : `Semana del ${shown(first)} al ${shown(first + 6)}`,
    weekdays: weekdayNames,
    weeks: Array.from({ length: weeks }, (_, week) => Array.from({ length: 7 }, (__, index) => cell(first + week * 7 + index))),
    ...waysOf(asked, day, today),
  };
};

const addressOf = (asked: Asked, change: Partial<{ view: View; day: number }>): string =>
  link('/programaciones/calendario', {
    vista: change.view ?? asked.view,
    dia: change.day === undefined ? asked.date : dateOfDay(change.day),
    robot: asked.robot,
  });

const waysOf = (asked: Asked, day: number, today: number) => {
  const step = asked.view === 'mes' ? [firstOfMonth(day, -1), firstOfMonth(day, 1)] : [day - 7, day + 7];
  return {
    before: addressOf(asked, { day: step[0] ?? day }),
    after: addressOf(asked, { day: step[1] ?? day }),
    now: addressOf(asked, { day: today }),
    tabs: (['mes', 'semana'] as const).map((view) => ({
      word: view === 'mes' ? 'Mes' : 'Semana',
      href: addressOf(asked, { view, day }),
      current: asked.view === view,
    })),
  };
};

type Drawn = { readonly at: number; readonly day: number; readonly today: number; readonly entries: readonly Entry[] };

const presentCell = ({ format }: Looking, asked: Asked, { at, day, today, entries }: Drawn): CellView => {
  const sorted = [...entries].sort((a, b) => a.at - b.at);
  const left = sorted.length - fits[asked.view];
  const date = dateOfDay(at);
  return {
    date,
    label: `${weekdayNames[weekdayOf(at)]} ${Number(date.slice(8))}`,
    today: at === today,
    outside: asked.view === 'mes' && date.slice(0, 7) !== dateOfDay(day).slice(0, 7),
    entries: sorted.slice(0, fits[asked.view]).map(({ at: instant, row, cyclic, description }) => ({
      time: format.instant(new Date(instant).toISOString()).text.slice(11),
      href: hrefOf(row),
      robot: row.robot,
      title: description,
      cyclic,
    })),
    more: left > 0 ? { words: `y ${left} más`, href: addressOf(asked, { view: 'semana', day: at }) } : null,
  };
};

/** Every occurrence of those days, by the day of its calendar. */
const entriesIn = ({ deps }: Looking, robot: string | null, first: number, days: number): ReadonlyMap<number, Entry[]> => {
  const clock = wallClock(deps.config.TZ_NEGOCIO);
  const found = new Map<number, Entry[]>();
  for (const row of findActive(deps.db, robot)) {
    const read = calendarOf(row);
    if (!read.ok) continue;
    const { calendar } = read;
    const description = describe(calendar);
    for (let day = first; day < first + days; day++) {
      if (!firesOn(calendar, day)) continue;
      const entry = { at: clock.instantOf(day, calendar.start), row, cyclic: calendar.cyclic, description };
      const sameDay = found.get(day);
      if (sameDay) sameDay.push(entry);
      else found.set(day, [entry]);
    }
  }
  return found;
};

/** Whole weeks that hold the month of that day. */
const monthAround = (day: number): { readonly first: number; readonly weeks: number } => {
  const start = firstOfMonth(day, 0);
  const first = start - weekdayOf(start);
  return { first, weeks: Math.ceil((firstOfMonth(day, 1) - first) / 7) };
};

/** The first day of the month so many months later. */
const firstOfMonth = (day: number, months: number): number => {
  const [year = 1970, month = 1] = dateOfDay(day).split('-').map(Number);
  return Date.UTC(year, month - 1 + months, 1) / 86_400_000;
};

const monthWords = new Intl.DateTimeFormat('es-ES', { timeZone: 'UTC', month: 'long', year: 'numeric' });
const monthName = (day: number): string => {
  const name = monthWords.format(new Date(day * 86_400_000));
  return name.charAt(0).toUpperCase() + name.slice(1);
};

const shown = (day: number): string => dateOfDay(day).split('-').reverse().join('/');
