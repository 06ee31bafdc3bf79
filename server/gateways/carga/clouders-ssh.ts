import type { Clock } from '#server/lib/clock.ts';
import type { LoadAnswer, LoadProvider } from './carga.ts';
import { type Again, CloudersFailure, interrupted } from './clouders-failures.ts';
import { readCounts } from './counts.ts';
import { askPending, type MySqlPlace } from './mysql-question.ts';
import { createEntrance, type Entrance, type SshPlace } from './ssh-session.ts';

/** The settings of Clouders by SSH and MySQL, as the house has them. */
export type CloudersSshConfig = {
  readonly CLOUDERS_SSH_HOST: string | undefined;
  readonly CLOUDERS_SSH_PORT: number;
  readonly CLOUDERS_SSH_USER: string | undefined;
  readonly CLOUDERS_SSH_PASS: string | undefined;
  readonly CLOUDERS_SSH_HOST_KEY: string | undefined;
  readonly CLOUDERS_MYSQL_DB_HOST: string;
  readonly CLOUDERS_MYSQL_DB_PORT: number;
  readonly CLOUDERS_MYSQL_DB_NAME: string | undefined;
  readonly CLOUDERS_MYSQL_USER: string | undefined;
  readonly CLOUDERS_MYSQL_PASS: string | undefined;
  readonly CLOUDERS_TIMEOUT_SEG: number;
  readonly CLOUDERS_MAX_REINTENTOS_SSH_CONNECT: number;
  readonly CLOUDERS_DELAY_REINTENTO_SSH_SEG: number;
  readonly CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY: number;
  readonly CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG: number;
};

type Tools = { readonly clock: Clock };

/**
 * Clouders as SAM's first version reads it (SAM.md 4.1): MySQL seen from a machine that is entered by SSH. Each question
 * enters, asks and leaves: one every two minutes needs no connection kept, and none can go stale.
 */
export const openCloudersSsh = (config: CloudersSshConfig, { clock }: Tools): LoadProvider => {
  const [ssh, mysql] = placesOf(config);
  const entrance = createEntrance(ssh);
  const closed = new AbortController();
  const asking = new Set<Promise<LoadAnswer>>();

  const load = async (signal: AbortSignal): Promise<LoadAnswer> => {
    try {
      const question = (stop: AbortSignal, reached: (whom: string) => void) => ask(entrance, { mysql, clock, reached }, stop);
      return readCounts(await insisting(question, config, { clock, signal }), 'Clouders');
    } catch (error) {
      if (error instanceof CloudersFailure) return { kind: 'failed', reason: error.message, ...(error.denied && { denied: true }) };
      return { kind: 'failed', reason: 'Clouders no se ha podido leer.' };
    }
  };

  return {
    name: 'clouders',
    place: `MySQL «${mysql.database}» en ${mysql.host}:${mysql.port}, por SSH de ${ssh.host}:${ssh.port}`,
    load: (signal) => {
      const answer = load(AbortSignal.any([signal, closed.signal])).finally(() => asking.delete(answer));
      asking.add(answer);
      return answer;
    },
    close: async () => {
      closed.abort();
      await Promise.all(asking);
    },
  };
};

const placesOf = (config: CloudersSshConfig): readonly [SshPlace, MySqlPlace] => [
  {
    host: config.CLOUDERS_SSH_HOST ?? '',
    port: config.CLOUDERS_SSH_PORT,
    user: config.CLOUDERS_SSH_USER ?? '',
    password: config.CLOUDERS_SSH_PASS ?? '',
    hostKey: config.CLOUDERS_SSH_HOST_KEY ?? '',
  },
  {
    host: config.CLOUDERS_MYSQL_DB_HOST,
    port: config.CLOUDERS_MYSQL_DB_PORT,
    database: config.CLOUDERS_MYSQL_DB_NAME ?? '',
    user: config.CLOUDERS_MYSQL_USER ?? '',
    password: config.CLOUDERS_MYSQL_PASS ?? '',
  },
];

type Rows = readonly (readonly [unknown, unknown])[];
type Question = (stop: AbortSignal, reached: (whom: string) => void) => Promise<Rows>;
type Asking = { readonly mysql: MySqlPlace; readonly clock: Clock; readonly reached: (whom: string) => void };

const ask = async (entrance: Entrance, { mysql, clock, reached }: Asking, stop: AbortSignal): Promise<Rows> => {
  const session = await entrance.enter(stop);
  try {
    const stream = await session.tunnel(mysql);
    reached('MySQL');
    return await session.during(askPending(stream, mysql, clock));
  } finally {
    await session.leave();
  }
};

type Patience = { readonly clock: Clock; readonly signal: AbortSignal };

/** Asks again what may be asked again, after its rests; all its attempts together work no longer than CLOUDERS_TIMEOUT_SEG. */
const insisting = async (question: Question, config: CloudersSshConfig, { clock, signal }: Patience): Promise<Rows> => {
  const tried: Record<Again, number> = { entering: 0, asking: 0, no: 0 };
  const most = { entering: config.CLOUDERS_MAX_REINTENTOS_SSH_CONNECT, asking: config.CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY, no: 0 };
  const restSeconds = {
    entering: () => config.CLOUDERS_DELAY_REINTENTO_SSH_SEG * tried.entering,
    asking: () => config.CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG,
  };
  const hurried = createHurry(config.CLOUDERS_TIMEOUT_SEG, { clock, signal });
  for (;;) {
    try {
      return await hurried(question);
    } catch (error) {
      if (!(error instanceof CloudersFailure) || error.again === 'no') throw error;
      tried[error.again] += 1;
      if (tried[error.again] >= most[error.again]) throw error;
      await clock.sleep(restSeconds[error.again]() * 1000, signal);
    }
  }
};

/** Runs questions until their time, taken together, is over. */
const createHurry = (seconds: number, { clock, signal }: Patience): ((question: Question) => Promise<Rows>) => {
  let leftMs = seconds * 1000;
  return async (question) => {
    if (signal.aborted) throw interrupted();
    const began = clock.monotonic();
    const limit = new AbortController();
    const stop = () => limit.abort(interrupted());
    const finished = new AbortController();
    let whom = 'SSH';
    signal.addEventListener('abort', stop, { once: true });
    void clock.sleep(leftMs, finished.signal).then(() => {
      if (!finished.signal.aborted) limit.abort(new CloudersFailure(`${whom} de Clouders no ha contestado en ${seconds} segundos.`));
    });
    try {
      return await question(limit.signal, (reached) => {
        whom = reached;
      });
    } finally {
      finished.abort();
      signal.removeEventListener('abort', stop);
      leftMs = Math.max(0, leftMs - (clock.monotonic() - began));
    }
  };
};
