import { RE2JS } from 're2js';
import type { Deps } from '#server/deps.ts';
import { A360Error, type A360User, type ControlRoom } from '#server/gateways/a360/a360.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import { createPacer, type Pacer } from '#server/lib/pacer.ts';
import { remember } from '#server/lib/remember.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { knownUsers } from './known-users.ts';
import { mergeEquipos } from './merge-equipos.ts';
import { type Merged, mergeRobots } from './merge-robots.ts';
import type { Que } from './queries.ts';
import { type Half, tellHalves, writeHalf } from './record.ts';
import { type BotFilter, type KnownUser, usersDoubt, usersOf } from './rules.ts';

export type SyncDeps = Pick<Deps, 'a360' | 'clock' | 'config' | 'db' | 'hub' | 'log'>;

/** What each half did; nothing where A360 is not configured. */
export type SyncSummary = { readonly robots: Merged | null; readonly equipos: Merged | null };

/**
 * Brings robots and equipos from the Control Room, each half on its own: one that fails does not hold the other back. All that
 * A360 was asked is over before anything is written.
 * @throws A360Error when neither half could be asked for, or the credentials were rejected; whatever else a merge throws.
 */
export const runSync = async (deps: SyncDeps, signal?: AbortSignal): Promise<SyncSummary> => {
  const { a360, db, clock } = deps;
  if (a360 === null) return { robots: null, equipos: null };
  const startedAt = isoNow(clock);
  const asked = await ask(a360, signal);
  signal?.throwIfAborted();
  const pacer = createPacer();
  const robots = await half('robots', () => bringRobots(deps, pacer, asked));
  const equipos = await half('equipos', () => bringEquipos(deps, pacer, asked));
  const halves = [robots, equipos];
  await db.write(() => {
    for (const one of halves) writeHalf(db, startedAt, isoNow(clock), one);
    tellHalves(db, isoNow(clock), halves);
  });
  tell(deps, halves);
  refuseFailures(halves);
  return { robots: robots.ok ? robots.merged : null, equipos: equipos.ok ? equipos.merged : null };
};

type Asked = {
  readonly bots: PromiseSettledResult<Awaited<ReturnType<ControlRoom['bots']>>>;
  readonly devices: PromiseSettledResult<Awaited<ReturnType<ControlRoom['devices']>>>;
  readonly users: PromiseSettledResult<readonly A360User[]>;
};

const ask = async (a360: ControlRoom, signal?: AbortSignal): Promise<Asked> => {
  const [bots, devices, users] = await Promise.allSettled([a360.bots(signal), a360.devices(signal), a360.users(signal)]);
  return { bots, devices, users };
};

/** The value of a listing that came. @throws why it did not */
const listingOf = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw asError(result.reason);
  return result.value;
};

type Brought = { readonly merged: Merged; readonly note: string | null };

const half = async (que: Que, bring: () => Promise<Brought>): Promise<Half> => {
  try {
    return { que, ok: true, ...(await bring()) };
  } catch (error) {
    return { que, ok: false, error: asError(error) };
  }
};

const bringRobots = async ({ db, config }: SyncDeps, pacer: Pacer, asked: Asked): Promise<Brought> => {
  const filter = filterOf(readLiveSettings(db, config));
  return { merged: await mergeRobots(db, pacer, listingOf(asked.bots), filter), note: null };
};

const compile = remember((pattern: string) => RE2JS.compile(pattern), 10);

const filterOf = (live: ReturnType<typeof readLiveSettings>): BotFilter => {
  const pattern = compile(live.LANZADOR_SYNC_ROBOTS_PATRON);
  return {
    matches: (name) => pattern.test(name),
    ruta: live.LANZADOR_SYNC_ROBOTS_RUTA,
    excluir: live.LANZADOR_SYNC_ROBOTS_EXCLUIR,
  };
};

const bringEquipos = async ({ db }: SyncDeps, pacer: Pacer, asked: Asked): Promise<Brought> => {
  const devices = listingOf(asked.devices);
  const { users, note } = usersFrom(asked.users, knownUsers(db));
  return { merged: await mergeEquipos(db, pacer, devices, users), note };
};

type Users = ReadonlyMap<string, KnownUser>;

/** Users may be forbidden to us, not come this time, or come without most of them: the machines then keep the licences they had. */
const usersFrom = (asked: Asked['users'], before: Users): { readonly users: Users; readonly note: string | null } => {
  if (asked.status === 'rejected') return { users: before, note: withoutUsers(asError(asked.reason).message.replace(/\.$/, '')) };
  const told = usersOf(asked.value);
  const doubt = usersDoubt(told, before);
  return doubt === null ? { users: told, note: null } : { users: new Map([...before, ...told]), note: withoutUsers(doubt) };
};

const withoutUsers = (why: string): string =>
  `No se han podido leer los usuarios de A360 (${why}): los equipos siguen con la licencia que tenían, y los de usuario desconocido esperan.`;

const tell = ({ hub, log }: SyncDeps, halves: readonly Half[]): void => {
  const room = log.child({ room: 'sincronizacion' });
  for (const one of halves) {
    if (!one.ok) room.warn({ que: one.que, err: one.error }, 'no se ha podido sincronizar con A360');
    else {
      const { told, doubt, ...counts } = one.merged;
      room.info({ que: one.que, ...counts, ...(doubt && { doubt }), ...(told && { told }) }, 'sincronizado con A360');
    }
  }
  hub.changed({ entity: 'robot' });
  hub.changed({ entity: 'equipo' });
};

/** What failed of ours is thrown always; what A360 refused, when nothing could be brought or nobody can enter any more. */
const refuseFailures = (halves: readonly Half[]): void => {
  const errors = halves.flatMap((one) => (one.ok ? [] : [one.error]));
  const grave = errors.find((error) => !(error instanceof A360Error) || error.failure === 'credenciales');
  if (grave) throw grave;
  if (errors[0] && errors.length === halves.length) throw errors[0];
};
