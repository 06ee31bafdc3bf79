import { resolve } from '#server/avisos/raise.ts';
import type { Db } from '#server/db/open.ts';
import { type Clock, isoIn } from '#server/lib/clock.ts';
import { InvalidInputError } from '#server/lib/errors.ts';
import { dayOf } from './fecha.ts';
import { carryOut, type OrderDeps, type OrderInput, refuseWrongState, type Who } from './order.ts';
import { startOver } from './reintentar.ts';

/** The aviso that stands open while a trámite waits to be reviewed. */
export const reviewClave = (id: number): string => `revision:${id}`;

/**
 * A person has looked at the portal and says what became of a doubtful trámite: `resultado` = `presentado` with `numero`
 * and `fecha` as they stand in the register → completed; `no_presentado` → pending, to be filed again.
 * @throws InvalidInputError with a sentence per field.
 */
export const resolver = async (deps: OrderDeps, id: number, input: OrderInput, who: Who): Promise<void> => {
  refuseWrongState(deps, id, 'resolver_presentado');
  const resultado = input.resultado?.trim();
  if (resultado === 'presentado') return resolveFiled(deps, id, readRegister(input, deps.clock), who);
  if (resultado === 'no_presentado') return resolveNotFiled(deps, id, who);
  throw new InvalidInputError({ resultado: 'Diga si se presentó o no se presentó.' });
};

type Register = { readonly numero: string; readonly fecha: string };

const readRegister = (input: OrderInput, clock: Clock): Register => {
  const numero = input.numero?.trim() ?? '';
  const fecha = input.fecha?.trim() ?? '';
  const problems = { ...numeroProblem(numero), ...fechaProblem(fecha, clock) };
  if (Object.keys(problems).length > 0) throw new InvalidInputError(problems);
  return { numero, fecha };
};

const numeroProblem = (numero: string): Record<string, string> => {
  if (numero === '') return { numero: 'Escriba el número de registro.' };
  return numero.length > 100 ? { numero: 'El número de registro no puede pasar de 100 caracteres.' } : {};
};

const fechaProblem = (fecha: string, clock: Clock): Record<string, string> => {
  if (fecha === '') return { fecha: 'Escriba la fecha de registro.' };
  const day = dayOf(fecha);
  if (!day) return { fecha: 'La fecha de registro no es un día del calendario (ejemplo: 2026-03-02 o 02/03/2026).' };
  return day > tomorrow(clock) ? { fecha: 'La fecha de registro no puede ser futura.' } : {};
};

/** No zone is a day ahead of the next one in UTC. */
const tomorrow = (clock: Clock): string => isoIn(clock, 24 * 3600 * 1000).slice(0, 10);

const resolveFiled = (deps: OrderDeps, id: number, register: Register, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'resolver_presentado',
    event: 'resolved',
    facts: () => ({ resultado: 'presentado', ...register }),
    change: (db, at) => {
      db.sql('UPDATE tramite_queue SET result = ?, processed_at = ?, error_code = NULL, error_log = NULL WHERE id = ?').run(
        JSON.stringify(register),
        at,
        id,
      );
      closeReview(db, at, id);
    },
  });

const resolveNotFiled = (deps: OrderDeps, id: number, who: Who): Promise<void> =>
  carryOut(deps, id, who, {
    verb: 'resolver_no_presentado',
    event: 'resolved',
    facts: () => ({ resultado: 'no_presentado' }),
    change: (db, at) => {
      startOver(db, id);
      closeReview(db, at, id);
    },
  });

const closeReview = (db: Db, at: string, id: number): boolean => resolve(db, at, reviewClave(id));
