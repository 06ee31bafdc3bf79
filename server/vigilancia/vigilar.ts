import type { Deps } from '#server/deps.ts';
import { tellLate } from './atrasados.ts';
import { tellLateCopies } from './copias.ts';
import { tellIntranet } from './intranet.ts';
import { tellMissed } from './perdidas.ts';
import { tellUnwritten } from './registros.ts';
import { endDecided, tellReviews } from './revisiones.ts';
import type { Standing } from './rules.ts';
import { tellWithoutSuccess } from './sin-exito.ts';

/** Looks for what nobody meets by working: what does not happen. One look that fails keeps no other from being taken. */
export const vigilar = async (deps: Deps, cycles: readonly Standing[]): Promise<void> => {
  const looks = [
    () => tellLate(deps, cycles),
    ...[tellReviews, endDecided, tellWithoutSuccess, tellMissed, tellIntranet, tellUnwritten, tellLateCopies].map(
      (tell) => () => tell(deps),
    ),
  ];
  for (const look of looks)
    await look().catch((error: unknown) => deps.log.error({ err: error }, 'no se ha podido mirar si hay algo de lo que avisar'));
};
