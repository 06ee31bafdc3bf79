import type { Clock } from '#server/lib/clock.ts';
import { asError, CerebroError, NotFoundError, WrongStateError } from '#server/lib/errors.ts';
import type { Hub } from '#server/lib/hub.ts';
import type { Log } from '#server/lib/log.ts';
import type { Measure } from '#server/lib/measure.ts';
import { shortId, withTrace } from '#server/lib/trace.ts';
import { createMayBegin, type Hold } from './holds.ts';
import { createPlanner, type Entry } from './plan-rounds.ts';

/** A piece of periodic work: a name, a period and a function. */
export type Cycle = {
  readonly name: string;
  /** How it is told to people: «el ciclo de reclamación». */
  readonly shownAs: string;
  /** Milliseconds between the end of one and the start of the next, read afresh each time; null = only when woken. */
  period(): number | null;
  /** At the start its first round waits until those of these have ended, well or badly. */
  readonly after?: readonly string[];
  /** `ordered` = by a person, not by the clock. */
  run(signal: AbortSignal, ordered: boolean): Promise<unknown>;
};

export type CycleState = {
  readonly name: string;
  readonly running: boolean;
  readonly lastStartedAt: string | null;
  readonly lastEndedAt: string | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
  /** Instant of the first failure of the present streak. */
  readonly failingSince: string | null;
  readonly nextAt: string | null;
  /** Milliseconds; null = only when woken. */
  readonly period: number | null;
  /** Monotonic milliseconds since it was due, while it rests (0 = it is not), or since it began. */
  readonly waited: number;
};

/** The one clock. A cycle never overlaps itself, can be woken, and its sleep can be aborted. */
export type Scheduler = {
  /** Begins the periodic work, of these cycles only when they are named. */
  start(names?: readonly string[]): void;
  /**
   * Runs it now and answers when it is done. One of its own accord that is about to end is waited for: nobody who orders a round and
   * then another should meet one that was only woken. @throws NotFoundError, WrongStateError `ciclo_en_marcha`, `en_pausa`, or what the cycle throws.
   */
  run(name: string): Promise<unknown>;
  /** Makes it run now, or again as soon as the present run ends. @throws NotFoundError */
  wakeNow(name: string): void;
  state(): CycleState[];
  /** No new run begins; running ones get their signal aborted and are waited for, `graceMs` at most, and no longer once `hurry` aborts. */
  stop(graceMs: number, hurry?: AbortSignal): Promise<void>;
};

/** How long an order waits for a round nobody ordered. */
const politeMs = 2_000;

/** How often a resting cycle looks whether its period is still what it was. */
const lookAgainMs = 60_000;

/** How often one that is due and held looks whether it may begin. */
const heldLookMs = 1_000;

type Tools = {
  readonly clock: Clock;
  readonly log: Log;
  readonly hub: Hub;
  readonly random?: () => number;
  readonly measure?: Measure;
  readonly holdOf?: Hold;
};

