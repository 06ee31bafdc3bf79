import type { Clock } from '#server/lib/clock.ts';
import { A360Error } from './a360.ts';

/** Told when it changes, and the first time A360 lets us in after a start. */
export type Credentials = { readonly accepted: true } | { readonly accepted: false; readonly error: A360Error };

export type Session = {
  /** One that A360 has not refused yet. @throws A360Error what the login failed with */
  token(): Promise<string>;
  /** Another one than that which A360 refused; who comes late gets the one the first brought. */
  renew(refused: string): Promise<string>;
  /** A360 answered to it. */
  worked(token: string): void;
  /** A360 refuses what it has just given. true = once too often: from now on that is `error`, as if the login were rejected. */
  useless(token: string, error: A360Error): boolean;
};

/** Rests between logins that A360 rejects: short at first, and not so often later that the account gets locked. */
const coolOffsMs = [15_000, 30_000, 60_000, 120_000, 300_000] as const;

/** New tokens refused in a row that are no accident any more. */
const tooManyUseless = 3;

export type SessionOptions = {
  /** One login. @throws A360Error, `credenciales` when A360 rejects who enters */
  login(): Promise<string>;
  readonly renewAfterMs: number;
  readonly clock: Clock;
  readonly onCredentials: (credentials: Credentials) => void;
};

/** The permission with which everything is asked. Those who need one at the same time share one login. */
export const createSession = ({ login, renewAfterMs, clock, onCredentials }: SessionOptions): Session => {
  let current: { readonly token: string; readonly at: number } | null = null;
  let entering: Promise<string> | null = null;
  let shut: { readonly error: A360Error; readonly until: number } | null = null;
  let rejections = 0;
  let useless = 0;
  let told: boolean | null = null;

  const tell = (credentials: Credentials): void => {
    if (told === credentials.accepted) return;
    told = credentials.accepted;
    onCredentials(credentials);
  };

  const reject = (error: A360Error): A360Error => {
    const rest = coolOffsMs[Math.min(rejections++, coolOffsMs.length - 1)] as number;
    current = null;
    shut = { error, until: clock.monotonic() + rest };
    tell({ accepted: false, error });
    return error;
  };

  const enterOnce = async (): Promise<string> => {
    try {
      const token = await login();
      current = { token, at: clock.monotonic() };
      return token;
    } catch (error) {
      throw error instanceof A360Error && error.failure === 'credenciales' ? reject(error) : error;
    } finally {
      entering = null;
    }
  };

  const enter = async (): Promise<string> => {
    if (entering === null && shut !== null && clock.monotonic() < shut.until) throw shut.error;
    entering ??= enterOnce();
    return entering;
  };

  const fresh = () => current !== null && clock.monotonic() - current.at < renewAfterMs;

  return {
    token: async () => (current !== null && fresh() ? current.token : enter()),
    renew: async (refused) => (current !== null && fresh() && current.token !== refused ? current.token : enter()),
    worked: (token) => {
      if (token !== current?.token) return;
      shut = null;
      rejections = 0;
      useless = 0;
      tell({ accepted: true });
    },
    useless: (token, error) => {
      if (token !== current?.token) return false;
      current = null;
      if (++useless < tooManyUseless) return false;
      reject(error);
      return true;
    },
  };
};
