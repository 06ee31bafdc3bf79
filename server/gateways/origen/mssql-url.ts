import type { Server } from '#server/gateways/mssql/connect.ts';
import { isDesigned, joinedTables } from './columns.ts';
import { OrigenError } from './origen.ts';

/** What ORIGEN_URL says about a SQL Server, with everything it leaves out filled in. */
export type Place = Omit<Server, 'authority'> & {
  /** File with the certificate of whoever signs the server's, in PEM. */
  readonly authority: string | null;
  /** How long after it was sent an abandoned change may still be carried out (XVIA.md 1.7). */
  readonly lateChangesMs: number;
  /** Schema and name of each table, by its name in the design. */
  readonly tables: Readonly<Record<string, TableName>>;
  /** The joined tables whose name is given, and not only supposed. */
  readonly named: ReadonlySet<string>;
  /** Columns of RecursosExp that go by another name: the design's in lower case → the one they have. */
  readonly columns: Readonly<Record<string, string>>;
};

export type TableName = { readonly schema: string; readonly name: string };

const shape = 'mssql://usuario:clave@servidor:1433/base';
const wrong = (what: string): OrigenError => new OrigenError('origen_url_no_valida', `ORIGEN_URL ${what}.`);

/** @throws OrigenError `origen_url_no_valida`, whose sentence never shows the address itself: it carries the password. */
export const readPlace = (url: string, defaults: { useUtc: boolean } = { useUtc: true }): Place => {
  const parsed = URL.parse(url);
  if (!parsed?.hostname) throw wrong(`debe ser ${shape}; los signos @ : / ? # % de la clave se escriben con %40 %3A %2F %3F %23 %25`);
  const database = decoded(parsed.pathname.slice(1), 'la base');
  if (database === '') throw wrong(`no dice qué base de datos: ${shape}`);
  if (parsed.username === '') throw wrong(`no dice qué usuario: ${shape}`);
  const options = optionsOf(parsed.searchParams);
  const instance = options.text('instancename');
  if (instance !== null && parsed.port !== '')
    throw wrong('lleva un puerto y además instanceName: el puerto de una instancia lo dice el servidor; quite uno de los dos');
  const requestTimeoutMs = options.milliseconds('requesttimeout', 30_000);
  const lockTimeoutMs = options.milliseconds('locktimeout', Math.min(1000, Math.floor(requestTimeoutMs / 3)));
  // A request that ends before the wait for a lock does leaves behind an UPDATE nobody knows the end of.
  if (lockTimeoutMs >= requestTimeoutMs) throw wrong('lleva un lockTimeout que no es menor que requestTimeout');
  return {
    host: decoded(parsed.hostname, 'el servidor').replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? 1433 : Number(parsed.port),
    instance,
    database,
    user: decoded(parsed.username, 'el usuario'),
    password: decoded(parsed.password, 'la clave'),
    encrypt: options.flag('encrypt', true),
    trustCertificate: options.flag('trustservercertificate', false),
    authority: options.text('ca'),
    requestTimeoutMs,
    connectionTimeoutMs: options.milliseconds('connectiontimeout', 15_000),
    lockTimeoutMs,
    lateChangesMs: options.milliseconds('latechanges', requestTimeoutMs + lockTimeoutMs + 30_000),
    useUtc: options.flag('useutc', defaults.useUtc),
    tables: tablesOf(options),
    named: new Set(joinedTables.filter((table) => options.text(`tabla.${table.toLowerCase()}`) !== null)),
    columns: options.columns,
  };
};

/** Without user and password. */
export const shownPlace = ({ host, port, instance, database }: Place): string =>
  `mssql://${host}${instance === null ? `:${port}` : `\\${instance}`}/${database}`;

const decoded = (text: string, what: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    throw wrong(`lleva un signo % suelto en ${what}: escríbalo %25`);
  }
};

const known = [
  'encrypt',
  'trustServerCertificate',
  'ca',
  'instanceName',
  'requestTimeout',
  'connectionTimeout',
  'lockTimeout',
  'lateChanges',
  'useUTC',
  'tabla',
];

/** The options after `?`, without case; a misspelt one is an error and not a default. */
const optionsOf = (given: URLSearchParams) => {
  const values = new Map([...given].map(([name, value]) => [name.toLowerCase(), value]));
  const columns = Object.fromEntries([...values].flatMap(([name, value]) => (name.startsWith('columna.') ? [[name.slice(8), value]] : [])));
  const names = [...known, ...joinedTables.map((table) => `tabla.${table}`)].map((name) => name.toLowerCase());
  const unknown = [...values.keys()].find((name) => !names.includes(name) && !name.startsWith('columna.'));
  if (unknown !== undefined)
    throw wrong(`lleva una opción desconocida, «${unknown}»; las que hay: ${known.join(', ')}, tabla.<tabla>, columna.<columna>`);
  const misspelt = Object.keys(columns).find((name) => !isDesigned(name));
  if (misspelt !== undefined)
    throw wrong(
      `lleva «columna.${misspelt}», y el diseño no tiene esa columna: antes del = va el nombre del diseño, y después el de la base`,
    );
  return {
    columns: columns as Readonly<Record<string, string>>,
    text: (name: string): string | null => values.get(name) || null,
    flag: (name: string, usual: boolean): boolean => {
      const value = values.get(name) ?? String(usual);
      if (/^(true|1|false|0)$/i.test(value)) return /^(true|1)$/i.test(value);
      throw wrong(`lleva «${name}=${value}»: debe ser true o false`);
    },
    milliseconds: (name: string, usual: number): number => {
      const value = values.get(name) ?? String(usual);
      if (/^\d{1,9}$/.test(value)) return Number(value);
      throw wrong(`lleva «${name}=${value}»: debe ser un número de milisegundos`);
    },
  };
};

const tablesOf = (options: ReturnType<typeof optionsOf>): Readonly<Record<string, TableName>> => ({
  RecursosExp: tableName(options.text('tabla') ?? 'Recursos.RecursosExp'),
  ...Object.fromEntries(joinedTables.map((table) => [table, tableName(options.text(`tabla.${table.toLowerCase()}`) ?? `dbo.${table}`)])),
});

/** `esquema.tabla`, or a table of dbo; brackets may stand around either. */
const tableName = (text: string): TableName => {
  const [, schema = 'dbo', name] = /^(?:\[?([^\].]+)\]?\.)?\[?([^\].]+)\]?$/.exec(text.trim()) ?? [];
  if (name === undefined) throw wrong(`lleva una tabla mal escrita, «${text}»: debe ser esquema.tabla`);
  return { schema, name };
};
