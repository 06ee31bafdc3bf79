import { startWatch } from './quiet.ts';

/** Does its work once and answers its figure (operations per second, milliseconds…). */
export type Contender = { readonly name: string; run(): number | Promise<number> };

export type RoundOptions = {
  /** Good rounds that make a figure. */
  readonly rounds: number;
  /** Cores other programs may use before a round is void. */
  readonly tolerance: number;
  /** Rounds tried at most. */
  readonly attempts: number;
  tell(line: string): void;
};

/** Figures of each contender, by name, one per good round; contenders of one round share its index. */
export type Figures = { readonly byName: ReadonlyMap<string, readonly number[]>; readonly voided: number };

export class TooBusy extends Error {}

/**
 * Runs every contender once per round, in turning order, so that none always comes first. A round during which other
 * programs used more than the tolerance is void and repeated.
 * @throws TooBusy when too few rounds were good.
 */
export const runRounds = async (contenders: readonly Contender[], options: RoundOptions): Promise<Figures> => {
  const byName = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  let good = 0;
  let voided = 0;
  while (good < options.rounds) {
    if (good + voided >= options.attempts) throw new TooBusy(`solo ${good} rondas válidas de ${good + voided}: la máquina está ocupada`);
    const watch = startWatch();
    const results = await runOnce(contenders, good + voided);
    const others = watch.othersUsed();
    if (others !== null && others > options.tolerance) {
      voided += 1;
      options.tell(`ronda anulada: otros programas usaron ${others.toFixed(2)} núcleos`);
      continue;
    }
    good += 1;
    for (const [name, value] of results) byName.get(name)?.push(value);
  }
  return { byName, voided };
};

const runOnce = async (contenders: readonly Contender[], round: number): Promise<[string, number][]> => {
  const turn = round % contenders.length;
  const results: [string, number][] = [];
  for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) results.push([contender.name, await contender.run()]);
  return results;
};
