import { CerebroError } from '#server/lib/errors.ts';

/** What the demo was asked to do besides running. */
export type DemoOrder = {
  /** Work until nothing is left, tell it in a table and end. */
  readonly vaciar: boolean;
  /** Keep adding recursos to the sample source. */
  readonly goteo: boolean;
};

const known = ['--vaciar', '--goteo'];

/** @throws CerebroError `argumento_no_valido` for anything unknown, and for both at once: one empties what the other fills. */
export const parseArguments = (given: readonly string[]): DemoOrder => {
  const unknown = given.find((one) => !known.includes(one));
  if (unknown !== undefined)
    throw new CerebroError('argumento_no_valido', `No conozco «${unknown}». La demostración admite --vaciar o --goteo.`);
  const order = { vaciar: given.includes('--vaciar'), goteo: given.includes('--goteo') };
  if (order.vaciar && order.goteo)
    throw new CerebroError('argumento_no_valido', '--vaciar y --goteo no van juntos: uno vacía la cola y el otro la llena.');
  return order;
};
