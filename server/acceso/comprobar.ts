import type { Deps } from '#server/deps.ts';
import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { matchesClave } from './clave.ts';
import { forgive, fullRestMs, takeTurn } from './fallos.ts';
import { longestClave, nameOf } from './fields.ts';
import { findByName, type Usuario } from './queries.ts';

export type Claim = { readonly usuario: string; readonly clave: string; readonly host: string };

/** Wrong is one answer, whatever was wrong. `restMs` > 0: too many in a row, and how long the door rests. */
export type Verdict = { readonly right: true; readonly user: Usuario } | { readonly right: false; readonly restMs: number };

export type AccesoDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'log'>;

/** Whether that is the password of that user. Costs the same for whoever exists and whoever does not. */
export const comprobar = async (deps: AccesoDeps, claim: Claim): Promise<Verdict> => {
  const { db, clock } = deps;
  const key = { usuario: nameOf(claim.usuario), host: claim.host };
  const turn = await db.write(() => takeTurn(db, clock.now(), key));
  if (turn.restMs > 0) return { right: false, restMs: turn.restMs };
  const user = findByName(db, key.usuario);
  const encoded = user?.activo === 1 && claim.clave.length <= longestClave * 4 ? user.clave_hash : null;
  if ((await matchesClave(claim.clave, encoded)) && user) {
    await db.write(() => forgive(db, key));
    return { right: true, user };
  }
  await leaveTrace(deps, user, claim.host, turn.last);
  return { right: false, restMs: turn.last ? fullRestMs : 0 };
};

/** A name nobody has is not written down: people type their password there. */
const leaveTrace = async ({ db, clock, log }: AccesoDeps, user: Usuario | undefined, host: string, last: boolean): Promise<void> => {
  const usuario = user?.usuario ?? '(desconocido)';
  log.warn({ usuario, host, last }, 'contraseña que no vale');
  const accion = last ? 'bloquear_entrada' : 'fallar_entrada';
  const subject = { entidad: 'usuario', ...(user ? { entidadId: user.usuario } : {}) };
  await db.write(() => audit(db, isoNow(clock), { usuario, host, accion, ...subject }));
};
