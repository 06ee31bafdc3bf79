import type { Db } from '#server/db/open.ts';
import { cutPage, type Page, type PageKey, pageSize } from '#server/lib/page.ts';

export type AuditRow = {
  readonly id: number;
  readonly fecha: string;
  readonly usuario: string;
  readonly accion: string;
  readonly entidad: string;
  readonly entidad_id: string | null;
  readonly antes: string | null;
  readonly despues: string | null;
  readonly motivo: string | null;
  readonly host: string | null;
};

/** null = any. `id` only together with `entidad`. */
export type AuditFilter = {
  readonly usuario: string | null;
  readonly entidad: string | null;
  readonly id: string | null;
  readonly accion: string | null;
};

type Part = readonly [condition: string, name: keyof AuditFilter];

/** What an index walks in the order of the key, and what has to be looked at row by row. */
const splitFilter = (filter: AuditFilter): { walked: readonly Part[]; sifted: readonly Part[] } => {
  const usuario: readonly Part[] = filter.usuario === null ? [] : [['usuario = @usuario', 'usuario']];
  const accion: readonly Part[] = filter.accion === null ? [] : [['accion = @accion', 'accion']];
  const entidad: readonly Part[] = filter.entidad === null ? [] : [['entidad = @entidad', 'entidad']];
  if (filter.entidad !== null && filter.id !== null)
    return { walked: [...entidad, ['entidad_id = @id', 'id']], sifted: [...usuario, ...accion] };
  return { walked: usuario, sifted: [...entidad, ...accion] };
};

/** Rows looked at for one page: a rare word in a book of a million lines must not hold up the house. */
export const mostSifted = 20_000;

/** A page of what people did, the newest first. When it was not filled, `olderKey` goes on from the last row looked at. */
export const findAudit = (db: Db, filter: AuditFilter, key: PageKey | null, sift = mostSifted): Page<AuditRow> => {
  const { walked, sifted } = splitFilter(filter);
  const source = `SELECT auditoria_id AS id, * FROM auditoria ${walk(walked, key)}`;
  const values = valuesOf([...walked, ...sifted], filter, key);
  const statement =
    sifted.length === 0
      ? `${source} LIMIT +@size`
      : `SELECT * FROM (${source} LIMIT +@sift) WHERE ${sifted.map(([condition]) => condition).join(' AND ')} LIMIT +@size`;
  const limits = sifted.length === 0 ? { size: pageSize + 1 } : { size: pageSize + 1, sift };
  const found = db.sql(statement).all({ ...values, ...limits }) as AuditRow[];
  const page = cutPage(found, key);
  if (sifted.length === 0 || found.length > pageSize || key?.older === false) return page;
  return { ...page, olderKey: lastLooked(db, walked, filter, key, sift) };
};

const walk = (walked: readonly Part[], key: PageKey | null): string => {
  const newer = key?.older === false;
  const beyond = key === null ? [] : [newer ? 'auditoria_id > @key' : 'auditoria_id < @key'];
  const conditions = [...walked.map(([condition]) => condition), ...beyond];
  return `${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')} ` : ''}ORDER BY auditoria_id ${newer ? 'ASC' : 'DESC'}`;
};

const valuesOf = (parts: readonly Part[], filter: AuditFilter, key: PageKey | null): Record<string, string | number | null> => ({
  ...Object.fromEntries(parts.map(([, name]) => [name, filter[name]])),
  ...(key === null ? {} : { key: key.id }),
});

/** null when everything older has been looked at. */
const lastLooked = (db: Db, walked: readonly Part[], filter: AuditFilter, key: PageKey | null, sift: number): string | null => {
  const statement = `SELECT auditoria_id AS id FROM auditoria ${walk(walked, key)} LIMIT 1 OFFSET @last`;
  const row = db.sql(statement).get({ ...valuesOf(walked, filter, key), last: sift - 1 });
  return row === undefined ? null : `antes-${row.id}`;
};
