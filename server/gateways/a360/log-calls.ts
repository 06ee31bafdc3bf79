import type { Clock } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import { A360Error, type ControlRoom } from './a360.ts';

type Tools = { readonly log: Log; readonly clock: Pick<Clock, 'monotonic'> };

/** The same Control Room; at `debug` each call leaves a line, with the cycle or the ejecución it is made for. What fails is told by whoever asked. */
export const logCalls = (room: ControlRoom, { log, clock }: Tools): ControlRoom => {
  const timed = async <T>(llamada: string, call: () => Promise<T>): Promise<T> => {
    const from = clock.monotonic();
    const tell = (fin: Readonly<Record<string, unknown>>) =>
      log.debug({ llamada, ms: Math.round(clock.monotonic() - from), ...fin }, 'llamada a A360');
    try {
      const answer = await call();
      tell({});
      return answer;
    } catch (thrown) {
      const error = asError(thrown);
      tell(error instanceof A360Error ? { code: error.code, status: error.status } : { code: 'error_inesperado' });
      throw thrown;
    }
  };
  return {
    shownAs: room.shownAs,
    bots: (signal) => timed('bots', () => room.bots(signal)),
    devices: (signal) => timed('devices', () => room.devices(signal)),
    users: (signal) => timed('users', () => room.users(signal)),
    deploy: (order, signal) => timed('deploy', () => room.deploy(order, signal)),
    activity: (query, signal) => timed('activity', () => room.activity(query, signal)),
    stop: (ids, signal) => timed('stop', () => room.stop(ids, signal)),
    check: (signal) => timed('check', () => room.check(signal)),
    close: () => room.close(),
  };
};
