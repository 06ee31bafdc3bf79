import type { BalanceEquipo, BalanceRobot, BalanceSettings, BalanceSnapshot } from '#server/balance/model.ts';
import { plan } from '#server/balance/plan.ts';
import { ratios } from '../lib/figures.ts';
import type { Contender } from '../lib/rounds.ts';
import type { Bench, Section } from '../lib/section.ts';

const settings: BalanceSettings = { ratio: 10, enfriamientoMs: 300_000, aislamiento: false, preemption: true };
const now = Date.parse('2026-11-26T09:00:00.000Z');
const pools = [null, 'p1', 'p2', 'p3', 'p4'];

/** Always the same numbers below `n`, in no order. */
const scrambled = (n: number): number[] =>
  Array.from({ length: n }, (_, index) => index).sort((a, b) => ((a * 7919) % 10_007) - ((b * 7919) % 10_007) || a - b);

const robotAt = (index: number): BalanceRobot => ({
  ...{ robotId: String(4000 + index), robot: `P${index}`, poolId: pools[index % 5] ?? null, min: index % 3, max: index % 7 ? -1 : 4 },
  ...{ ratio: index % 4 ? null : 5, prioridad: 1 + ((index * 31) % 100), noApto: null },
});

const noVetoes: BalanceEquipo['vetados'] = new Map();

/** Two of three are lent already, one of ten works, one of fifty is in maintenance. */
const equipoAt = (index: number, robots: number): BalanceEquipo => ({
  ...{ equipoId: String(30_000 + index), poolId: pools[index % 5] ?? null, noApto: index % 50 ? null : 'en mantenimiento', fijo: false },
  ...{ robotId: index % 3 ? String(4000 + (index % robots)) : null, liberando: false, ocupado: index % 10 === 0 },
  vetados: noVetoes,
  ultimoRobotId: index % 2 ? String(4000 + ((index * 13) % robots)) : null,
});

/** Five equipos per robot, and tickets for twice as many. */
const worldOf = (robots: number): BalanceSnapshot => ({
  robots: scrambled(robots).map(robotAt),
  equipos: scrambled(5 * robots).map((index) => equipoAt(index, robots)),
  load: new Map(scrambled(robots).map((index) => [String(4000 + index), { tickets: (index * 37) % 200, saber: 'actual' }] as const)),
  memory: new Map(),
});

/**
 * What nobody could do without, written as barely as it goes: the equipos that may be lent by id, robots by priority, and each takes what its
 * tickets ask for. No pools, no Min, nobody keeps what it has, no reasons.
 */
const share = ({ robots, equipos, load }: BalanceSnapshot): number => {
  const free = equipos
    .filter(({ noApto, fijo, ocupado }) => noApto === null && !fijo && !ocupado)
    .map(({ equipoId }) => ({ equipoId, number: Number(equipoId) }))
    .sort((a, b) => a.number - b.number);
  const given = new Map<string, string[]>();
  let next = 0;
  for (const robot of [...robots].sort((a, b) => a.prioridad - b.prioridad)) {
    const need = Math.ceil((load.get(robot.robotId)?.tickets ?? 0) / (robot.ratio ?? settings.ratio));
    const mine: string[] = [];
    for (; mine.length < need && next < free.length; next++) mine.push((free[next] as { equipoId: string }).equipoId);
    given.set(robot.robotId, mine);
  }
  return given.size;
};

const timesPerRound = 25;

/** Milliseconds of the fastest of several: what it costs when nobody disturbs it. */
const millis = (work: () => unknown): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let time = 0; time < timesPerRound; time++) {
    const began = performance.now();
    work();
    best = Math.min(best, performance.now() - began);
  }
  return best;
};

const contender = (name: string, work: () => unknown): Contender => ({ name, run: () => millis(work) });

const run = async (bench: Bench): Promise<void> => {
  const [world, double] = [worldOf(1000), worldOf(2000)];
  const moves = plan(world, settings, now).actions.length;
  for (let warm = 0; warm < 30; warm++) [share(world), plan(world, settings, now), plan(double, settings, now)];
  const { byName } = await bench.rounds([
    contender('bucle', () => share(world)),
    contender('plan', () => plan(world, settings, now)),
    contender('doble', () => plan(double, settings, now)),
  ]);
  const [floor, ours, twice] = ['bucle', 'plan', 'doble'].map((name) => byName.get(name) ?? []) as [number[], number[], number[]];
  const line = { section: 'reparto' } as const;
  bench.report({ ...line, what: 'ordenar y repartir, sin más', values: floor, unit: 'ms', goal: null });
  bench.report({ ...line, what: `1.000 robots × 5.000 equipos (${moves} acciones)`, values: ours, unit: 'ms', goal: null });
  bench.report({ ...line, what: 'plan / ordenar y repartir', values: ratios(ours, floor), unit: '×', goal: { sign: '<', value: 5 } });
  bench.report({
    ...line,
    what: 'el doble de robots y equipos / los de antes',
    values: ratios(twice, ours),
    unit: '×',
    goal: { sign: '<', value: 2.5 },
  });
};

export const repartoSection: Section = { name: 'reparto', about: 'a qué robots se prestan los equipos, y por qué', run };
