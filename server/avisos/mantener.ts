import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { type Aviso, raise, resolve } from './raise.ts';

/**
 * Keeps exactly these avisos open among those whose clave begins with `prefix`: what stands as it was is not counted again, what is no
 * longer wanted is over. Writes only where something changes.
 */
export const mantenerAvisos = async (
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  prefix: string,
  wanted: readonly Aviso[],
): Promise<void> => {
  const open = openWith(db, prefix);
  const news = wanted.filter(({ clave, detalle = null }) => open.get(clave) !== detalle || !open.has(clave));
  const claves = new Set(wanted.map(({ clave }) => clave));
  const over = [...open.keys()].filter((clave) => !claves.has(clave));
  if (news.length === 0 && over.length === 0) return;
  await db.write(() => {
    const at = isoNow(clock);
    for (const aviso of news) raise(db, at, aviso);
    for (const clave of over) resolve(db, at, clave);
  });
};

const openWith = (db: Db, prefix: string): ReadonlyMap<string, string | null> =>
  new Map(
    db
      .sql(`SELECT clave, detalle FROM avisos WHERE estado = 'abierto' AND substr(clave, 1, length(@prefix)) = @prefix`)
      .all({ prefix })
      .map((row) => [row.clave as string, row.detalle as string | null]),
  );
