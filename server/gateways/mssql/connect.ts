import type { Socket } from 'node:net';
import sql from 'mssql';

/** A base of SQL Server, and how it is entered. */
export type Server = {
  readonly host: string;
  readonly port: number;
  readonly instance: string | null;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly encrypt: boolean;
  readonly trustCertificate: boolean;
  /** Certificates of whoever signs the server's, in PEM; null = those this machine trusts. */
  readonly authority: Buffer | null;
  readonly requestTimeoutMs: number;
  readonly connectionTimeoutMs: number;
  /** Longest wait for a row somebody else holds. */
  readonly lockTimeoutMs: number;
  readonly useUtc: boolean;
};

/**
 * Enters. The numbers of what the server says against it are added to `loginNumbers`: the driver keeps them to itself.
 * @throws whatever the driver throws
 */
export const connectTo = async (
  server: Server,
  connections: { readonly min: number; readonly max: number },
  loginNumbers: number[],
): Promise<sql.ConnectionPool> => {
  const { host, port, instance, database, user, password, encrypt, trustCertificate, authority } = server;
  const pool = new sql.ConnectionPool({
    ...{ server: host, port, database, user, password },
    requestTimeout: server.requestTimeoutMs,
    connectionTimeout: server.connectionTimeoutMs,
    pool: { ...connections, idleTimeoutMillis: 300_000, acquireTimeoutMillis: server.connectionTimeoutMs + server.requestTimeoutMs },
    validateConnection: 'socket',
    beforeConnect: (connection) => prepareConnection(connection as unknown as Tedious, server, loginNumbers),
    options: {
      ...{ encrypt, trustServerCertificate: trustCertificate, appName: 'Cerebro', useUTC: server.useUtc, enableArithAbort: true },
      ...(instance === null ? {} : { instanceName: instance }),
      ...(authority === null ? {} : { cryptoCredentialsDetails: { ca: authority } }),
    },
  });
  // Dead connections are told to whoever uses them; the pool's own cry would end the process.
  pool.on('error', () => undefined);
  return pool.connect();
};

/** The half of the driver's connection that is used here. */
type Tedious = { socket?: Socket; getInitialSql(): string; on(event: 'errorMessage', listener: (told: { number: number }) => void): void };

/** The settings of every connection, said once when it is opened: nobody there ever waits long for us, nor we for them. */
const prepareConnection = (connection: Tedious, { lockTimeoutMs }: Server, loginNumbers: number[]): void => {
  const usual = connection.getInitialSql.bind(connection);
  connection.getInitialSql = () => {
    // A claim takes several packets: waiting for the first to be acknowledged would cost it 40 ms.
    connection.socket?.setNoDelay(true);
    return `${usual()}\nset lock_timeout ${lockTimeoutMs}`;
  };
  loginNumbers.length = 0;
  connection.on('errorMessage', ({ number }) => void loginNumbers.push(number));
};
