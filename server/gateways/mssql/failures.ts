/** What the driver throws, as far as it is looked at. */
export type Thrown = Error & {
  readonly code?: string;
  readonly number?: unknown;
  readonly class?: number;
  readonly originalError?: unknown;
  readonly errors?: readonly unknown[];
  readonly precedingErrors?: readonly Error[];
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

/** What it said first: the reason stands before «the transaction ended in the trigger». Never the user's name. */
export const saidBy = ({ message, precedingErrors = [] }: Thrown, user: string): string =>
  (precedingErrors[0]?.message ?? message).replaceAll(`'${user}'`, "'…'").replaceAll(`"${user}"`, '"…"').trim().replace(/\.+$/, '');

/** How a person changes what is wrong: the settings of whoever asks, in Spanish. */
export type Spelling = {
  /** Where the server is said. */
  readonly address: string;
  readonly host: string;
  readonly port: string;
  readonly database: string;
  readonly credentials: string;
  readonly encryption: string;
  readonly instance: string;
  /** What to do about a certificate of another name, and of an unknown signer. */
  readonly named: string;
  readonly authority: string;
  /** How a certificate is accepted unchecked. */
  readonly trusting: string;
};

type Whose = { readonly host: string; readonly port: number; readonly database: string };

/** Why nobody was let in. */
export type Cause = { readonly slug: string; readonly sentence: string };

/** For the numbers with which a server refuses a login; null for others. */
export const refusedLogin = (number: number, { host, database }: Whose, spelling: Spelling): Cause | null => {
  if (number === 18_456)
    return {
      slug: 'acceso_denegado',
      sentence: `El servidor «${host}» no acepta el usuario o la contraseña: revise ${spelling.credentials}.`,
    };
  if (number !== 4060) return null;
  const sentence = `El servidor «${host}» no tiene la base «${database}», o el usuario no puede entrar en ella: revise ${spelling.database}.`;
  return { slug: 'base_desconocida', sentence };
};

/** Why a connection was not made; null = for none of the known reasons. */
export const causeOf = (error: unknown, whose: Whose & { readonly loginNumbers: readonly number[] }, spelling: Spelling): Cause | null => {
  const login = [4060, 18_456].find((number) => whose.loginNumbers.includes(number));
  if (login !== undefined) return refusedLogin(login, whose, spelling);
  const codes = codesOf(error);
  const cause = causes.find(({ match }) => codes.some((code) => match.test(code)));
  return cause ? { slug: cause.slug, sentence: cause.sentence(whose, spelling) } : null;
};

type Reason = { readonly match: RegExp; readonly slug: string; readonly sentence: (whose: Whose, spelling: Spelling) => string };

const causes: readonly Reason[] = [
  {
    match: /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL)$/,
    slug: 'servidor_desconocido',
    sentence: ({ host }, spelling) => `No se encuentra el servidor «${host}»: revise ${spelling.host}.`,
  },
  {
    match: /^ECONNREFUSED$/,
    slug: 'no_accesible',
    sentence: ({ host, port }, spelling) =>
      `El servidor «${host}» no admite conexiones en el puerto ${port}: revise ${spelling.port}, o que SQL Server esté en marcha y admita TCP/IP.`,
  },
  {
    match: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/,
    slug: 'certificado',
    sentence: ({ host }) =>
      `El certificado del servidor «${host}» ha caducado o aún no vale: que lo renueve quien lo administra, y compruebe la fecha de este equipo.`,
  },
  {
    match: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    slug: 'certificado',
    sentence: ({ host }, { named, trusting }) =>
      `El certificado del servidor no es para el nombre «${host}»: ${named}, o acéptelo sin comprobar con ${trusting}.`,
  },
  {
    match: /CERT|^ERR_TLS|UNABLE_TO/,
    slug: 'certificado',
    sentence: ({ host }, { authority, trusting }) =>
      `El certificado del servidor «${host}» no es de confianza: ${authority}, o acéptelo sin comprobar con ${trusting}.`,
  },
  {
    match: /^EENCRYPT$/,
    slug: 'cifrado',
    sentence: ({ host }, { address, encryption }) =>
      `El servidor «${host}» y ${address} no coinciden en si la conexión va cifrada: cambie ${encryption}.`,
  },
  {
    match: /^EINSTLOOKUP$/,
    slug: 'servidor_desconocido',
    sentence: ({ host }, { instance }) => `El servidor «${host}» no conoce esa instancia: revise ${instance}, o indique el puerto.`,
  },
  {
    match: /^TimeoutError$/,
    slug: 'ocupado',
    sentence: ({ host }) =>
      `Todas las conexiones de Cerebro con el servidor «${host}» están ocupadas y ninguna ha quedado libre a tiempo: ¿va lento el servidor?`,
  },
  {
    match: /^(ETIMEOUT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)$/,
    slug: 'no_accesible',
    sentence: ({ host, port }) => `No se llega al servidor «${host}» por el puerto ${port}: ¿está encendido, lo impide un cortafuegos?`,
  },
  {
    match: /^(ECONNRESET|EPIPE)$/,
    slug: 'no_accesible',
    sentence: ({ host, port }) => `El servidor «${host}» corta la conexión al entrar: ¿es SQL Server lo que escucha en el puerto ${port}?`,
  },
];

/** Every code along the chain of causes, the innermost first: the driver wraps what the system says. */
export const codesOf = (error: unknown): string[] => {
  if (!(error instanceof Error)) return [];
  const { code, originalError, errors = [] } = error as Thrown;
  const inner = [originalError, error.cause, ...errors].flatMap(codesOf);
  return [...inner, ...(code === undefined ? [] : [code]), error.name];
};
