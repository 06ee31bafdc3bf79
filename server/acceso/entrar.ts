import { audit } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type AccesoDeps, type Claim, comprobar } from './comprobar.ts';
import { findById } from './queries.ts';
import { idleBefore } from './rules.ts';
import { closeSession, openSession, sweepSessions } from './sesiones.ts';

/** `before`: the session the same browser had until now, if any. */
export type Entry = Claim & { readonly before: string | null };

/** `secret`: what the cookie of the new session carries. */
export type Entered = { readonly entered: true; readonly secret: string } | { readonly entered: false; readonly restMs: number };

/** Signs in: always a new session, so that one somebody else planted or saw is worth nothing afterwards. */
export const entrar = async (deps: AccesoDeps, entry: Entry): Promise<Entered> => {
  const verdict = await comprobar(deps, entry);
  if (!verdict.right) return { entered: false, restMs: verdict.restMs };
  const { usuario_id: usuarioId, usuario, clave_hash: believed } = verdict.user;
  const secret = await begin(deps, { ...entry, usuarioId, usuario, believed });
  return secret === null ? { entered: false, restMs: 0 } : { entered: true, secret };
};

type Beginning = { usuarioId: number; usuario: string; host: string; before: string | null; believed: string | null };

/** null when, while the password was being looked at, somebody changed it or switched the user off. */
const begin = ({ db, clock, config }: AccesoDeps, { usuarioId, usuario, host, before, believed }: Beginning): Promise<string | null> =>
  db.write(() => {
    const user = findById(db, usuarioId);
    if (user?.activo !== 1 || user.clave_hash !== believed) return null;
    const at = isoNow(clock);
    sweepSessions(db, idleBefore(clock.now(), readLiveSettings(db, config).INTERFAZ_WEB_SESION_TIMEOUT_MIN));
    if (before !== null) closeSession(db, before);
    audit(db, at, { usuario, host, accion: 'entrar', entidad: 'usuario', entidadId: usuario });
    return openSession(db, at, { usuarioId, host });
  });
