import sql from 'mssql';
import { connectTo, type Server } from '#server/gateways/mssql/connect.ts';
import {
  causeOf,
  codesOf,
  isDeadlock,
  numberOf,
  refusedLogin,
  type Spelling,
  saidBy,
  type Thrown,
} from '#server/gateways/mssql/failures.ts';
import type { Clock } from '#server/lib/clock.ts';
import type { SqlHost } from '#server/lib/sql-host.ts';
import type { LoadAnswer, LoadProvider } from './carga.ts';
import { readCounts } from './counts.ts';

export type Rpa360 = {
  readonly server: SqlHost;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encrypt: boolean;
  readonly trustCertificate: boolean;
  /** Longest wait to enter, and for the answer. */
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Rest before the second attempt, doubled before each further one. */
  readonly retryMs: number;
  readonly clock: Clock;
};

const procedure = 'dbo.usp_obtener_tickets_pendientes_por_robot';
const who = 'SQL Server (RPA360)';

const spelling: Spelling = {
  address: 'SQL_RPA360_CIFRAR',
  host: 'SQL_RPA360_HOST',
  port: 'el puerto en SQL_RPA360_HOST',
  database: 'SQL_RPA360_DB_NAME',
  credentials: 'SQL_RPA360_UID y SQL_RPA360_PWD',
  encryption: 'SQL_RPA360_CIFRAR',
  instance: 'la instancia en SQL_RPA360_HOST',
  named: 'escriba en SQL_RPA360_HOST el nombre que figura en él',
  authority: 'instale en este equipo a quien lo firma (NODE_EXTRA_CA_CERTS)',
  trusting: 'SQL_RPA360_CONFIAR_CERTIFICADO=1',
};

/** The procedure of a SQL Server that counts tickets. It enters for each question: between two there are minutes. */
export const createRpa360 = (place: Rpa360): LoadProvider => {
  const { host, port, instance } = place.server;
  const closed = new AbortController();
  return {
    name: 'rpa360',
    place: `mssql://${host}${instance === null ? `:${port}` : `\\${instance}`}/${place.database}`,
    load: (signal) => patiently(place, AbortSignal.any([signal, closed.signal])),
    close: async () => closed.abort(),
  };
};

const failed = (reason: string): LoadAnswer => ({ kind: 'failed', reason });

const failureOf = (error: unknown, place: Rpa360, loginNumbers: readonly number[]): LoadAnswer => {
  const denied = [...loginNumbers, numberOf(error as Thrown)].includes(18_456);
  return { kind: 'failed', reason: reasonOf(error, place, loginNumbers), ...(denied && { denied }) };
};

/** Asks again only after a connection that was lost or that took too long: nothing else would be different the next time. */
const patiently = async (place: Rpa360, signal: AbortSignal): Promise<LoadAnswer> => {
  for (let attempt = 1; ; attempt += 1) {
    const loginNumbers: number[] = [];
    try {
      return await unlessStopped(ask(place, loginNumbers, signal), signal);
    } catch (error) {
      if (signal.aborted) return failed(`La pregunta a ${who} se interrumpió.`);
      if (attempt >= place.attempts || !isPassing(error, loginNumbers)) return failureOf(error, place, loginNumbers);
    }
    await place.clock.sleep(place.retryMs * 2 ** (attempt - 1), signal);
  }
};

const isPassing = (error: unknown, loginNumbers: readonly number[]): boolean =>
  loginNumbers.length === 0 &&
  (isDeadlock(error) ||
    codesOf(error).some((code) => /^(ETIMEOUT|ETIMEDOUT|ECONNRESET|EPIPE|ECONNCLOSED|EAI_AGAIN|TimeoutError)$/.test(code)));

/** Nobody waits for a login whose answer is no longer wanted. */
const unlessStopped = async <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, stopped.promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
};

const ask = async (place: Rpa360, loginNumbers: number[], signal: AbortSignal): Promise<LoadAnswer> => {
  signal.throwIfAborted();
  const pool = await connectTo(serverOf(place), { min: 0, max: 1 }, loginNumbers);
  const request = pool.request();
  const cancel = () => request.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    signal.throwIfAborted();
    const { recordsets } = await request.execute(procedure);
    return read(recordsets as unknown as sql.IRecordSet<Row>[]);
  } finally {
    signal.removeEventListener('abort', cancel);
    await pool.close().catch(() => undefined);
  }
};

/** The procedure only reads: a lock of somebody else's is worth half of the wait. */
const serverOf = ({ server, timeoutMs, ...place }: Rpa360): Server => ({
  ...server,
  ...place,
  authority: null,
  requestTimeoutMs: timeoutMs,
  connectionTimeoutMs: timeoutMs,
  lockTimeoutMs: Math.floor(timeoutMs / 2),
  useUtc: true,
});

type Row = Readonly<Record<string, unknown>>;

/** The last set with both columns: a procedure may tell other things before. Without one nothing is known. */
const read = (recordsets: readonly sql.IRecordSet<Row>[]): LoadAnswer => {
  const sets = recordsets.map((rows) => ({ rows, names: Object.keys(rows.columns) }));
  const set = sets.findLast(({ names }) => find(names, 'robot') !== undefined && find(names, 'cantidadtickets') !== undefined);
  if (!set) return failed(`${who} no devuelve las columnas Robot y CantidadTickets: revise ${procedure}.`);
  return readCounts(linesOf(set.rows, set.names), who);
};

const find = (names: readonly string[], wanted: string): string | undefined => names.find((name) => name.toLowerCase() === wanted);

/** Who has no name goes by its number. */
const linesOf = (rows: readonly Row[], names: readonly string[]): [string, unknown][] => {
  const [name, count, id] = ['robot', 'cantidadtickets', 'robotid'].map((wanted) => find(names, wanted));
  const at = (row: Row, column: string | undefined): unknown => (column === undefined ? null : row[column]);
  return rows.map((row) => [textOf(at(row, name)).trim() || textOf(at(row, id)), at(row, count)]);
};

const textOf = (value: unknown): string => (value === null || value === undefined ? '' : String(value));

const reasonOf = (thrown: unknown, place: Rpa360, loginNumbers: readonly number[]): string => {
  const error = thrown as Thrown;
  const whose = { ...place.server, database: place.database, loginNumbers };
  const number = numberOf(error);
  const cause = number === null ? null : refusedLogin(number, whose, spelling);
  if (cause) return cause.sentence;
  if (number !== null) return refusals[number] ?? `${who} contesta con el error ${number}: ${saidBy(error, place.user)}.`;
  if (error instanceof sql.RequestError) return error.code === 'ETIMEOUT' ? tooLate(place) : `Se ha cortado la conexión con ${who}.`;
  return causeOf(error, whose, spelling)?.sentence ?? `No se puede entrar en ${who}: ${saidBy(error, place.user)}.`;
};

const tooLate = ({ timeoutMs }: Rpa360): string => `${who} no ha contestado en ${timeoutMs / 1000} segundos.`;

const refusals: Readonly<Record<number, string>> = {
  2812: `En la base de SQL_RPA360_DB_NAME no está el procedimiento ${procedure}.`,
  229: `El usuario de SQL_RPA360_UID no puede ejecutar ${procedure}: pida GRANT EXECUTE.`,
  1222: `Otro programa tiene bloqueadas las filas que cuenta ${who}.`,
};
