import { mostUrgent, type Urgent } from '#server/cola/urgent.ts';
import { stateTag } from '#server/cola/words.ts';
import type { Deps } from '#server/deps.ts';
import type { Format } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';

const shown = 6;
/** A presentation date this near is told. */
const daysAhead = 14;

export type UrgentView = {
  readonly id: number;
  readonly expediente: string;
  readonly site: string;
  readonly state: Tag;
  /** Why it is here: its day, or how long it has waited. */
  readonly why: string;
  readonly late: boolean;
};

/** The trámites that should not wait longer, the most urgent first. */
export const presentUrgent = ({ deps: { db, clock }, format }: { deps: Deps; format: Format }): UrgentView[] => {
  const asked = { now: clock.now().getTime(), until: format.date(daysAhead), limit: shown };
  return mostUrgent(db, asked).map((one) => ({
    id: one.row.id,
    expediente: one.row.expediente || `Trámite ${one.row.id}`,
    site: one.row.site_id,
    state: stateTag(one.row.status),
    ...whyOf(one, format),
  }));
};

const whyOf = ({ row, due }: Urgent, format: Format): Pick<UrgentView, 'why' | 'late'> => {
  if (due === null) return { why: `espera desde el ${format.instant(row.created_at).text}`, late: false };
  const today = format.date();
  const day = due.split('-').reverse().join('/');
  if (due < today) return { why: `debía presentarse el ${day}`, late: true };
  return { why: due === today ? 'debe presentarse hoy' : `debe presentarse el ${day}`, late: due === today };
};
