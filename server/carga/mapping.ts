/** Which robot a provider means by a name: pure. */
import type { ProviderName } from '#server/gateways/carga/carga.ts';

/** A robot of A360 as far as its name goes. */
export type NamedRobot = {
  readonly robotId: string;
  readonly robot: string;
  readonly activo: boolean;
  /** The last complete listing of A360 had it. */
  readonly presente: boolean;
};

/** A row of `mapeo_robots`. */
export type Mapeo = { readonly proveedor: string; readonly nombre: string; readonly robotId: string };

export type Names = {
  readonly robots: readonly NamedRobot[];
  readonly mapeos: readonly Mapeo[];
  /** ROBOTS_MAPA_JSON: name outside → name of the robot. */
  readonly mapa: Readonly<Record<string, string>>;
};

/** The robot, or why there is none (Spanish sentence); `entre` = nobody knows which of these is meant. */
export type Meant = { readonly robotId: string } | { readonly motivo: string; readonly entre?: readonly string[] };

export type Mapping = {
  meant(proveedor: ProviderName, nombre: string): Meant;
  /** Robots of which it is written down that this provider counts their tickets. */
  writtenFor(proveedor: ProviderName): ReadonlySet<string>;
  /** Robots with an outside name that may be anybody's. */
  readonly writtenForAny: ReadonlySet<string>;
  /** Every robot of A360. */
  readonly robots: readonly string[];
};

/** The table first, then ROBOTS_MAPA_JSON, then the robot of that name, then the one of that number. */
export const createMapping = ({ robots, mapeos, mapa }: Names): Mapping => {
  const byId = new Map(robots.map((robot) => [robot.robotId, robot]));
  const byName = Map.groupBy(robots, ({ robot }) => robot.trim());
  const table = new Map(mapeos.map(({ proveedor, nombre, robotId }) => [keyOf(proveedor, nombre), robotId]));
  const aliases = new Map(Object.entries(mapa).map(([outside, name]) => [outside.trim(), name.trim()]));

  const named = (name: string): Meant => {
    const candidates = byName.get(name) ?? [];
    const working = candidates.filter((robot) => robot.activo && robot.presente);
    if (working.length > 1) return ambiguous(name, working);
    const robot = working[0] ?? candidates[0] ?? byId.get(name);
    return robot ? whenWorking(robot) : { motivo: `No hay ningún robot que se llame «${name}».` };
  };

  const meant = (proveedor: ProviderName, nombre: string): Meant => {
    // The local queue knows robots by their number alone.
    if (proveedor === 'local') return { robotId: nombre };
    const written = table.get(keyOf(proveedor, nombre));
    if (written === undefined) return named(aliases.get(nombre.trim()) ?? nombre.trim());
    const robot = byId.get(written);
    return robot ? whenWorking(robot) : { motivo: `Su mapeo lleva a un robot de A360 que no existe («${written}»).` };
  };

  return {
    meant,
    writtenFor: (proveedor) => new Set(mapeos.filter((one) => sameProvider(one.proveedor, proveedor)).map(({ robotId }) => robotId)),
    writtenForAny: new Set([...aliases.values()].flatMap((name) => idOf(named(name)))),
    robots: robots.map(({ robotId }) => robotId),
  };
};

const ambiguous = (name: string, robots: readonly NamedRobot[]): Meant => ({
  motivo: `Hay ${robots.length} robots en activo que se llaman «${name}»: dígale cuál en Mapeos.`,
  entre: robots.map(({ robotId }) => robotId),
});

const keyOf = (proveedor: string, nombre: string): string => JSON.stringify([proveedor.trim().toLowerCase(), nombre.trim()]);

const sameProvider = (a: string, b: string): boolean => a.trim().toLowerCase() === b;

/** Tickets of a robot that may not run are shown, and ignored. */
const whenWorking = ({ robotId, robot, activo, presente }: NamedRobot): Meant => {
  if (!activo) return { motivo: `El robot «${robot}» está desactivado.` };
  return presente ? { robotId } : { motivo: `El robot «${robot}» ya no está en A360.` };
};

const idOf = (meant: Meant): string[] => ('robotId' in meant ? [meant.robotId] : []);
