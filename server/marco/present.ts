import { countOpen } from '#server/avisos/queries.ts';
import { countByStatus } from '#server/cola/queries.ts';
import type { Db } from '#server/db/open.ts';
import type { Format } from '#server/lib/format.ts';
import type { CountName } from './menu.ts';

/** A number of the menu: `text` is empty when there is nothing, so that no zero calls for anybody. */
export type MenuCount = { readonly name: CountName; readonly text: string; readonly means: string };

/** What waits behind each entry of the menu; the same for everybody. */
export const presentCounts = (db: Db, format: Format): readonly MenuCount[] => {
  const n = countByStatus(db, null);
  const count = (name: CountName, value: number, means: string): MenuCount => ({
    name,
    text: value > 0 ? format.number(value) : '',
    means,
  });
  return [
    count('cola', n.pending + n.processing, 'pendientes o en curso'),
    count('revision', n.awaiting_confirmation + n.needs_review, 'esperan a una persona'),
    count('errores', n.failed, 'fallidos'),
    count('avisos', countOpen(db), 'abiertos'),
  ];
};
