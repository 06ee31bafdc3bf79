import type { Clock } from '#server/lib/clock.ts';
import type { Log } from '#server/lib/log.ts';
import type { Measure } from '#server/lib/measure.ts';
import type { ControlRoom, GatewayFailure } from './a360.ts';
import { createControlRoom } from './client.ts';
import { createGatewayToken } from './gateway-token.ts';
import { logCalls } from './log-calls.ts';
import type { Credentials } from './session.ts';

/** The settings of A360, as the house has them. */
export type A360Config = {
  readonly AA_URL: string | undefined;
  readonly AA_USER: string | undefined;
  readonly AA_API_KEY: string | undefined;
  readonly AA_PWD: string | undefined;
  readonly AA_VERIFY_SSL: boolean;
  readonly AA_API_TIMEOUT_SECONDS: number;
  readonly AA_TOKEN_REFRESH_BUFFER_SEC: number;
  readonly API_DEFAULT_PAGE_SIZE: number;
  readonly API_MAX_PAGINATION_PAGES: number;
  readonly AA_DEPLOY_VERSION: number;
  readonly APIGW_URL: string | undefined;
  readonly APIGW_CLIENT_ID: string | undefined;
  readonly APIGW_CLIENT_ID_CABECERA: string;
  readonly APIGW_CLIENT_SECRET: string | undefined;
  readonly APIGW_SCOPE: string | undefined;
  readonly APIGW_GRANT_TYPE: string;
  readonly APIGW_TIMEOUT_SEG: number;
};

type Tools = {
  readonly clock: Clock;
  readonly log: Log;
  readonly onCredentials?: (credentials: Credentials) => void;
  readonly measure?: Measure;
  readonly onGateway?: (failure: GatewayFailure | null) => void;
};

/** The Control Room of the settings; null without AA_URL. Asks nothing yet. */
export const openControlRoom = (config: A360Config, { clock, log, onCredentials, measure, onGateway }: Tools): ControlRoom | null => {
  if (config.AA_URL === undefined) return null;
  const room = createControlRoom({
    baseUrl: config.AA_URL,
    user: config.AA_USER ?? '',
    apiKey: config.AA_API_KEY,
    password: config.AA_PWD,
    verifyTls: config.AA_VERIFY_SSL,
    timeoutMs: config.AA_API_TIMEOUT_SECONDS * 1000,
    renewTokenAfterMs: config.AA_TOKEN_REFRESH_BUFFER_SEC * 1000,
    pageSize: config.API_DEFAULT_PAGE_SIZE,
    maxPages: config.API_MAX_PAGINATION_PAGES,
    deployVersion: config.AA_DEPLOY_VERSION,
    clock,
    ...(config.APIGW_URL === undefined ? {} : { callbackHeaders: gatewayOf(config, config.APIGW_URL, { clock, log, onGateway }) }),
    ...(onCredentials === undefined ? {} : { onCredentials }),
    ...(measure === undefined ? {} : { measure }),
  });
  return logCalls(room, { log, clock });
};

const gatewayOf = (
  config: A360Config,
  url: string,
  { onGateway, ...tools }: Pick<Tools, 'clock' | 'log'> & { onGateway: Tools['onGateway'] | undefined },
) =>
  createGatewayToken({
    url,
    clientId: config.APIGW_CLIENT_ID,
    clientIdHeader: config.APIGW_CLIENT_ID_CABECERA,
    clientSecret: config.APIGW_CLIENT_SECRET,
    scope: config.APIGW_SCOPE,
    grantType: config.APIGW_GRANT_TYPE,
    timeoutMs: config.APIGW_TIMEOUT_SEG * 1000,
    ...tools,
    ...(onGateway === undefined ? {} : { onAnswer: onGateway }),
  });
