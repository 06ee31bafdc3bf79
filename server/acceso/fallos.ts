import type { Db } from '#server/db/open.ts';
import { isName } from './fields.ts';
import { type Failures, forgottenBefore, judgeTry, limits, restMs } from './rules.ts';

export type TryKey = { readonly usuario: string; readonly host: string };

/** `restMs` > 0: the door rests and nothing was tried. `last`: one more failure and it does. */
export type Turn = { readonly restMs: number; readonly last: boolean };

/** Stands for every user in the row of an address; no user can be called like this. */
const anybody = '*';
/** What cannot be a name shares one row: somebody may have typed a password there. */
const nameless = '?';

const rowsOf = ({ usuario, host }: TryKey) =>
  [
    { usuario: isName(usuario) ? usuario : nameless, host, limit: limits.usuario },
    { usuario: anybody, host, limit: limits.host },
  ] as const;

/**
 * Counts a try before it is known to be wrong, so that many at once do not slip through together; `forgive` takes it back.
 * Call it inside a transaction.
 */
export const takeTurn = (db: Db, now: Date, key: TryKey): Turn => {
  db.sql('DELETE FROM accesos_fallidos WHERE ultimo_at < ?').run(forgottenBefore(now));
  const tries = rowsOf(key).map((row) => ({ ...row, ...judgeTry(failuresOf(db, row), row.limit, now) }));
  const rest = Math.max(...tries.map((one) => one.restMs));
  if (rest > 0) return { restMs: rest, last: false };
  for (const { usuario, host, next } of tries) put(db, { usuario, host, veces: next, at: now.toISOString() });
  return { restMs: 0, last: tries.some((one) => one.next >= one.limit) };
};

/** Whoever gets it right begins anew. */
export const forgive = (db: Db, key: TryKey): void => {
  for (const { usuario, host } of rowsOf(key)) db.sql('DELETE FROM accesos_fallidos WHERE usuario = ? AND host = ?').run(usuario, host);
};

export const fullRestMs = restMs;

const failuresOf = (db: Db, { usuario, host }: TryKey): Failures | undefined =>
  db.sql('SELECT veces, ultimo_at AS ultimoAt FROM accesos_fallidos WHERE usuario = ? AND host = ?').get(usuario, host) as
    | Failures
    | undefined;

const put = (db: Db, row: TryKey & { veces: number; at: string }): void => {
  db.sql(
    `INSERT INTO accesos_fallidos (usuario, host, veces, ultimo_at) VALUES (@usuario, @host, @veces, @at)
     ON CONFLICT (usuario, host) DO UPDATE SET veces = excluded.veces, ultimo_at = excluded.ultimo_at`,
  ).run(row);
};
