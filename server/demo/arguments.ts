import { CerebroError } from '#server/lib/errors.ts';

/** What the demo was asked to do besides running. */
export type DemoOrder = {
  /** Work until nothing is left, tell it in a table and end. */
  readonly vaciar: boolean;
  /** Keep adding recursos to the sample source. */
  readonly goteo: boolean;
  /** How the sample source is reached: as a file, or through a simulated SQL Server. */
  readonly origen: 'sqlite' | 'tds';
};

const refused = (sentence: string): CerebroError => new CerebroError('argumento_no_valido', sentence);

/** @throws CerebroError `argumento_no_valido` for anything unknown, and for both at once: one empties what the other fills. */
export const parseArguments = (given: readonly string[]): DemoOrder => {
  const order = { vaciar: false, goteo: false, origen: 'sqlite' as DemoOrder['origen'] };
  for (const [at, one] of given.entries()) {
    if (one === '--vaciar') order.vaciar = true;
    else if (one === '--goteo') order.goteo = true;
    else if (one === '--origen') order.origen = originOf(given[at + 1]);
    else if (given[at - 1] !== '--origen') throw refused(`No conozco «${one}». La demostración admite --vaciar o --goteo, y --origen tds.`);
  }
  if (order.vaciar && order.goteo) throw refused('--vaciar y --goteo no van juntos: uno vacía la cola y el otro la llena.');
  return order;
};

const originOf = (word: string | undefined): DemoOrder['origen'] => {
  if (word === 'sqlite' || word === 'tds') return word;
  throw refused('--origen va seguido de sqlite (un archivo, lo de siempre) o de tds (un SQL Server simulado).');
};
