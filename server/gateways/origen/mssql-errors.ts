import { OrigenError } from './origen.ts';

/** Whose failure it is, for the sentence. */
export type Whose = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Never told: what the server says may hold it. */
  readonly user: string;
  /** Schema and name of each table, by its name in the design. */
  readonly tables: Readonly<Record<string, { readonly schema: string; readonly name: string }>>;
};

/** What the driver throws, as far as it is looked at. */
type Thrown = Error & {
  readonly code?: string;
  readonly number?: unknown;
  readonly class?: number;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
  readonly precedingErrors?: readonly Error[];
};

/** At what moment it went wrong: before anything was sent, or afterwards; a change may then be done or not. */
export type Moment = { readonly during: 'connecting' | 'asking' | 'changing'; readonly loginNumbers: readonly number[] };

/** The failure as the house knows it: a code, a Spanish sentence with what to do, and whether it is known what became of it. */
export const explained = (thrown: unknown, whose: Whose, moment: Moment): OrigenError => {
  if (thrown instanceof OrigenError) return thrown;
  const error = thrown as Thrown;
  const number = numberOf(error);
  if (number !== null) return explainNumber(number, error, whose, moment);
  if (moment.during === 'connecting') return explainConnecting(error, whose, moment);
  const lost = (error.code === 'ETIMEOUT' ? timedOut : cutOff)(whose);
  return new OrigenError('origen_no_responde', lost, { cause: error, transient: true, ambiguous: moment.during === 'changing' });
};

/** The number SQL Server gave it; null for what the driver says itself. */
export const numberOf = (error: unknown): number | null => {
  const { number } = error as Thrown;
  return typeof number === 'number' ? number : null;
};

/** The one whose wait ended so that others could go on: nothing of it was done, and it may be tried again. */
export const isDeadlock = (error: unknown): boolean => numberOf(error) === 1205;

/** The connection was found dead: a question may be asked again, a change may not. */
export const isConnectionLost = (error: unknown): boolean => numberOf(error) === null && (error as Thrown).code !== 'ETIMEOUT';

const timedOut = ({ host }: Whose): string =>
  `El servidor «${host}» no ha contestado a tiempo. Si pasa a menudo, suba requestTimeout en ORIGEN_URL (milisegundos) o hable con quien lo administra.`;
const cutOff = ({ host }: Whose): string => `Se ha cortado la conexión con el servidor «${host}».`;

type Telling = {
  readonly code: string;
  readonly sentence: (whose: Whose, said: string) => string;
  readonly transient?: boolean;
  readonly held?: boolean;
};

/** The server names the table in its own language, and in quotes. */
function withoutPermission({ tables }: Whose, said: string): string {
  const joined = Object.entries(tables).find(([design, { name }]) => design !== 'RecursosExp' && said.includes(`'${name}'`))?.[1];
  const [where, what] = joined ? [`la tabla ${joined.schema}.${joined.name}`, 'SELECT'] : ['la tabla de recursos', 'SELECT, UPDATE'];
  return `El usuario de ORIGEN_URL no tiene permiso en ${where}: pida GRANT ${what} (docs/sql-server.md).`;
}

/** The numbers a person can do something about (XVIA.md 1.7). */
const numbers: Readonly<Record<number, Telling>> = {
  18456: {
    code: 'origen_acceso_denegado',
    sentence: ({ host }) => `El servidor «${host}» no acepta el usuario o la contraseña: revise ORIGEN_URL.`,
  },
  4060: {
    code: 'origen_base_desconocida',
    sentence: ({ database, host }) =>
      `El servidor «${host}» no tiene la base «${database}», o el usuario no puede entrar en ella: revise el nombre en ORIGEN_URL.`,
  },
  208: {
    code: 'origen_sin_tabla',
    sentence: (_, said) => `En la base del origen falta una tabla (${said}): revise tabla= en ORIGEN_URL.`,
  },
  207: {
    code: 'origen_sin_columnas',
    sentence: (_, said) =>
      `A una tabla del origen le falta una columna (${said}): ¿ha cambiado la base? Revise columna.<nombre>= en ORIGEN_URL.`,
  },
  229: { code: 'origen_sin_permiso', sentence: withoutPermission },
  230: { code: 'origen_sin_permiso', sentence: withoutPermission },
  1205: {
    code: 'origen_ocupado',
    sentence: () => 'Otros programas se cruzan una y otra vez con Cerebro en la base del origen (interbloqueo).',
    transient: true,
  },
  1222: {
    code: 'origen_ocupado',
    sentence: () => 'Otro programa tiene bloqueadas las filas del origen; Cerebro no le hace esperar y lo intenta más tarde.',
    transient: true,
    held: true,
  },
};

