import { setTimeout as delay } from 'node:timers/promises';
import { asError } from '#server/lib/errors.ts';
import type { Difference } from './check.ts';
import { untilCommits } from './doors.ts';
import type { Sighting } from './facts.ts';
import { sightingsAt } from './gather.ts';
import { type Group, survivors } from './group.ts';
import type { Kill } from './plan.ts';
import { phaseAt, reach } from './reach.ts';
import { nameOf } from './report.ts';
import type { Scene } from './scene.ts';

/** What the kills themselves showed. */
export type Kills = { readonly sightings: Sighting[]; readonly differences: Difference[] };

export type Tools = {
  readonly scene: Scene;
  /** Cuts connections to the source at random until the signal aborts. */
  disturb(signal: AbortSignal): Promise<void>;
  /** Starts the demo over the campaign's folder. */
  start(): Group;
  tell(line: string): void;
};

/** Below so many recursos still to file, more are added: robots must be at work whenever a kill comes. */
const leastWork = 12;

const workLeft = ({ queue, fileable }: Scene): number => {
  const over = queue((eyes) =>
    eyes.all<{ id: string }>("SELECT resource_id AS id FROM tramite_queue WHERE status NOT IN ('pending', 'processing')"),
  );
  const done = new Set(over?.map((row) => row.id));
  return fileable.filter((id) => !done.has(id)).length;
};

/** Runs every kill in order, each over what the one before left behind. */
export const runKills = async (kills: readonly Kill[], tools: Tools): Promise<Kills> => {
  const found: Kills = { sightings: [], differences: [] };
  let pace = 1;
  for (const [at, kill] of kills.entries()) {
    if (workLeft(tools.scene) < leastWork) tools.scene.add(leastWork);
    const tookMs = await runKill({ kill, number: at + 1, pace }, tools, found);
    if (kill.kind === 'punto' && kill.point === 'tras_completar') pace = paceOf(tookMs);
  }
  return found;
};

/** From a start to the first completed trámite, on a machine with nothing else to do. */
const unhurriedMs = 8_000;

/** How much slower this machine is: instants at random must fall all over an attempt, not only over its beginning. */
const paceOf = (tookMs: number): number => Math.min(4, Math.max(1, tookMs / unhurriedMs));

type Turn = { readonly kill: Kill; readonly number: number; readonly pace: number };

/** Answers the milliseconds from the start of the group to its death. */
const runKill = async ({ kill, number, pace }: Turn, tools: Tools, found: Kills): Promise<number> => {
  const begun = performance.now();
  const group = tools.start();
  const peace = new AbortController();
  if (kill.kind !== 'punto') void group.ready.then((ready) => (ready ? tools.disturb(peace.signal) : undefined));
  const letGo = await meetDeath(kill, group, tools.scene, pace).catch((thrown) => {
    found.differences.push({ rule: 'punto_no_alcanzado', told: `muerte ${number}, ${nameOf(kill)}: ${asError(thrown).message}` });
    return () => undefined;
  });
  peace.abort();
  if (!group.isAlive())
    found.differences.push({ rule: 'termina_por_su_cuenta', told: `muerte ${number}, ${nameOf(kill)}: el grupo había terminado` });
  await group.kill();
  const tookMs = performance.now() - begun;
  const outliving = await survivors(tools.scene.dataDir);
  const seen = sightingsAt(tools.scene, number);
  letGo();
  found.sightings.push(...seen);
  found.differences.push(...outliving.map((told) => ({ rule: 'proceso_superviviente', told: `muerte ${number}: ${told}` })));
  found.differences.push(...withoutTrace(kill, number, seen));
  tools.tell(`${String(number).padStart(3)}  ${nameOf(kill).padEnd(24)} ${(tookMs / 1000).toFixed(1).padStart(5)} s  ${phases(seen)}`);
  return tookMs;
};

/** For commits that do not come, because there is nothing left to do. */
const longestWaitMs = 15_000;

/** Waits for the instant of the kill; answers how to let go what was held to reach it. */
const meetDeath = async (kill: Kill, group: Group, scene: Scene, pace: number): Promise<() => void> => {
  if (kill.kind === 'instante') await Promise.race([delay(kill.afterMs * pace), group.ended]);
  else if (kill.kind === 'cambio') await Promise.race([untilCommits(scene.queueFile, kill.changes, longestWaitMs * pace), group.ended]);
  else return atPoint(kill.point, group, scene);
  return () => undefined;
};

const atPoint = async (point: keyof typeof reach, group: Group, scene: Scene): Promise<() => void> => {
  if (!(await group.ready)) throw new Error('la demostración no ha arrancado');
  return reach[point](scene);
};

/** At a point of an attempt, an attempt must be found dead in that phase: otherwise the kill proved nothing. */
const withoutTrace = (kill: Kill, number: number, seen: readonly Sighting[]): Difference[] => {
  const phase = kill.kind === 'punto' ? phaseAt[kill.point] : null;
  if (phase === null || seen.some((sighting) => phase.includes(sighting.fase))) return [];
  return [{ rule: 'punto_sin_rastro', told: `muerte ${number}, ${nameOf(kill)}: ningún intento estaba en ${phase.join(' o ')}` }];
};

const phases = (seen: readonly Sighting[]): string =>
  seen.length === 0 ? 'ningún intento en marcha' : seen.map((one) => `trámite ${one.tramiteId} en ${one.fase}`).join(', ');
