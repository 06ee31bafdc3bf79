import type { BodyName } from './bodies.ts';
import { createRandom } from './random.ts';
import { inventRecurso, type SampleRecurso } from './recurso.ts';
import { setTrap, suits, traps } from './traps.ts';

/** How much of each; the same options always give the same sample. */
export type SampleOptions = {
  /** Ordinary recursos per body. */
  readonly bodies?: Readonly<Partial<Record<BodyName, number>>>;
  /** Whether every trap of XVIA.md 6 is set once. */
  readonly traps?: boolean;
  readonly seed?: number;
};

/** What `npm run demo` begins with: 122 ordinary ones to file at xaloc, and everybody else's. */
export const demoSample: Required<SampleOptions> = {
  bodies: { xaloc: 122, base: 34, madrid: 24, traffic: 18, elsewhereInMadrid: 12, lookalikes: 6 },
  traps: true,
  seed: 20_250_115,
};

/** The whole sample in the order of its numbers; bodies and traps are shuffled together. */
export const planSample = (options: SampleOptions = demoSample): SampleRecurso[] => {
  const random = createRandom(options.seed ?? demoSample.seed);
  const wanted: Wanted[] = Object.entries(options.bodies ?? {}).flatMap(([body, count]) => Array<Wanted>(count).fill(body as BodyName));
  const all = random.shuffled<Wanted>([...wanted, ...(options.traps === false ? [] : traps)]);
  return number(all);
};

type Wanted = BodyName | (typeof traps)[number];

/** Gives each its number; a trap about a person skips the number of a company, and the other way round. */
const number = (all: readonly Wanted[]): SampleRecurso[] => {
  let n = 0;
  return all.map((wanted) => {
    if (typeof wanted !== 'string') while (!suits(wanted, n)) n += 1;
    const sample = typeof wanted === 'string' ? inventRecurso(wanted, n) : setTrap(wanted, n);
    n += 1;
    return sample;
  });
};
