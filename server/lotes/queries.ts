import type { BulkAction } from '#server/cola/rules.ts';
import type { Db } from '#server/db/open.ts';
import { type PageKey, pageSize } from '#server/lib/page.ts';

/** One order for many trámites, without its list of them. */
export type Lote = {
  readonly id: number;
  readonly accion: BulkAction;
  readonly motivo: string | null;
  readonly descripcion: string;
  readonly total: number;
  /** Carried out, and refused: together, how far it is. */
  readonly done: number;
  readonly refused: number;
  readonly state: 'running' | 'done' | 'interrupted';
  readonly usuario: string;
  readonly created_at: string;
  readonly ended_at: string | null;
};

const columns = 'lote_id AS id, accion, motivo, descripcion, total, done, refused, state, usuario, created_at, ended_at';

export const findLote = (db: Db, id: number): Lote | null =>
  (db.sql(`SELECT ${columns} FROM lotes WHERE lote_id = ?`).get(id) as unknown as Lote | undefined) ?? null;

/** A page of orders, the newest first, with one more than fits if there are more. */
export const findLotes = (db: Db, key: PageKey | null): Lote[] => {
  const older = key?.older ?? true;
  const cut = key === null ? '' : `WHERE lote_id ${older ? '<' : '>'} @key`;
  return db
    .sql(`SELECT ${columns} FROM lotes ${cut} ORDER BY lote_id ${older ? 'DESC' : 'ASC'} LIMIT +@limit`)
    .all({ key: key?.id ?? null, limit: pageSize + 1 }) as unknown as Lote[];
};

/** Ids of a lote that have not been looked at yet, in their order. */
export const idsLeft = (db: Db, id: number): number[] => {
  const row = db.sql('SELECT ids, done + refused AS looked FROM lotes WHERE lote_id = ?').get(id);
  if (!row) return [];
  return (JSON.parse(row.ids as string) as number[]).slice(row.looked as number);
};

/** One that was refused, and why. */
export type Refused = { readonly id: number; readonly motivo: string };

export const refusalsOf = (db: Db, id: number): Refused[] => {
  const row = db.sql('SELECT refusals FROM lotes WHERE lote_id = ?').get(id);
  return JSON.parse((row?.refusals as string | null) ?? '[]') as Refused[];
};
