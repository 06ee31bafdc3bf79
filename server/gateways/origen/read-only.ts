import { type Origen, OrigenError } from './origen.ts';

const refusal = (): Promise<never> =>
  Promise.reject(
    new OrigenError(
      'origen_solo_lectura',
      'El origen está en modo de solo lectura (ORIGEN_SOLO_LECTURA=1): no se reclama ni se devuelve nada.',
    ),
  );

/** The same source, never written to, whatever anybody above asks: for the first days at a customer's. */
export const readOnly = (origen: Origen): Origen => ({
  ...origen,
  shownAs: `${origen.shownAs} (solo lectura)`,
  claim: refusal,
  release: refusal,
});
