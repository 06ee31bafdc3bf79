import { setTimeout as delay } from 'node:timers/promises';
import type { Random } from '#server/demo/source/random.ts';
import type { Scene } from './scene.ts';

const troubles = [
  'corta_antes',
  'corta_despues',
  'corta_consulta',
  'corta_al_entrar',
  'interbloqueo',
  'bloqueo',
  'sin_recuento',
  'con_disparador',
  'aviso_tras_actualizar',
];

/** Every now and then something goes wrong between Cerebro and its source, until the signal aborts. */
export const disturber =
  ({ origen }: Scene, random: Random) =>
  async (signal: AbortSignal): Promise<void> => {
    while (origen !== null && !signal.aborted) {
      // The server may be dead by now: so is what was to be disturbed.
      await origen.arm(troubles[random.below(troubles.length)] as string, 1).catch(() => undefined);
      await delay(100 + random.below(1500), undefined, { signal }).catch(() => undefined);
    }
  };
