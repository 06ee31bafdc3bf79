import { causeOf, numberOf, refusedLogin, type Spelling, saidBy, type Thrown } from '#server/gateways/mssql/failures.ts';
import { OrigenError } from './origen.ts';

/** What a person changes in ORIGEN_URL. */
const spelling: Spelling = {
  address: 'ORIGEN_URL',
  port: 'el puerto en ORIGEN_URL',
  host: 'el nombre en ORIGEN_URL',
  database: 'el nombre en ORIGEN_URL',
  credentials: 'ORIGEN_URL',
  encryption: 'encrypt= en ORIGEN_URL',
  instance: 'instanceName en ORIGEN_URL',
  named: 'escriba en ORIGEN_URL el nombre que figura en él',
  authority: 'indique quién lo firma con ca=<archivo.pem> en ORIGEN_URL',
  trusting: 'trustServerCertificate=true',
};

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
  const refused = refusedLogin(number, whose, spelling);
  if (refused) return new OrigenError(`origen_${refused.slug}`, refused.sentence, { cause: error });
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

const said = (error: Thrown, { user }: Whose): string => saidBy(error, user);

const explainConnecting = (error: Thrown, whose: Whose, { loginNumbers }: Moment): OrigenError => {
  const cause = causeOf(error, { ...whose, loginNumbers }, spelling);
  const sentence = cause?.sentence ?? `No se puede entrar en el servidor «${whose.host}»: ${said(error, whose)}.`;
  return new OrigenError(`origen_${cause?.slug ?? 'no_accesible'}`, sentence, { cause: error, transient: true });
};