export const createScheduler = (tools: Tools, cycles: readonly Cycle[]): Scheduler => {
  const { clock, hub, holdOf = () => null } = tools;
  const log = tools.log.child({ room: 'scheduler' });
  const { planNext, planAnew, planFirst, isPeriodic } = createPlanner({ clock, log, random: tools.random ?? Math.random });
  const mayBegin = createMayBegin(holdOf, log);
  const stopping = new AbortController();
  const entries = new Map(cycles.map((cycle) => [cycle.name, newEntry(cycle)]));
  const loops: Promise<void>[] = [];

  const find = (name: string): Entry => {
    const entry = entries.get(name);
    if (!entry) throw new NotFoundError(`No hay ningún ciclo que se llame «${name}».`);
    return entry;
  };

  const settle = (entry: Entry, error: unknown): void => {
    noteEnd(entry, clock, error);
    const ms = (entry.endedAt ?? 0) - (entry.startedAt ?? 0);
    tools.measure?.({ kind: 'cycle', name: entry.cycle.name, ms, code: entry.lastError?.code ?? null });
    planNext(entry);
    entry.nudge.abort();
    entry.first.resolve();
    hub.changed({ entity: 'cycle', id: entry.cycle.name });
  };

  const begin = (entry: Entry, ordered = false): Promise<unknown> => {
    entry.wanted = false;
    entry.ordered = ordered;
    entry.lastStartedAt = clock.now().toISOString();
    entry.startedAt = clock.monotonic();
    const running = runTraced(entry, stopping.signal, ordered);
    entry.running = running.then(
      () => settle(entry, null),
      (error) => settle(entry, error),
    );
    hub.changed({ entity: 'cycle', id: entry.cycle.name });
    return running;
  };

  const run = async (name: string): Promise<unknown> => {
    const entry = find(name);
    if (entry.running && !entry.ordered) await endOf(entry.running, clock, stopping.signal);
    if (stopping.signal.aborted) throw new WrongStateError('parando', 'Cerebro se está parando.');
    const held = holdOf(name, true);
    if (held !== null) throw new WrongStateError('en_pausa', held);
    if (entry.running) throw new WrongStateError('ciclo_en_marcha', `Ya hay ${entry.cycle.shownAs} en marcha: espere a que termine.`);
    return begin(entry, true);
  };

  const rest = (entry: Entry): Promise<void> => {
    entry.nudge = new AbortController();
    const signal = AbortSignal.any([entry.nudge.signal, stopping.signal]);
    const ms = entry.dueAt === null ? lookAgainMs : Math.min(entry.dueAt - clock.monotonic(), lookAgainMs);
    // Due and yet at rest: it is held.
    return clock.sleep(isDue(entry) ? heldLookMs : Math.max(0, ms), signal);
  };

  const isDue = (entry: Entry): boolean => entry.wanted || (entry.dueAt !== null && clock.monotonic() >= entry.dueAt);

  const loop = async (entry: Entry): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (entry.running) await entry.running;
      else if (isDue(entry) && mayBegin(entry)) await begin(entry).catch((error) => tellFailure(entry, error));
      else {
        await rest(entry);
        planAnew(entry);
      }
    }
  };

  const tellFailure = (entry: Entry, error: unknown): void => {
    if (stopping.signal.aborted) return;
    log.warn({ ciclo: entry.trace, cycle: entry.cycle.name, code: describe(error).code, err: error }, 'el ciclo ha fallado');
  };
  let deafen = (): void => undefined;

  return {
    start: (names = [...entries.keys()]) => {
      const started = names.map(find);
      deafen = lookAgainOnSettings(hub, entries);
      for (const entry of started) {
        if (isPeriodic(entry)) void planFirst(entry, started);
        loops.push(loop(entry));
      }
    },
    run,
    wakeNow: (name) => {
      const entry = find(name);
      entry.wanted = true;
      entry.nudge.abort();
    },
    state: () => [...entries.values()].map((entry) => stateOf(entry, clock.monotonic())),
    stop: async (graceMs, hurry) => {
      stopping.abort();
      deafen();
      const running = [...entries.values()].flatMap((entry) => (entry.running ? [entry.running] : []));
      const ended = new AbortController();
      const patience = hurry ? AbortSignal.any([ended.signal, hurry]) : ended.signal;
      await Promise.race([Promise.all([...running, ...loops]), clock.sleep(graceMs, patience)]);
      // Its timer would keep the process alive for the rest of the grace.
      ended.abort();
    },
  };
};

/** Somebody edited a setting here, or anything from outside: what rests looks at its period again, and rests on if it is the same. */
const lookAgainOnSettings = (hub: Hub, entries: ReadonlyMap<string, Entry>): (() => void) =>
  hub.listen(({ entity }) => {
    if (entity !== 'ajuste' && entity !== 'any') return;
    for (const entry of entries.values()) entry.nudge.abort();
  });

const newEntry = (cycle: Cycle): Entry => ({
  cycle,
  running: null,
  wanted: false,
  ordered: false,
  nudge: new AbortController(),
  period: null,
  dueAt: null,
  startedAt: null,
  endedAt: null,
  first: Promise.withResolvers<void>(),
  failures: 0,
  trace: '',
  lastStartedAt: null,
  lastEndedAt: null,
  lastError: null,
  failingSince: null,
  nextAt: null,
});

/** Waits for a round nobody ordered, not for long. */
const endOf = async (running: Promise<unknown>, clock: Clock, stopping: AbortSignal): Promise<void> => {
  const patience = new AbortController();
  await Promise.race([running, clock.sleep(politeMs, AbortSignal.any([patience.signal, stopping]))]);
  patience.abort();
};

/** @param error null = it ended well */
const noteEnd = (entry: Entry, clock: Clock, error: unknown): void => {
  entry.running = null;
  entry.lastEndedAt = clock.now().toISOString();
  entry.endedAt = clock.monotonic();
  entry.failures = error === null ? 0 : entry.failures + 1;
  entry.failingSince = error === null ? null : (entry.failingSince ?? entry.lastEndedAt);
  entry.lastError = error === null ? null : describe(error);
};

/** Every line it writes to the log says which round it was. */
const runTraced = (entry: Entry, signal: AbortSignal, ordered: boolean): Promise<unknown> => {
  entry.trace = `${entry.cycle.name}-${shortId()}`;
  return withTrace({ ciclo: entry.trace }, () => Promise.resolve().then(() => entry.cycle.run(signal, ordered)));
};

const describe = (thrown: unknown): { code: string; message: string } => {
  const error = asError(thrown);
  return { code: error instanceof CerebroError ? error.code : 'error_inesperado', message: error.message };
};

const stateOf = (entry: Entry, now: number): CycleState => ({
  name: entry.cycle.name,
  running: entry.running !== null,
  lastStartedAt: entry.lastStartedAt,
  lastEndedAt: entry.lastEndedAt,
  lastError: entry.lastError,
  failingSince: entry.failingSince,
  nextAt: entry.running ? null : entry.nextAt,
  period: entry.period,
  waited: Math.max(0, now - ((entry.running ? entry.startedAt : entry.dueAt) ?? now)),
});
