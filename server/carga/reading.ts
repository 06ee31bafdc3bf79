/** From what the providers answered to the tickets of each robot: pure. A failure is never read as no tickets. */
import type { LoadAnswer, ProviderName } from '#server/gateways/carga/carga.ts';
import type { Mapping } from './mapping.ts';
import type { LoadReading, RobotLoad, Unmapped } from './model.ts';

/** A provider's last good answer. */
export type LastGood = {
  /** Also those it named before and no longer does, with 0. */
  readonly tickets: ReadonlyMap<string, number>;
  /** Milliseconds since it was given. */
  readonly ageMs: number;
};

export type Told = { readonly proveedor: ProviderName; readonly answer: LoadAnswer; readonly last: LastGood | null };

/** @param maxAgeMs how long the last answer of a provider that fails still counts */
export const readingOf = (told: readonly Told[], mapping: Mapping, maxAgeMs: number): LoadReading => {
  const views = told.map((one) => viewOf(one, mapping, maxAgeMs));
  const load = new Map<string, RobotLoad>();
  for (const view of views)
    for (const [robotId, tickets] of view.tickets) load.set(robotId, added(load.get(robotId), { tickets, saber: view.saber }));
  for (const robotId of [...views.flatMap(({ ambiguous }) => ambiguous), ...inDoubt(views, mapping)])
    load.set(robotId, added(load.get(robotId), { tickets: 0, saber: 'desconocida' }));
  const outside = told.filter(({ proveedor }) => proveedor !== 'local');
  return {
    load,
    unmapped: views.flatMap(({ unmapped }) => unmapped).sort((a, b) => b.tickets - a.tickets || (a.nombre < b.nombre ? -1 : 1)),
    providers: told.map(({ proveedor, answer }) => ({
      proveedor,
      ok: answer.kind === 'ok',
      motivo: answer.kind === 'ok' ? null : answer.reason,
    })),
    outsideFailed: outside.length > 0 && outside.every(({ answer }) => answer.kind === 'failed'),
  };
};

/** What one provider makes known. */
type View = {
  readonly saber: RobotLoad['saber'];
  /** Of every robot it feeds; 0 where it says nothing. */
  readonly tickets: ReadonlyMap<string, number>;
  readonly unmapped: readonly Unmapped[];
  /** Robots some of its tickets may be of, and nobody knows of which: without a person they neither gain nor lose equipos. */
  readonly ambiguous: readonly string[];
  /** It failed and has never answered: nobody knows whom it feeds. */
  readonly blind: boolean;
};

const viewOf = (told: Told, mapping: Mapping, maxAgeMs: number): View => {
  const { proveedor, answer, last } = told;
  const written = mapping.writtenFor(proveedor);
  if (answer.kind === 'ok') {
    const named = new Map([...zeros(last?.tickets.keys() ?? []), ...answer.tickets]);
    return { saber: 'actual', blind: false, ...byRobot(proveedor, named, mapping, written) };
  }
  const fed = proveedor === 'local' ? written : written.union(mapping.writtenForAny);
  if (last !== null && last.ageMs < maxAgeMs) return { saber: 'antigua', blind: false, ...byRobot(proveedor, last.tickets, mapping, fed) };
  // Too old to be counted, and still who is fed.
  const named = new Map(zeros(last?.tickets.keys() ?? []));
  return { saber: 'desconocida', blind: last === null, ...byRobot(proveedor, named, mapping, fed) };
};

const zeros = (names: Iterable<string>): [string, number][] => [...names].map((name) => [name, 0]);

const byRobot = (
  proveedor: ProviderName,
  named: ReadonlyMap<string, number>,
  mapping: Mapping,
  fed: ReadonlySet<string>,
): Pick<View, 'tickets' | 'unmapped' | 'ambiguous'> => {
  const tickets = new Map(zeros(fed));
  const unmapped: Unmapped[] = [];
  const ambiguous: string[] = [];
  for (const [nombre, count] of named) {
    const meant = mapping.meant(proveedor, nombre);
    if ('robotId' in meant) tickets.set(meant.robotId, (tickets.get(meant.robotId) ?? 0) + count);
    else if (count > 0) {
      unmapped.push({ proveedor, nombre, tickets: count, motivo: meant.motivo });
      ambiguous.push(...(meant.entre ?? []));
    }
  }
  return { tickets, unmapped, ambiguous };
};

const doubts = ['actual', 'antigua', 'desconocida'] as const;

/** The tickets of both; of what is known, the less. */
const added = (a: RobotLoad | undefined, b: RobotLoad): RobotLoad => {
  if (!a) return b;
  const saber = doubts[Math.max(doubts.indexOf(a.saber), doubts.indexOf(b.saber))] ?? 'desconocida';
  return { tickets: a.tickets + b.tickets, saber };
};

/** Where a provider failed that has never answered: everybody, but for those whom another one is known to feed. */
const inDoubt = (views: readonly View[], mapping: Mapping): string[] => {
  if (!views.some(({ blind }) => blind)) return [];
  const fed = new Set(views.filter(({ blind }) => !blind).flatMap(({ tickets }) => [...tickets.keys()]));
  return mapping.robots.filter((robotId) => !fed.has(robotId));
};
