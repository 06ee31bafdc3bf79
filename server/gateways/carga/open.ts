import type { Clock } from '#server/lib/clock.ts';
import { readSqlHost } from '#server/lib/sql-host.ts';
import type { LoadProvider } from './carga.ts';
import { createCloudersHttp } from './clouders-http.ts';
import { type CloudersSshConfig, openCloudersSsh } from './clouders-ssh.ts';
import { createRpa360 } from './rpa360.ts';

/** The settings of those who count tickets, as the house has them. */
export type LoadConfig = CloudersSshConfig & {
  readonly BALANCEADOR_CARGA_PROVEEDORES: readonly string[];
  readonly CLOUDERS_URL: string | undefined;
  readonly CLOUDERS_AUTH: string | undefined;
  readonly CLOUDERS_SSL_VERIFICAR: boolean;
  readonly SQL_RPA360_HOST: string | undefined;
  readonly SQL_RPA360_DB_NAME: string | undefined;
  readonly SQL_RPA360_UID: string | undefined;
  readonly SQL_RPA360_PWD: string | undefined;
  readonly SQL_RPA360_CIFRAR: boolean;
  readonly SQL_RPA360_CONFIAR_CERTIFICADO: boolean;
  readonly SQL_RPA360_TIMEOUT_CONEXION_INICIAL: number;
  readonly SQL_RPA360_MAX_REINTENTOS_QUERY: number;
  readonly SQL_RPA360_DELAY_REINTENTO_QUERY_BASE_SEG: number;
};

type Tools = { readonly clock: Clock };

type Opener = (config: LoadConfig, tools: Tools) => LoadProvider | null;

/** Those outside who count tickets: configured, and not left out by BALANCEADOR_CARGA_PROVEEDORES. Nobody is asked yet. */
export const openLoadProviders = (config: LoadConfig, tools: Tools): readonly LoadProvider[] =>
  openers.filter(([name]) => config.BALANCEADOR_CARGA_PROVEEDORES.includes(name)).flatMap(([, open]) => open(config, tools) ?? []);

const openCloudersHttp: Opener = (config) =>
  config.CLOUDERS_URL === undefined
    ? null
    : createCloudersHttp({
        url: config.CLOUDERS_URL,
        authorization: config.CLOUDERS_AUTH,
        timeoutMs: config.CLOUDERS_TIMEOUT_SEG * 1000,
        verifyTls: config.CLOUDERS_SSL_VERIFICAR,
      });

const openRpa360: Opener = (config, { clock }) => {
  const server = readSqlHost(config.SQL_RPA360_HOST ?? '');
  return server === null
    ? null
    : createRpa360({
        server,
        database: config.SQL_RPA360_DB_NAME ?? '',
        user: config.SQL_RPA360_UID ?? '',
        password: config.SQL_RPA360_PWD ?? '',
        encrypt: config.SQL_RPA360_CIFRAR,
        trustCertificate: config.SQL_RPA360_CONFIAR_CERTIFICADO,
        timeoutMs: config.SQL_RPA360_TIMEOUT_CONEXION_INICIAL * 1000,
        attempts: config.SQL_RPA360_MAX_REINTENTOS_QUERY,
        retryMs: config.SQL_RPA360_DELAY_REINTENTO_QUERY_BASE_SEG * 1000,
        clock,
      });
};

/** One line per way to ask: Clouders is read by one of its two, never by both (config.ts). */
const openers: readonly (readonly [name: string, open: Opener])[] = [
  ['clouders', openCloudersHttp],
  ['clouders', (config, tools) => (config.CLOUDERS_SSH_HOST === undefined ? null : openCloudersSsh(config, tools))],
  ['rpa360', openRpa360],
];
