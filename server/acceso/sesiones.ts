import { createHash, randomBytes } from 'node:crypto';
import type { Db } from '#server/db/open.ts';

/** What the cookie carries; the table only knows its hash, so the file alone lets nobody in. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** As the cookie carries it: 32 random bytes in base64url. */
export const looksLikeSecret = (text: string | undefined): text is string => text !== undefined && /^[\w-]{43}$/.test(text);

/** Opens a session and answers what its cookie carries. Call it inside a transaction. */
export const openSession = (db: Db, at: string, { usuarioId, host }: { usuarioId: number; host: string }): string => {
  const secret = randomBytes(32).toString('base64url');
  db.sql('INSERT INTO sesiones (sesion_hash, usuario_id, created_at, seen_at, host) VALUES (?, ?, ?, ?, ?)').run(
    ...[hashOf(secret), usuarioId, at, at, host],
  );
  db.sql('UPDATE usuarios SET last_login_at = ? WHERE usuario_id = ?').run(at, usuarioId);
  return secret;
};

export const closeSession = (db: Db, hash: string): boolean => db.sql('DELETE FROM sesiones WHERE sesion_hash = ?').run(hash).changes > 0;

/** Ends every session of a person, but one if it is given; answers how many. */
export const closeSessionsOf = (db: Db, usuarioId: number, but: string | null = null): number =>
  db.sql("DELETE FROM sesiones WHERE usuario_id = ? AND sesion_hash <> ifnull(?, '')").run(usuarioId, but).changes;

/** Nobody comes back to these. */
export const sweepSessions = (db: Db, idleBefore: string): void => {
  db.sql('DELETE FROM sesiones WHERE seen_at < ?').run(idleBefore);
};
