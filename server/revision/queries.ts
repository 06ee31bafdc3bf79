import { idsUnder } from '#server/cola/queries.ts';
import type { Status } from '#server/cola/transitions.ts';
import type { Db } from '#server/db/open.ts';
import type { PageKey } from '#server/lib/page.ts';

/** Those that wait for a person: to be approved, or to say whether they were filed. */
export const groups = ['confirmar', 'dudosos'] as const;
export type Group = (typeof groups)[number];

export const statusOf: Readonly<Record<Group, Status>> = { confirmar: 'awaiting_confirmation', dudosos: 'needs_review' };

/** Cards hold a picture and a form each. */
export const cardsShown = 10;

export type FoundCards = { readonly ids: readonly number[]; readonly before: boolean; readonly after: boolean };

/** Ids of one page of a group, the oldest first, and whether there are others on either side. */
export const findCards = (db: Db, group: Group, key: PageKey | null): FoundCards => {
  const from = key ?? { older: false, id: 0 };
  const found = idsUnder(db, { status: statusOf[group], site: null, search: null }, cardsShown + 1, from);
  const ids = found.slice(0, cardsShown);
  const more = found.length > cardsShown;
  if (from.older) return { ids: ids.reverse(), before: more, after: true };
  return { ids, before: key !== null, after: more };
};

/** Which of those trámites still wait. */
export const stillWaiting = (db: Db, ids: readonly number[]): { readonly id: number; readonly status: Status }[] =>
  db.sql('SELECT id, status FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?))').all(JSON.stringify(ids)) as {
    id: number;
    status: Status;
  }[];

/** Settings of a robot as its row has them; {} when they cannot be read. */
export const parametrosOf = (db: Db, robotId: string): Readonly<Record<string, unknown>> => {
  try {
    const read: unknown = JSON.parse(String(db.sql('SELECT parametros FROM robots WHERE robot_id = ?').get(robotId)?.parametros ?? '{}'));
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
