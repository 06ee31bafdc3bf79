import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { Environment } from '#server/config.ts';
import { type Setting, settings } from '#server/settings.ts';
import { sampleAccount } from './a360/sample.ts';
import { sampleAuthorization } from './carga/sample.ts';

/** Cycles that a person can watch. */
const demoPaces = {
  LANZADOR_CICLO_INTERVALO_SEG: '10',
  LANZADOR_CONCILIACION_INTERVALO_SEG: '15',
  LANZADOR_SYNC_INTERVALO_SEG: '60',
} as const;

const noPause = { LANZADOR_PAUSA_INICIO_HHMM: '00:00', LANZADOR_PAUSA_FIN_HHMM: '00:00' } as const;

const formerlyOf = (key: string): readonly string[] => (settings as Record<string, Setting>)[key]?.formerly ?? [];

/** Was it given, also by a name it had before? */
const isGiven = (env: Environment, key: string): boolean => [key, ...formerlyOf(key)].some((name) => env[name] !== undefined);

const notGiven = (env: Environment, defaults: Environment): Environment =>
  Object.fromEntries(Object.entries(defaults).filter(([key]) => !isGiven(env, key)));

/** What Cerebro needs to work with the simulated Control Room at `url`, as far as it was not given. */
export const a360Environment = (env: Environment, url: string): Environment =>
  notGiven(env, {
    ...{ AA_URL: url, AA_USER: sampleAccount.username, AA_API_KEY: sampleAccount.apiKey, CALLBACK_TOKEN: 'secreto-de-ejemplo' },
    ...(isGiven(env, 'CALLBACK_SERVER_PUBLIC_HOST') ? {} : { AA_CALLBACK_URL: callbackAddress(env) }),
    ...demoPaces,
    // One end of the pause alone was given: it is the person's pause, with the usual other end.
    ...(Object.keys(noPause).some((key) => isGiven(env, key)) ? {} : noPause),
  });

/** What Cerebro needs to share the machines as the simulated Clouders at `url` counts tickets, as far as it was not given. */
export const cargaEnvironment = (env: Environment, url: string): Environment =>
  notGiven(env, {
    ...{ CLOUDERS_URL: url, CLOUDERS_AUTH: sampleAuthorization },
    // Clouders calls this robot by another name; of the other one the table of mapeos tells (prepare-a360.ts).
    ROBOTS_MAPA_JSON: '{"ENVIO_AVISOS": "P06_Envio_Avisos"}',
    ...{ BALANCEADOR_CICLO_INTERVALO_SEG: '15', BALANCEADOR_POOL_ENFRIAMIENTO_SEG: '45' },
  });

/** Where the simulated Control Room tells of its ends: a port of their own where that was given, else the panel's. */
const callbackAddress = ({ HOST, PORT, CALLBACK_SERVER_PORT, CALLBACK_ENDPOINT_PATH }: Environment): string => {
  if (CALLBACK_SERVER_PORT === undefined) return `http://${reachable(HOST)}:${PORT ?? settings.PORT.fallback}/api/callback`;
  return `http://127.0.0.1:${CALLBACK_SERVER_PORT}${CALLBACK_ENDPOINT_PATH ?? settings.CALLBACK_ENDPOINT_PATH.fallback}`;
};

/** The address of this machine at which a panel that listens there is reached. */
const reachable = (host: string = settings.HOST.fallback): string => {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
};

/** PORT=0 as a port that is free now: the panel's address travels in every deploy, before anybody could ask where it listens. */
export const withPanelPort = async (env: Environment): Promise<Environment> =>
  Number(env.PORT ?? settings.PORT.fallback) === 0 ? { ...env, PORT: String(await freePort()) } : env;

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};