/** Classes above 16 are the server's own troubles: of a change it is not known whether it was done. */
const explainNumber = (number: number, error: Thrown, whose: Whose, { during }: Moment): OrigenError => {
  const telling = numbers[number];
  if (telling) {
    const { transient = false, held = false } = telling;
    return new OrigenError(telling.code, telling.sentence(whose, said(error, whose)), { cause: error, transient, held });
  }
  const severe = (error.class ?? 16) > 16;
  if (during === 'changing' && !severe)
    return new OrigenError('origen_rechaza', `El origen rechaza el cambio: ${said(error, whose)}.`, { cause: error });
  const sentence = `El servidor «${whose.host}» contesta con el error ${number}: ${said(error, whose)}.`;
  return new OrigenError('origen_no_responde', sentence, { cause: error, transient: severe, ambiguous: during === 'changing' });
};

/** What it said first: the reason stands before «the transaction ended in the trigger». */
const said = ({ message, precedingErrors = [] }: Thrown, { user }: Whose): string =>
  (precedingErrors[0]?.message ?? message).replaceAll(`'${user}'`, "'…'").replaceAll(`"${user}"`, '"…"').trim().replace(/\.+$/, '');

const explainConnecting = (error: Thrown, whose: Whose, { loginNumbers }: Moment): OrigenError => {
  const login = [4060, 18_456].find((number) => loginNumbers.includes(number));
  const telling = login === undefined ? undefined : numbers[login];
  if (telling) return new OrigenError(telling.code, telling.sentence(whose, ''), { cause: error, transient: true });
  const codes = codesOf(error);
  const cause = causes.find(({ match }) => codes.some((code) => match.test(code)));
  const sentence = cause?.sentence(whose) ?? `No se puede entrar en el servidor «${whose.host}»: ${said(error, whose)}.`;
  return new OrigenError(cause?.code ?? 'origen_no_accesible', sentence, { cause: error, transient: true });
};

const causes: readonly { readonly match: RegExp; readonly code: string; readonly sentence: (whose: Whose) => string }[] = [
  {
    match: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    code: 'origen_servidor_desconocido',
    sentence: ({ host }) => `No se encuentra el servidor «${host}»: revise el nombre en ORIGEN_URL.`,
  },
  {
    match: /^ECONNREFUSED$/,
    code: 'origen_no_accesible',
    sentence: ({ host, port }) =>
      `El servidor «${host}» no admite conexiones en el puerto ${port}: revise el puerto en ORIGEN_URL, o que SQL Server esté en marcha y admita TCP/IP.`,
  },
  {
    match: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    code: 'origen_certificado',
    sentence: ({ host }) =>
      `El certificado del servidor «${host}» ha caducado o aún no vale: que lo renueve quien lo administra, y compruebe la fecha de este equipo.`,
  },
  {
    match: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    code: 'origen_certificado',
    sentence: ({ host }) =>
      `El certificado del servidor no es para el nombre «${host}»: escriba en ORIGEN_URL el nombre que figura en él, o acéptelo sin comprobar con trustServerCertificate=true.`,
  },
  {
    match: /CERT|^ERR_TLS|UNABLE_TO/,
    code: 'origen_certificado',
    sentence: ({ host }) =>
      `El certificado del servidor «${host}» no es de confianza: indique quién lo firma con ca=<archivo.pem> en ORIGEN_URL, o acéptelo sin comprobar con trustServerCertificate=true.`,
  },
  {
    match: /^EENCRYPT$/,
    code: 'origen_cifrado',
    sentence: ({ host }) => `El servidor «${host}» y ORIGEN_URL no coinciden en si la conexión va cifrada: cambie encrypt= en ORIGEN_URL.`,
  },
  {
    match: /^EINSTLOOKUP$/,
    code: 'origen_servidor_desconocido',
    sentence: ({ host }) => `El servidor «${host}» no conoce esa instancia: revise instanceName en ORIGEN_URL, o indique el puerto.`,
  },
  {
    match: /^TimeoutError$/,
    code: 'origen_ocupado',
    sentence: ({ host }) =>
      `Todas las conexiones de Cerebro con el servidor «${host}» están ocupadas y ninguna ha quedado libre a tiempo: ¿va lento el servidor?`,
  },
  {
    match: /^(ETIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    code: 'origen_no_accesible',
    sentence: ({ host, port }) => `No se llega al servidor «${host}» por el puerto ${port}: ¿está encendido, lo impide un cortafuegos?`,
  },
  {
    match: /^(ECONNRESET|EPIPE)$/,
    code: 'origen_no_accesible',
    sentence: ({ host, port }) => `El servidor «${host}» corta la conexión al entrar: ¿es SQL Server lo que escucha en el puerto ${port}?`,
  },
];

/** Every code along the chain of causes, the innermost first: the driver wraps what the system says. */
const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const { code, originalError, errors = [] } = error as Thrown;
  const inner = [originalError, error.cause, ...errors].flatMap(codesOf);
  return [...inner, ...(code === undefined ? [] : [code]), error.name];
};
