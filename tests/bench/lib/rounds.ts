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

/** Figures of each contender, by name, one per good round; contenders of one round share their place in the list. */
export type Figures = {
  readonly byName: ReadonlyMap<string, readonly number[]>;
  /** Which of all the rounds tried, from 0, were good. */
  readonly good: ReadonlySet<number>;
};

export class TooBusy extends Error {}

/**
 * Runs every contender once per round, in turning order, so that none always comes first. A round during which other
 * programs used more than the tolerance is void and repeated.
 * @throws TooBusy when too few rounds were good.
 */
export const runRounds = async (contenders: readonly Contender[], options: RoundOptions): Promise<Figures> => {
  const byName = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const good = new Set<number>();
  for (let round = 0; good.size < options.rounds; round++) {
    if (round >= options.attempts) throw new TooBusy(`solo ${good.size} rondas válidas de ${round}: la máquina está ocupada`);
    const watch = startWatch();
    const results = await runOnce(contenders, round);
    const others = watch.othersUsed();
    if (others !== null && others > options.tolerance) {
      options.tell(`ronda anulada: otros programas usaron ${others.toFixed(2)} núcleos`);
      continue;
    }
    good.add(round);
    for (const [name, value] of results) byName.get(name)?.push(value);
  }
  return { byName, good };
};

const runOnce = async (contenders: readonly Contender[], round: number): Promise<[string, number][]> => {
  const turn = round % contenders.length;
  const results: [string, number][] = [];
  for (const contender of [...contenders.slice(turn), ...contenders.slice(0, turn)]) results.push([contender.name, await contender.run()]);
  return results;
};
