import { indexSearch } from '#server/cola/search-index.ts';
import type { Deps } from '#server/deps.ts';
import type { Dispatcher } from '#server/ejecuciones/dispatch.ts';
import { runClaimCycle } from '#server/recursos/cycle.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import type { Cycle } from './clock.ts';

/** ALL the periodic work of the house, on one screen. */
export const cyclesOf = (deps: Deps, dispatcher: Dispatcher): readonly Cycle[] => [
  {
    name: 'reclamar',
    shownAs: 'un ciclo de reclamación',
    period: () => readLiveSettings(deps.db, deps.config).CICLO_INTERVALO_SEG * 1000,
    run: (signal) => runClaimCycle(deps, signal),
  },
  {
    name: 'despachar',
    shownAs: 'un reparto de trámites',
    period: () => null,
    run: () => dispatcher.pass(),
  },
  {
    name: 'indexar',
    shownAs: 'una puesta al día del buscador',
    period: () => null,
    run: (signal) => indexSearch(deps, signal),
  },
];
