import { hasValidLicence, joinLicences } from '#server/equipos/rules.ts';
import type { A360User, Bot, Device } from '#server/gateways/a360/a360.ts';

/** Which bots of the Control Room interest: settings LANZADOR_SYNC_ROBOTS_*. */
export type BotFilter = {
  /** Whether the name fulfils the pattern. */
  readonly matches: (name: string) => boolean;
  /** Somewhere in its path. */
  readonly ruta: string;
  /** Somewhere in its name, whatever the case. */
  readonly excluir: string;
};

/** Pure. */
export const interests = (bot: Bot, filter: BotFilter): boolean =>
  bot.path.includes(filter.ruta) && !bot.name.toLowerCase().includes(filter.excluir.toLowerCase()) && filter.matches(bot.name);

/** As a bot is staged to be merged; `nuevo` = it may be added if it is not known yet. */
export type StagedRobot = {
  readonly robot_id: string;
  readonly robot: string;
  readonly descripcion: string;
  readonly nuevo: number;
};

/** Pure. */
export const stageBot = (bot: Bot, filter: BotFilter): StagedRobot => ({
  robot_id: bot.id,
  robot: bot.name,
  descripcion: bot.description,
  nuevo: interests(bot, filter) ? 1 : 0,
});

/** As a device is staged to be merged. */
export type StagedEquipo = {
  readonly equipo_id: string;
  readonly equipo: string;
  readonly user_id: string | null;
  readonly user_name: string | null;
  readonly licencia: string | null;
  readonly user_activo: number;
  readonly conectado: number;
  readonly nuevo: number;
};

/** What is known of a user of A360: told now, or by the last listing that could be read. */
export type KnownUser = { readonly name: string; readonly licencia: string | null; readonly activo: number };

/** Pure. */
export const usersOf = (users: readonly A360User[]): ReadonlyMap<string, KnownUser> =>
  new Map(users.map((user) => [user.id, { name: user.name, licencia: joinLicences(user.licences), activo: user.disabled ? 0 : 1 }]));

/** More than this share of what was known may not be gone at once. */
const mostGone = 0.3;

/**
 * Why a listing of users is not believed; null when it is: it is empty, or says nothing of too many of those the machines run as. Taken
 * at its word, it would leave every machine without licence. Pure.
 */
export const usersDoubt = (told: ReadonlyMap<string, KnownUser>, before: ReadonlyMap<string, KnownUser>): string | null => {
  const gone = [...before].filter(([id, { licencia }]) => licencia !== null && !told.has(id)).length;
  const known = [...before.values()].filter(({ licencia }) => licencia !== null).length;
  if (told.size === 0) return 'A360 no ha dado ninguno';
  return gone > 1 && gone > known * mostGone ? `faltan ${gone} de los ${known} que usan los equipos` : null;
};

/**
 * The user a device runs as: the first of its default users with a licence to run robots. Without one, a machine that is
 * known keeps its first user, whose licence then says why nothing is launched there; a new one is not added. Pure.
 */
export const stageDevice = (device: Device, users: ReadonlyMap<string, KnownUser>): StagedEquipo => {
  const licensed = device.users.find((user) => hasValidLicence(users.get(user.id)?.licencia ?? null));
  const user = licensed ?? device.users[0];
  const known = user && users.get(user.id);
  return {
    equipo_id: device.id,
    equipo: device.hostName,
    user_id: user?.id ?? null,
    user_name: user ? known?.name || user.name : null,
    licencia: known?.licencia || null,
    user_activo: known?.activo ?? 1,
    conectado: device.connected ? 1 : 0,
    nuevo: licensed ? 1 : 0,
  };
};

/** Why absences are not believed; null when they are. `gone` of the `known` are not among the `listed`. Pure. */
export const doubtOf = (que: 'robots' | 'equipos', listed: number, known: number, gone: number): string | null => {
  if (listed === 0) return `A360 no ha dado ningún ${que === 'robots' ? 'robot' : 'equipo'}: no se da de baja ninguno.`;
  if (gone <= known * mostGone) return null;
  return `Faltan ${gone} de los ${known} ${que} que se conocían: son demasiados de una vez y no se da de baja ninguno.`;
};
