import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2';
import type { Clock } from '#server/lib/clock.ts';
import { type MySqlAddress, notAnswered } from './clouders-failures.ts';

export type MySqlPlace = MySqlAddress & { readonly user: string; readonly password: string };

/** By robot, since a collation may take two names for one; names that are the same are added by whoever reads them. */
const pendingByRobot = `
  SELECT r.name AS name, COUNT(*) AS tickets
    FROM task_task t JOIN task_robot r ON r.id = t.robot_id
   WHERE t.state = ?
   GROUP BY r.id, r.name`;

const pending = 'PENDING';

/** What the MySQL at the other end of a stream counts for each robot. @throws CloudersFailure */
export const askPending = async (stream: Duplex, place: MySqlPlace, clock: Clock): Promise<readonly (readonly [unknown, unknown])[]> => {
  const { user, password, database } = place;
  // Whoever asks holds the clock: the client needs no limit of its own.
  const connection = createConnection({ stream, user, password, database, connectTimeout: 0, supportBigNumbers: true, disableEval: true });
  // What fails is told to whoever waits for the rows; the connection's own cry would end the process.
  connection.on('error', () => undefined);
  try {
    const [rows] = await connection.promise().query<RowDataPacket[]>(pendingByRobot, [pending]);
    await takeLeave(connection, stream, clock);
    return rows.map(({ name, tickets }) => [textOf(name), tickets]);
  } catch (error) {
    connection.destroy();
    throw notAnswered(place, error);
  }
};

/** A column without a character set comes as bytes. */
const textOf = (name: unknown): unknown => (Buffer.isBuffer(name) ? name.toString('utf8') : name);

const politeMs = 1000;

/** A MySQL that is not told good-bye notes an aborted connection; it is not waited for long, the answer being known. */
const takeLeave = async (connection: Connection, stream: Duplex, clock: Clock): Promise<void> => {
  const done = new AbortController();
  const ended = once(stream, 'end', { signal: done.signal }).catch(() => undefined);
  connection.end();
  await Promise.race([ended, clock.sleep(politeMs, done.signal)]);
  done.abort();
};
