import type { Deps } from '#server/deps.ts';
import type { BotInput, DeployOrder } from '#server/gateways/a360/a360.ts';
import { type ReadBotInput, readBotInput, readVariables } from '#server/robots/bot-input.ts';
import type { Claim } from './claim.ts';

type Config = Deps['config'];

/** Where A360 tells the end of a run; null = it is only asked. */
export const callbackUrl = (config: Config): string | null => {
  if (config.AA_CALLBACK_URL !== undefined) return config.AA_CALLBACK_URL;
  const { CALLBACK_SERVER_PUBLIC_HOST: host, CALLBACK_SERVER_PORT: port, CALLBACK_ENDPOINT_PATH: path } = config;
  return host === undefined ? null : `http://${host}:${port ?? config.PORT}${path}`;
};

/** Where and with what A360 calls back. What a gateway on the way wants to see is added by the door itself. */
export const callbackOf = (config: Config): DeployOrder['callback'] => {
  const url = callbackUrl(config);
  if (url === null) return null;
  return { url, headers: config.CALLBACK_TOKEN === undefined ? {} : { 'X-Authorization': config.CALLBACK_TOKEN } };
};

/**
 * What the bot of a claim is given. One that files gets its trámite beside its own variables, and no usual repetitions: it files once
 * (CONTRACT.md, "An organismo served by A360").
 */
export const inputOf = ({ parametros, tramite }: Pick<Claim, 'parametros' | 'tramite'>, repeticiones: number): ReadBotInput => {
  if (tramite === null) return readBotInput(parametros, repeticiones);
  const { input, problems } = readVariables(parametros);
  const own: BotInput = input ?? {};
  const text = (value: string | null) => ({ type: 'STRING' as const, string: value ?? '' });
  const { resourceId, expediente, urlDirecta } = tramite;
  const given = { in_IdRecurso: text(resourceId), in_Expediente: text(expediente), in_UrlDirecta: text(urlDirecta) };
  return { input: { ...own, ...given }, problems };
};

/** What is asked of A360, and what of the robot's variables cannot be sent (Spanish): that is left out, and told on its page. */
export const orderOf = (claim: Claim, callback: DeployOrder['callback'], repeticiones: number): Ordered => {
  const { input: botInput, problems } = inputOf(claim, repeticiones);
  return { order: { fileId: claim.robotId, userId: claim.userId, callback, botInput }, problems };
};

type Ordered = { readonly order: DeployOrder; readonly problems: readonly string[] };
