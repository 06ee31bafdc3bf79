import { asError } from '#server/lib/errors.ts';
import type { ShownKey } from './host-key.ts';

/** What may be tried once more: entering by SSH, asking MySQL, or nothing. */
export type Again = 'entering' | 'asking' | 'no';

/** Why Clouders could not be asked: a Spanish sentence without secrets. */
export class CloudersFailure extends Error {
  readonly again: Again;
  /** It rejects the user or the password. */
  readonly denied: boolean;

  constructor(sentence: string, again: Again = 'no', cause?: unknown, denied = false) {
    super(sentence, { cause });
    this.again = again;
    this.denied = denied;
  }
}

const denied = (sentence: string, cause?: unknown): CloudersFailure => new CloudersFailure(sentence, 'no', cause, true);

export type SshAddress = { readonly host: string; readonly port: number };
export type MySqlAddress = SshAddress & { readonly database: string };

/** What the SSH client throws, as far as it is looked at. */
type Thrown = Error & { readonly level?: string; readonly code?: string | number; readonly reason?: unknown };

export const interrupted = (): CloudersFailure => new CloudersFailure('La pregunta a Clouders se interrumpió.');

export const wrongKey = ({ host }: SshAddress, seen: readonly ShownKey[]): CloudersFailure => {
  const keys = seen.map(({ family, fingerprint }) => `${fingerprint} (${family})`).join(', ');
  const advice =
    'no se le ha dado la contraseña. Si la máquina ha cambiado de clave, compruébelo con quien la lleva y ponga la huella nueva';
  return new CloudersFailure(`«${host}» no muestra la clave de CLOUDERS_SSH_HOST_KEY sino ${keys}: ${advice}.`);
};

export const wrongPassword = ({ host }: SshAddress, cause?: unknown): CloudersFailure =>
  denied(`«${host}» no acepta el usuario o la contraseña de SSH: revise CLOUDERS_SSH_USER y CLOUDERS_SSH_PASS.`, cause);

export const expiredPassword = ({ host }: SshAddress): CloudersFailure =>
  denied(`La contraseña de SSH ha caducado en «${host}»: cámbiela allí y en CLOUDERS_SSH_PASS.`);

export const withoutPassword = ({ host }: SshAddress): CloudersFailure =>
  denied(`«${host}» no deja entrar por SSH con contraseña: pida que la admita para el usuario de CLOUDERS_SSH_USER.`);

export const cut = ({ host }: SshAddress, cause?: unknown): CloudersFailure =>
  new CloudersFailure(`Se cortó la conexión SSH con «${host}» antes de tener la respuesta.`, 'asking', cause);

/** Why one did not get in. */
export const notEntered = (address: SshAddress, thrown: unknown): CloudersFailure => {
  const error = asError(thrown) as Thrown;
  if (error.level === 'client-authentication' || /too many authentication failures/i.test(error.message))
    return wrongPassword(address, error);
  return new CloudersFailure(reachSentence(address, error), 'entering', error);
};

const reachSentence = ({ host, port }: SshAddress, { code, level, message }: Thrown): string => {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `No se encuentra la máquina «${host}»: revise CLOUDERS_SSH_HOST.`;
  if (code === 'ECONNREFUSED') return `«${host}» no atiende SSH en el puerto ${port}: revise CLOUDERS_SSH_HOST y CLOUDERS_SSH_PORT.`;
  if (typeof code === 'string' && /UNREACH|ETIMEDOUT/.test(code)) return `No se llega a «${host}»: revise la red y CLOUDERS_SSH_HOST.`;
  if (level === 'handshake' && /no matching/i.test(message)) return `«${host}» no comparte con Cerebro ninguna forma segura de hablar SSH.`;
  if (level === 'protocol' && !/lost|closed/i.test(message)) return `Lo que atiende en «${host}», puerto ${port}, no habla SSH.`;
  return `«${host}» cortó la conexión SSH antes de dejar entrar.`;
};

/** RFC 4254, 5.1. */
const prohibited = 1;

