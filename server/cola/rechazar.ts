import { InvalidInputError } from '#server/lib/errors.ts';
import { carryOut, type OrderDeps, type OrderInput, refuseWrongState, type Who } from './order.ts';

const longest = 1000;

/** A person has seen the filled form and does not let it be sent. The recurso stays ours. @throws InvalidInputError at `motivo`. */
export const rechazar = async (deps: OrderDeps, id: number, input: OrderInput, who: Who): Promise<void> => {
  refuseWrongState(deps, id, 'rechazar');
  const motivo = input.motivo?.trim() ?? '';
  if (motivo === '') throw new InvalidInputError({ motivo: 'Diga por qué se rechaza.' });
  if (motivo.length > longest) throw new InvalidInputError({ motivo: `El motivo no puede pasar de ${longest} caracteres.` });
  await carryOut(deps, id, who, { verb: 'rechazar', event: 'rejected', motivo, facts: () => ({ motivo }) });
};
