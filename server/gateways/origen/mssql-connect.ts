import sql from 'mssql';
import { connectTo } from '#server/gateways/mssql/connect.ts';
import { isConnectionLost, isDeadlock } from '#server/gateways/mssql/failures.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { readAuthority } from './mssql-authority.ts';
import { explained, type Moment } from './mssql-errors.ts';
import type { Place } from './mssql-url.ts';
import { OrigenError } from './origen.ts';

/** A parameter with its type and its length. */
export type Parameter = { readonly name: string; readonly type: sql.ISqlType; readonly value: string | number | null };

/** A row as the driver reads it, by the aliases of the statement. */
export type Row = Readonly<Record<string, unknown>>;

export type Statement = { readonly text: string; readonly parameters: readonly Parameter[] };

/** SQL Server as the verbs see it. Nothing is opened before the first question. */
export type Connection = {
  /** Rows of a question; asked again after a deadlock, or when the connection turns out to be dead. @throws OrigenError */
  ask(statement: Statement, signal?: AbortSignal): Promise<readonly Row[]>;
  /** Rows of a change, which is never sent twice unless it is known not to have been carried out. @throws OrigenError */
  change(statement: Statement): Promise<readonly Row[]>;
  /** Carries a change out and takes it back. @throws OrigenError */
  rehearse(statement: Statement): Promise<void>;
  close(): Promise<void>;
};

/** A question given up because its asker no longer wants to know. */
export class Cancelled extends Error {}

const mostAttempts = 4;

export const openConnection = (place: Place, clock: Clock = systemClock): Connection => {
  let opening: Promise<sql.ConnectionPool> | null = null;
  let closed = false;
  const loginNumbers: number[] = [];

  const pool = (): Promise<sql.ConnectionPool> => {
    if (closed) throw new OrigenError('origen_cerrado', 'El origen está cerrado.');
    opening ??= connect(place, loginNumbers).catch((error: unknown) => {
      opening = null;
      throw explained(error, place, { during: 'connecting', loginNumbers });
    });
    return opening;
  };

  const because = (thrown: unknown, during: Moment['during']): OrigenError =>
    explained(thrown, place, { during: thrown instanceof sql.ConnectionError || isTimeout(thrown) ? 'connecting' : during, loginNumbers });

  /** Tries again what is known not to have been done, a few times, each at a different moment than the other party. */
  const patiently = async <T>(during: Moment['during'], mayRepeat: (error: unknown) => boolean, work: () => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof Cancelled) throw error;
        if (attempt >= mostAttempts || !mayRepeat(error)) throw because(error, during);
      }
      await clock.sleep(20 * attempt + Math.random() * 50 * attempt);
    }
  };

  return {
    ask: (statement, signal) => {
      let again = 1;
      const mayRepeat = (error: unknown) =>
        isDeadlock(error) || (error instanceof sql.RequestError && isConnectionLost(error) && again-- > 0);
      return patiently('asking', mayRepeat, async () => answered(await run((await pool()).request(), statement, signal), false));
    },
    change: (statement) => patiently('changing', isDeadlock, async () => answered(await run((await pool()).request(), statement), true)),
    rehearse: (statement) =>
      patiently('asking', isDeadlock, async () => {
        const transaction = new sql.Transaction(await pool());
        await transaction.begin(sql.ISOLATION_LEVEL.READ_COMMITTED);
        try {
          await run(new sql.Request(transaction), statement);
        } finally {
          await transaction.rollback().catch(() => undefined);
        }
      }),
    close: async () => {
      closed = true;
      await opening?.then((one) => one.close()).catch(() => undefined);
    },
  };
};

/** No rows are an answer; no set of rows is none, and «nothing» would be a guess. */
const answered = (rows: readonly Row[] | null, ambiguous: boolean): readonly Row[] => {
  if (rows) return rows;
  throw new OrigenError('origen_no_responde', 'El origen ha contestado sin decir qué filas son.', { transient: true, ambiguous });
};

/** The pool's own patience, when every connection is busy. */
const isTimeout = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === 'TimeoutError';

const run = async (request: sql.Request, { text, parameters }: Statement, signal?: AbortSignal): Promise<readonly Row[] | null> => {
  for (const { name, type, value } of parameters) request.input(name, type, value);
  const cancel = () => request.cancel();
  if (signal?.aborted) throw new Cancelled();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const { recordsets } = (await request.query(text)) as sql.IResult<Row>;
    // Triggers may answer with rows of their own; ours come last.
    return (recordsets as Row[][]).at(-1) ?? null;
  } catch (error) {
    throw (error as { code?: string }).code === 'ECANCEL' ? new Cancelled() : error;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
};

/** A connection costs up to half a second: one is kept, and looked at without asking it anything. */
const connections = { min: 1, max: 6 } as const;

const connect = async (place: Place, loginNumbers: number[]): Promise<sql.ConnectionPool> => {
  const authority = place.authority === null ? null : readAuthority(place.authority);
  return connectTo({ ...place, authority }, connections, loginNumbers);
};
