import type { Run } from './journal.ts';
import { outputOf, statusAt } from './progress.ts';
import type { Room } from './room.ts';

/** A deploy that was accepted, as GET /registro.json tells it. Instants are UTC; null = not yet. */
export type RegisteredRun = {
  /** A360's execution id. */
  readonly id: string;
  readonly deploymentId: string;
  readonly version: number;
  readonly fileId: string;
  readonly bot: string;
  readonly userId: string;
  readonly usuario: string;
  readonly deviceId: string;
  readonly equipo: string;
  readonly status: string;
  readonly mensaje: string;
  readonly aceptado: string;
  /** When its equipo took it: later than `aceptado` only when it had another run. Null = it waits, or was stopped while it waited. */
  readonly inicio: string | null;
  readonly fin: string | null;
  readonly esperaEquipo: boolean;
  readonly callback: Run['callbackState'];
  readonly callbackInstante: string | null;
  /** What its bot gave back. */
  readonly salida: Readonly<Record<string, unknown>>;
  /** Faults that stay with it. */
  readonly fallos: readonly string[];
  /** The deploy's body as it came. */
  readonly body: unknown;
};

/** Every deploy accepted so far, oldest first. */
export const registerOf = ({ runs, journal, script, clock }: Room): RegisteredRun[] => {
  runs.advance();
  const now = clock.now().getTime();
  const nameIn = <Thing extends { readonly id: string }>(things: readonly Thing[], name: (thing: Thing) => string) => {
    const names = new Map(things.map((thing) => [thing.id, name(thing)]));
    return (id: string) => names.get(id) ?? '';
  };
  const bot = nameIn(script.bots, (one) => one.name);
  const user = nameIn(script.users, (one) => one.username);
  const device = nameIn(script.devices, (one) => one.hostName);
  return journal.all().map((run) => ({
    ...{ id: String(run.id), deploymentId: run.deploymentId, version: run.version },
    ...{ fileId: run.fileId, bot: bot(run.fileId), userId: run.userId, usuario: user(run.userId) },
    ...{ deviceId: run.deviceId, equipo: device(run.deviceId), status: statusAt(run, now), mensaje: run.message },
    ...{ aceptado: run.accepted, inicio: run.started, fin: run.ended, esperaEquipo: run.started !== run.accepted },
    ...{
      salida: run.ended === null ? {} : outputOf(run),
      callback: run.callbackState,
      callbackInstante: run.callbackAt,
      fallos: run.marks,
      body: run.body,
    },
  }));
};
