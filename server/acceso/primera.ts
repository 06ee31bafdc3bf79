import { randomBytes, timingSafeEqual } from 'node:crypto';
import { type Clock, isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { addUser } from './alta.ts';
import { hashClave } from './clave.ts';
import type { AccesoDeps } from './comprobar.ts';
import { claveProblem, claveTwiceProblems, nameOf, nombreProblem, problemsOf, type Texts, usuarioProblem } from './fields.ts';
import { findByName, hasUsers } from './queries.ts';
import { hashOf, openSession } from './sesiones.ts';

/** The way in for the first administrator: lives in memory, a day, and is worth one use. */
export type FirstLink = {
  /** `/acceso/primera/…`, as it is printed at start. */
  readonly path: string;
  opens(token: string): boolean;
  spend(): void;
};

const dayMs = 24 * 3_600_000;

export const createFirstLink = (clock: Clock): FirstLink => {
  const token = randomBytes(24).toString('base64url');
  const until = clock.now().getTime() + dayMs;
  const same = (given: string) => timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(token)));
  let spent = false;
  return {
    path: `/acceso/primera/${token}`,
    opens: (given) => same(given) && !spent && clock.now().getTime() < until,
    spend: () => {
      spent = true;
    },
  };
};

const gone = 'Ese enlace ya no vale: se usó, pasó un día, se reinició Cerebro o ya hay usuarios.';

/** @throws NotFoundError unless the link opens and there is nobody yet. */
export const refuseSpentLink = ({ db }: AccesoDeps, link: FirstLink | null, token: string): FirstLink => {
  if (link === null || !link.opens(token) || hasUsers(db)) throw new NotFoundError(gone);
  return link;
};

export type FirstUse = { readonly link: FirstLink; readonly fields: Texts; readonly host: string };

/**
 * Makes the first administrator and signs it in; answers what the cookie carries.
 * @throws InvalidInputError by field, NotFoundError when somebody was faster.
 */
export const createFirst = async ({ db, clock }: AccesoDeps, { link, fields, host }: FirstUse): Promise<string> => {
  const usuario = nameOf(fields.usuario);
  const nombre = (fields.nombre ?? '').trim();
  const clave = fields.clave ?? '';
  const problems = {
    usuario: usuarioProblem(usuario),
    nombre: nombreProblem(nombre),
    ...claveTwiceProblems(clave, fields.clave_otra_vez ?? ''),
  };
  if (Object.keys(problemsOf(problems)).length > 0) throw new InvalidInputError(problemsOf(problems));
  const claveHash = await hashClave(clave);
  return db.write(() => {
    if (hasUsers(db)) throw new NotFoundError(gone);
    const at = isoNow(clock);
    const usuarioId = addUser(db, at, { usuario, nombre, rol: 'administrador', claveHash }, { usuario, host });
    link.spend();
    return openSession(db, at, { usuarioId, host });
  });
};

/** `ADMIN_PASSWORD`: the user `admin` where there is none yet; one that exists keeps its password and its role. */
export const ensureAdmin = async ({ db, clock, config, log }: AccesoDeps): Promise<void> => {
  const { ADMIN_PASSWORD: clave } = config;
  if (clave === undefined || findByName(db, 'admin') !== undefined) return;
  if (claveProblem(clave) !== undefined) log.warn({ usuario: 'admin' }, 'ADMIN_PASSWORD es demasiado corta: póngale otra en /cuenta');
  const claveHash = await hashClave(clave);
  const admin = { usuario: 'admin', nombre: 'Administrador', rol: 'administrador', claveHash } as const;
  await db.write(() => addUser(db, isoNow(clock), admin, { usuario: 'cerebro' }));
  log.info({ usuario: 'admin' }, 'creado el primer administrador con ADMIN_PASSWORD: ya puede quitarla de la configuración');
};
