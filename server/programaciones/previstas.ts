import type { Deps } from '#server/deps.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { conflictsOf } from './conflicts.ts';
import { calendarOf, type Texts } from './fields.ts';
import { nextOccurrences } from './occurrences.ts';
import { conflictSentence, describe } from './rules.ts';

/** What a programación would do as it is written: in words, when it fires next, and what is in its way. */
export type PrevistasView = {
  /** '' while it does not read as a calendar. */
  readonly description: string;
  readonly problems: readonly string[];
  readonly conflicts: readonly string[];
  readonly next: readonly Instant[];
  readonly cyclic: boolean;
};

/** The part of `Web` that looking takes. */
export type Looking = { readonly deps: Pick<Deps, 'db' | 'clock' | 'config'>; readonly format: Format };

const shownOccurrences = 10;
const shownConflicts = 10;

type Typed = { readonly programacionId: string | null; readonly values: Texts; readonly equipoIds: readonly string[] };

/** Nothing is written; `values` are fields of the form, by column. */
export const presentPrevistas = ({ deps, format }: Looking, { programacionId, values, equipoIds }: Typed): PrevistasView => {
  const read = calendarOf(values);
  if (!read.ok) return { description: '', problems: read.problems, conflicts: [], next: [], cyclic: false };
  const { calendar } = read;
  const zone = deps.config.TZ_NEGOCIO;
  const now = deps.clock.now();
  const conflicts = conflictsOf(deps.db, zone, now, { programacionId, equipoIds, calendar });
  return {
    description: describe(calendar),
    problems: [],
    conflicts: conflicts.slice(0, shownConflicts).map((conflict) => conflictSentence(conflict, zone)),
    next: nextOccurrences(calendar, zone, now, shownOccurrences).map((at) => format.instant(at.toISOString())),
    cyclic: calendar.cyclic,
  };
};
