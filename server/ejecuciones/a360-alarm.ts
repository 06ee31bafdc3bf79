import { raise, resolve } from '#server/avisos/raise.ts';
import type { Deps } from '#server/deps.ts';
import { A360Error, type A360Failure } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';

export const a360Claves = { credenciales: 'a360_credenciales', noResponde: 'a360_no_responde' } as const;

/** Failures that say that the Control Room itself is away. */
const away: ReadonlySet<A360Failure> = new Set(['red', 'servidor', 'respuesta']);

/**
 * Tells the avisos how A360 does: `null` = it has answered, with these credentials. Whoever asks it something at the beginning of a
 * cycle says so, failed or not; failures of one run (a deploy refused) are not for here. Writes only where something changes.
 */
export const noteA360 = async (deps: Pick<Deps, 'db' | 'clock'>, error: unknown): Promise<void> => {
  const failure = error instanceof A360Error ? error.failure : null;
  if (error === null) return allIsWell(deps);
  if (failure === 'credenciales') return deny(deps, (error as A360Error).message);
  if (failure !== null && away.has(failure)) return miss(deps, (error as A360Error).message);
};

const allIsWell = async ({ db, clock }: Pick<Deps, 'db' | 'clock'>): Promise<void> => {
  const claves = Object.values(a360Claves);
  const open = db.sql("SELECT 1 FROM avisos WHERE estado = 'abierto' AND clave IN (?, ?) LIMIT 1").get(...claves);
  if (open === undefined) return;
  await db.write(() => {
    for (const clave of claves) resolve(db, isoNow(clock), clave);
  });
};

const deny = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, message: string): Promise<void> =>
  db.write(() =>
    raise(db, isoNow(clock), {
      clave: a360Claves.credenciales,
      nivel: 'CRITICO',
      ambito: 'SISTEMA',
      naturaleza: 'PERMANENTE',
      titulo: 'A360 rechaza las credenciales',
      detalle: `${message} No se lanza ni se concilia nada hasta que se corrijan (AA_USER, AA_API_KEY o AA_PWD).`,
      acciones: ['Compruebe en A360 que la cuenta existe y no está bloqueada.', 'Corrija AA_API_KEY o AA_PWD y reinicie Cerebro.'],
    }),
  );

const miss = ({ db, clock }: Pick<Deps, 'db' | 'clock'>, message: string): Promise<void> =>
  db.write(() =>
    raise(db, isoNow(clock), {
      clave: a360Claves.noResponde,
      nivel: 'CRITICO',
      ambito: 'SISTEMA',
      naturaleza: 'TRANSITORIO',
      titulo: 'El Control Room de A360 no contesta',
      detalle: `${message} Se vuelve a intentar solo; lo que está en marcha sigue en A360.`,
      acciones: ['Abra el Control Room desde esta máquina.', 'Si no se abre, avise a quien lo lleva.'],
    }),
  );
