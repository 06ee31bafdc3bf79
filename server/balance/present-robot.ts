import type { Format } from '#server/lib/format.ts';
import { link } from '#server/lib/tag.ts';
import { coolingOf } from './cooling.ts';
import type { Look, Standing } from './look.ts';
import type { BalanceEquipo } from './model.ts';
import { loadOf, sizeOf } from './needs.ts';
import { decisionsHref, presentDecision } from './present-decisions.ts';
import type { Decision } from './queries.ts';
import { isDown, staleNote } from './stale.ts';
import { becauseOf, equiposWord, limitsWord, stateOf, ticketsWord } from './words.ts';

export type RobotParts = {
  readonly decisions: readonly Decision[];
  /** What runs on its equipos. */
  readonly runs: ReadonlyMap<string, string>;
};

/** The whole story of why a robot has the equipos it has. */
export const presentRobot = (look: Look, one: Standing, { decisions, runs }: RobotParts, format: Format) => {
  const { robot, verdict } = one;
  const own = look.snapshot.equipos.filter(({ robotId }) => robotId === robot.robotId);
  return {
    ...{ title: robot.robot, id: robot.robotId, robotHref: `/robots/${encodeURIComponent(robot.robotId)}`, state: stateOf(one, format) },
    why: becauseOf(one, format),
    tone: one.espera > 0 || (robot.noApto !== null && (verdict.tickets ?? 0) > 0) ? 'ojo' : 'bien',
    simulate: link('/balance/simular', { otro: robot.robotId }),
    sources: sourcesOf(look, robot.robotId, format),
    stale: staleNote(look, robot.robotId, format),
    steps: stepsOf(look, one, format),
    facts: factsOf(look, one, format),
    equipos: own.map((equipo) => presentEquipo(look, equipo, runs)),
    cooling: presentCooling(look, one, format),
    decisions: decisions.map((row) => presentDecision(row, look.names, format)),
    allDecisions: decisionsHref({ robot: robot.robotId }),
  };
};

const factsOf = ({ names }: Look, { robot, verdict, liberando }: Standing, format: Format) => [
  { word: 'Tickets', text: ticketsWord(verdict.tickets, format) },
  { word: 'Necesita', text: verdict.tickets === null ? 'no se sabe' : equiposWord(verdict.necesita, format) },
  {
    word: 'Tiene prestados',
    text: `${equiposWord(verdict.tiene, format)}${liberando > 0 ? `, ${format.number(liberando)} por retirar` : ''}`,
  },
  { word: 'Tras el próximo reparto', text: equiposWord(verdict.tendra, format) },
  { word: 'Mínimo y máximo', text: limitsWord(robot, format) },
  { word: 'Prioridad', text: `${format.number(robot.prioridad)} (menos es más importante)` },
  { word: 'Pool', text: robot.poolId === null ? 'General' : (names.pools.get(robot.poolId) ?? robot.poolId) },
];

/** What each source says of it, name by name. */
const sourcesOf = ({ sources }: Look, robotId: string, format: Format) =>
  sources.flatMap((source) =>
    source.answer
      .filter((one) => one.robotId === robotId)
      .map(({ nombre, tickets }) => ({
        proveedor: source.proveedor,
        nombre,
        tickets: format.number(tickets),
        at: format.instant(source.acierto),
        state: isDown(source)
          ? ({ word: 'No contesta', icon: 'fallo', tone: 'mal' } as const)
          : ({ word: 'Contesta', icon: 'hecho', tone: 'bien' } as const),
      })),
  );

/** How its need comes out, as sentences. */
const stepsOf = ({ snapshot, settings }: Look, { robot, verdict }: Standing, format: Format): string[] => {
  const load = loadOf(snapshot.load.get(robot.robotId));
  if (verdict.tickets === null)
    return ['No se sabe cuántos tickets tiene: se queda con los equipos que tiene hasta que la fuente conteste.'];
  const { tickets } = load;
  if (tickets === 0) return ['Sin tickets no necesita ningún equipo.'];
  const { ratio, min, max, wanted, need } = sizeOf(robot, tickets, settings.ratio);
  const whose = robot.ratio !== null && robot.ratio >= 1 ? 'lo dice el robot' : 'lo dice la configuración';
  const n = (value: number) => format.number(value);
  const exact = new Intl.NumberFormat('es-ES', { maximumFractionDigits: 2 }).format(tickets / ratio);
  const rounded = Math.ceil(tickets / ratio);
  return [
    `${ticketsWord(tickets, format)} / ${n(ratio)} por equipo (${whose}) = ${exact}${rounded === tickets / ratio ? '' : `, que son ${n(rounded)}`}.`,
    min > rounded ? `Su mínimo es ${n(min)}: sube a ${n(wanted)}.` : `Su mínimo es ${n(min)}: no cambia nada.`,
    Number.isFinite(max)
      ? need < wanted
        ? `Su máximo es ${n(max)}: se queda en ${n(need)}.`
        : `Su máximo es ${n(max)}: no cambia nada.`
      : 'No tiene máximo.',
    `Necesita ${equiposWord(need, format)}.`,
  ];
};

const presentEquipo = ({ names }: Look, { equipoId, liberando, ocupado, noApto }: BalanceEquipo, runs: ReadonlyMap<string, string>) => {
  const run = runs.get(equipoId);
  return {
    ...{ id: equipoId, name: names.equipos.get(equipoId) ?? equipoId, href: `/equipos/${encodeURIComponent(equipoId)}` },
    state: liberando
      ? ({ word: 'Por retirar', icon: 'reloj', tone: 'espera' } as const)
      : ({ word: 'Prestado', icon: 'hecho', tone: 'bien' } as const),
    use: ocupado ? 'trabajando' : 'libre',
    run: run === undefined ? '' : `/ejecuciones/${encodeURIComponent(run)}`,
    note: noApto ?? (liberando ? 'Se retira cuando acabe lo que corre en él; no se lanza nada nuevo.' : ''),
  };
};

/** Its last moves, and what they hold back still. */
const presentCooling = ({ snapshot, settings, now }: Look, { robot }: Standing, format: Format) => {
  const memory = snapshot.memory.get(robot.robotId);
  const cooling = coolingOf(memory, settings.enfriamientoMs, now.getTime());
  const move = (what: { at: number; tickets: number } | null | undefined) =>
    what ? { at: format.instant(new Date(what.at).toISOString()), tickets: ticketsWord(what.tickets, format) } : null;
  return {
    up: move(memory?.alza),
    down: move(memory?.baja),
    until: cooling && format.instant(new Date(cooling.until).toISOString()),
    exceptions:
      cooling && `Antes, solo si llega a ${ticketsWord(cooling.growsFrom, format)} o baja a ${ticketsWord(cooling.shrinksFrom, format)}.`,
    rest: format.duration(settings.enfriamientoMs),
  };
};
