import type { Db } from '#server/db/open.ts';

/** The session of that person whose hash begins like that. */
export const findSessionOf = (db: Db, usuarioId: number, id: string): string | undefined =>
  db.sql('SELECT sesion_hash FROM sesiones WHERE usuario_id = ? AND substr(sesion_hash, 1, 16) = ?').get(usuarioId, id)?.sesion_hash as
    | string
    | undefined;
