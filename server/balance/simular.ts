import type { Format } from '#server/lib/format.ts';
import { type Look, type LookDeps, lookNow, type Standing, standingOf, standingsOf } from './look.ts';
import { presentSimular, ticketsIn } from './present-simular.ts';
import { readEdits } from './simular-fields.ts';

/** Robots with fields of their own: more would not fit into an address. */
const mostRows = 30;
const mostOthers = 500;

/** What an address of *Simular* asks for: the text of each field, and the robots added to the table. */
export type Query = { readonly typed: (name: string) => string; readonly added: readonly string[] };

/** What the next cycle would do with the numbers a person tries. It changes nothing and asks nobody outside. */
export const simular = (deps: LookDeps, format: Format, { typed, added }: Query) => {
  const present = lookNow(deps);
  const shown = rowsOf(present, added);
  const robots = shown.map(({ robot }) => robot);
  const ids = new Set(robots.map(({ robotId }) => robotId));
  const asked = readEdits(typed, robots, (robotId) => ticketsIn(present, robotId));
  const look = lookNow(deps, asked.edits);
  const standings = robots.flatMap(({ robotId }) => standingOf(look, robotId) ?? []);
  const others = present.snapshot.robots.filter(({ robotId, noApto }) => !ids.has(robotId) && noApto === null);
  const parts = { present, look, standings, asked, typed, others: others.slice(0, mostOthers), added: added.filter((id) => ids.has(id)) };
  return presentSimular(parts, format);
};

/** Those a person added come on top of those with something to tell. */
const rowsOf = (look: Look, added: readonly string[]): Standing[] => {
  const asked = added.flatMap((robotId) => standingOf(look, robotId) ?? []);
  const told = standingsOf(look).filter(({ robot }) => !added.includes(robot.robotId));
  return [...asked, ...told].slice(0, mostRows);
};
