import type { Deps } from '#server/deps.ts';
import type { DeployOrder } from '#server/gateways/a360/a360.ts';
import { readBotInput } from '#server/robots/bot-input.ts';
import type { Claim } from './claim.ts';

/** Headers A360 brings along with its callbacks, besides our own (the permit of a gateway on the way). */
export type ExtraHeaders = () => Promise<Readonly<Record<string, string>>>;

type Config = Deps['config'];

/** Where A360 tells the end of a run; null = it is only asked. */
export const callbackUrl = (config: Config): string | null => {
  if (config.AA_CALLBACK_URL !== undefined) return config.AA_CALLBACK_URL;
  const { CALLBACK_SERVER_PUBLIC_HOST: host, CALLBACK_SERVER_PORT: port, CALLBACK_ENDPOINT_PATH: path } = config;
  return host === undefined ? null : `http://${host}:${port ?? config.PORT}${path}`;
};

/** Where and with what A360 calls back in this cycle. A gateway that gives no permit is only logged. */
export const callbackOf = async ({ config, log }: Deps, extraHeaders: ExtraHeaders): Promise<DeployOrder['callback']> => {
  const url = callbackUrl(config);
  if (url === null) return null;
  const extra = await extraHeaders().catch((error: unknown) => {
    log.warn({ err: error }, 'la pasarela no da su permiso: los avisos de A360 vendrán sin él');
    return {};
  });
  const token = config.CALLBACK_TOKEN;
  return { url, headers: { ...extra, ...(token === undefined ? {} : { 'X-Authorization': token }) } };
};

export const orderOf = (claim: Claim, callback: DeployOrder['callback'], repeticiones: number): DeployOrder => ({
  fileId: claim.robotId,
  userId: claim.userId,
  callback,
  botInput: readBotInput(claim.parametros, repeticiones).input,
});
