import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type AuthenticationType, type AuthHandlerMiddleware, Client } from 'ssh2';
import {
  CloudersFailure,
  cut,
  expiredPassword,
  type MySqlAddress,
  noTunnel,
  notEntered,
  type SshAddress,
  withoutPassword,
  wrongKey,
} from './clouders-failures.ts';
import { allFamilies, isPinned, readKey, type ShownKey, signaturesOf } from './host-key.ts';

export type SshPlace = SshAddress & {
  readonly user: string;
  readonly password: string;
  /** `SHA256:…`: nobody with another key hears the password. */
  readonly hostKey: string;
};

/** Inside a machine, until one leaves, the connection is lost or the signal aborts. */
export type SshSession = {
  /** A TCP connection from that machine to MySQL. @throws CloudersFailure */
  tunnel(mysql: MySqlAddress): Promise<Duplex>;
  /** What is waited for, as long as the session lasts. @throws CloudersFailure when it does not. */
  during<T>(work: Promise<T>): Promise<T>;
  /** Nothing of it is left open afterwards. */
  leave(): Promise<void>;
};

/** Enters with the password, once the machine has shown the pinned key. @throws CloudersFailure, or the reason of the signal */
export type Entrance = { enter(signal: AbortSignal): Promise<SshSession> };

/** The machine has another key of this family; it may hold the pinned one in another. */
class OtherKey extends Error {
  readonly shown: ShownKey;
  constructor(shown: ShownKey) {
    super(shown.fingerprint);
    this.shown = shown;
  }
}

export const createEntrance = (place: SshPlace): Entrance => {
  /** The family of the pinned key once it was met: asked for first, so that the next time takes one connection. */
  let met: string | null = null;
  const onPinned = ({ family }: ShownKey) => {
    met = family;
  };
  return {
    enter: async (signal) => {
      const order = [...(met === null ? [] : [met]), ...allFamilies.filter((family) => family !== met)];
      const seen: ShownKey[] = [];
      for (;;) {
        const unseen = order.filter((family) => !seen.some((shown) => shown.family === family));
        const entered = await orOtherKey(enterOnce(place, unseen, { signal, onPinned }), place, seen);
        if (!(entered instanceof OtherKey)) return entered;
        seen.push(entered.shown);
        if (seen.length === allFamilies.length) throw wrongKey(place, seen);
      }
    },
  };
};

/** @throws CloudersFailure, also when the machine has no key but those seen */
const orOtherKey = async (entering: Promise<SshSession>, place: SshPlace, seen: readonly ShownKey[]): Promise<SshSession | OtherKey> => {
  try {
    return await entering;
  } catch (error) {
    if (error instanceof OtherKey) return error;
    throw seen.length > 0 && hasNoOther(error) ? wrongKey(place, seen) : error;
  }
};

const hasNoOther = (error: unknown): boolean =>
  error instanceof CloudersFailure && error.cause instanceof Error && /no matching host key/i.test(error.cause.message);

type Entering = { readonly signal: AbortSignal; readonly onPinned: (key: ShownKey) => void };

const enterOnce = async (place: SshPlace, keyFamilies: readonly string[], { signal, onPinned }: Entering): Promise<SshSession> => {
  signal.throwIfAborted();
  // A socket of our own: the SSH client does not destroy one that the other side keeps half open.
  const socket = connect({ host: place.host, port: place.port, noDelay: true });
  const session = createSession(socket, place, signal);
  const ready = Promise.withResolvers<void>();
  session.client
    .on('ready', ready.resolve)
    .on('change password', () => session.lose(expiredPassword(place)))
    .on('keyboard-interactive', (_name, _instructions, _language, prompts, finish) => finish(answersTo(prompts, place.password)));
  try {
    session.client.connect({
      ...{ sock: socket, username: place.user, password: place.password, tryKeyboard: true, readyTimeout: 0 },
      algorithms: { serverHostKey: signaturesOf(keyFamilies) },
      hostVerifier: (key: Buffer) => {
        const shown = readKey(key);
        if (isPinned(shown, place.hostKey)) onPinned(shown);
        else session.lose(new OtherKey(shown));
        return isPinned(shown, place.hostKey);
      },
      authHandler: passwordOnce(() => session.lose(withoutPassword(place))),
    });
    await session.during(ready.promise);
    session.entered();
    return session;
  } catch (error) {
    await session.leave();
    throw error;
  }
};

/** The password is given once: by the way the machine offers, and by another only if it asks for two. */
const passwordOnce = (none: () => void): AuthHandlerMiddleware => {
  const used: AuthenticationType[] = [];
  return (left: AuthenticationType[] | null, partial: boolean | null, next) => {
    const give = (method: AuthenticationType) => {
      used.push(method);
      next(method);
    };
    if (left === null) return give('none');
    const known = (['password', 'keyboard-interactive'] as const).filter((method) => left.includes(method) && !used.includes(method));
    const [method] = used.length === 1 || partial ? known : [];
    if (method !== undefined) return give(method);
    if (used.length === 1 || partial) none();
    return next(false as unknown as AuthenticationType);
  };
};

/** The password where it is asked for without showing it, once; a second secret is one we do not have. */
const answersTo = (prompts: readonly { readonly echo?: boolean }[], password: string): string[] => {
  const hidden = prompts.findIndex(({ echo }) => !echo);
  return prompts.map((_, index) => (index === hidden ? password : ''));
};

type Opened = SshSession & { readonly client: Client; lose(error: Error): void; entered(): void };

const createSession = (socket: Socket, place: SshPlace, signal: AbortSignal): Opened => {
  const client = new Client();
  const lost = Promise.withResolvers<never>();
  const closed = Promise.withResolvers<void>();
  let inside = false;
  lost.promise.catch(() => undefined);
  const lose = (error: Error) => {
    lost.reject(error);
    socket.destroy();
  };
  const stop = () => lose(signal.reason);
  const why = (error?: unknown) => (inside ? cut(place, error) : notEntered(place, error ?? new Error('closed')));
  signal.addEventListener('abort', stop, { once: true });
  client.on('error', (error) => lose(why(error))).on('close', () => lose(why()));
  socket.once('close', () => closed.resolve());
  const during = <T>(work: Promise<T>): Promise<T> => Promise.race([lost.promise, work]);
  return {
    client,
    lose,
    during,
    entered: () => {
      inside = true;
    },
    tunnel: (mysql) => during(forward(client, place, mysql)),
    leave: async () => {
      signal.removeEventListener('abort', stop);
      client.end();
      socket.destroy();
      await closed.promise;
    },
  };
};

const forward = (client: Client, place: SshPlace, mysql: MySqlAddress): Promise<Duplex> =>
  new Promise((resolve, reject) => {
    const refused = (error: unknown) => reject(noTunnel(place, mysql, error));
    try {
      client.forwardOut('127.0.0.1', 0, mysql.host, mysql.port, (error, channel) => (error ? refused(error) : resolve(channel)));
    } catch (error) {
      refused(error);
    }
  });
