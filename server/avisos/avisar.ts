import { type AvisosDeps, anotarEnvios, channelsOf } from './anotar.ts';
import { olvidarCanales } from './olvidar-canales.ts';
import { sendDue } from './send.ts';

/**
 * The cycle `avisar`: writes down what is to be told and sends it, by every channel.
 * @throws CorreoError when there was something to send and a channel could not be reached at all; the other one has sent its own
 */
export const runAvisar = async (deps: AvisosDeps, signal: AbortSignal): Promise<void> => {
  await olvidarCanales(deps);
  await anotarEnvios(deps);
  const failures = [];
  for (const canal of channelsOf(deps)) failures.push(await sendDue(deps, canal, signal));
  const shut = failures.find((failure) => failure !== null);
  if (shut) throw shut;
};