/** Entered, but the machine does not lead on to MySQL. */
export const noTunnel = ({ host }: SshAddress, mysql: MySqlAddress, thrown: unknown): CloudersFailure => {
  const error = asError(thrown) as Thrown;
  if (error.reason === undefined) return cut({ host, port: 0 }, error);
  const sentence =
    error.reason === prohibited
      ? `«${host}» no deja abrir túneles SSH hacia ${mysql.host}:${mysql.port}: pida que lo permita (AllowTcpForwarding, PermitOpen).`
      : `Desde «${host}» no se llega a MySQL en ${mysql.host}:${mysql.port}: revise CLOUDERS_MYSQL_DB_HOST y CLOUDERS_MYSQL_DB_PORT.`;
  return new CloudersFailure(sentence, 'no', error);
};

/** What the MySQL client throws. */
type MySqlThrown = Error & { readonly code?: string; readonly errno?: number };

const lostCodes = ['PROTOCOL_CONNECTION_LOST', 'ECONNRESET', 'EPIPE', 'ER_SERVER_SHUTDOWN', 'ER_CONNECTION_KILLED', 'CR_SERVER_GONE_ERROR'];
const isLost = ({ code = '', message }: MySqlThrown): boolean =>
  lostCodes.includes(code) || /gone away|connection lost|lost connection/i.test(message);

/** The numbers a person can do something about. */
const numbers: Readonly<Record<number, (mysql: MySqlAddress, said: string) => string>> = {
  1040: () => 'MySQL de Clouders no admite más conexiones ahora.',
  1044: ({ database }) => `El usuario de MySQL no puede entrar en la base «${database}»: revise CLOUDERS_MYSQL_DB_NAME y sus permisos.`,
  1045: () => 'MySQL de Clouders no acepta el usuario o la contraseña: revise CLOUDERS_MYSQL_USER y CLOUDERS_MYSQL_PASS.',
  1049: ({ database }) => `MySQL de Clouders no tiene la base «${database}»: revise CLOUDERS_MYSQL_DB_NAME.`,
  1054: (_, said) => `A ${tableIn(said)} de Clouders le falta una columna de las que se leen: ¿ha cambiado su base?`,
  1130: () => 'MySQL de Clouders no admite conexiones desde esa máquina: pida que el usuario pueda entrar desde ella.',
  1142: (_, said) => `El usuario de MySQL no puede leer ${tableIn(said)}: pida GRANT SELECT sobre task_task y task_robot.`,
  1143: (_, said) => `El usuario de MySQL no puede leer ${tableIn(said)}: pida GRANT SELECT sobre task_task y task_robot.`,
  1146: ({ database }, said) => `En la base «${database}» falta ${tableIn(said)}: revise CLOUDERS_MYSQL_DB_NAME.`,
  1698: () => 'MySQL de Clouders no acepta el usuario o la contraseña: revise CLOUDERS_MYSQL_USER y CLOUDERS_MYSQL_PASS.',
};

const deniedNumbers: ReadonlySet<number> = new Set([1045, 1698]);

/** What MySQL says may hold names of users: of it only the table is told. */
const tableIn = (said: string): string => {
  const table = ['task_task', 'task_robot'].find((name) => said.includes(name));
  return table === undefined ? 'una de las tablas' : `la tabla ${table}`;
};

/** MySQL was reached, and refused or was lost. */
export const notAnswered = (mysql: MySqlAddress, thrown: unknown): CloudersFailure => {
  if (thrown instanceof CloudersFailure) return thrown;
  const error = asError(thrown) as MySqlThrown;
  const known = numbers[error.errno ?? 0];
  if (known) return new CloudersFailure(known(mysql, error.message), 'no', error, deniedNumbers.has(error.errno ?? 0));
  if (isLost(error))
    return new CloudersFailure('Se perdió la conexión con MySQL de Clouders antes de tener la respuesta.', 'asking', error);
  const number = error.errno === undefined ? '' : ` con el error ${error.errno}`;
  return new CloudersFailure(`MySQL de Clouders no ha contestado a la pregunta${number}.`, 'no', error);
};
