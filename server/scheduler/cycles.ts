import { runAvisar } from '#server/avisos/avisar.ts';
import { runBalance } from '#server/balance/balancear.ts';
import { indexSearch } from '#server/cola/search-index.ts';
import { runDueCopy } from '#server/datos/copiar.ts';
import { examineWhenDue } from '#server/datos/examinar.ts';
import { cleanWhenDue } from '#server/datos/limpiar.ts';
import { watchHouse } from '#server/datos/vigilar.ts';
import type { Deps } from '#server/deps.ts';
import { noteA360 } from '#server/ejecuciones/a360-alarm.ts';
import type { Dispatcher } from '#server/ejecuciones/dispatch.ts';
import { runReconcile } from '#server/ejecuciones/reconcile.ts';
import { runLaunch } from '#server/lanzador/launch.ts';
import { holdOf } from '#server/mantenimiento/queries.ts';
import { runClaimCycle } from '#server/recursos/cycle.ts';
import { runSync } from '#server/sincronizacion/sincronizar.ts';
import { type LiveSettings, readLiveSettings } from '#server/sistema/ajustes.ts';
import { watchCycle } from '#server/vigilancia/caida.ts';
import { vigilar } from '#server/vigilancia/vigilar.ts';
import type { Cycle, CycleState } from './clock.ts';

/** ALL the periodic work of the house; each cycle is watched, so that one that fails is told. `state` = how the cycles stand. */
export const cyclesOf = (deps: Deps, dispatcher: Dispatcher, state: () => readonly CycleState[] = () => []): readonly Cycle[] =>
  workOf(deps, dispatcher, state).map((cycle) => ({
    ...cycle,
    run: (signal, ordered) => watchCycle(deps, cycle.name, signal, () => cycle.run(signal, ordered)),
  }));

/** On one screen. */
const workOf = (deps: Deps, dispatcher: Dispatcher, state: () => readonly CycleState[]): readonly Cycle[] => [
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
    run: (_signal, ordered) => dispatcher.pass(ordered),
  },
  {
    name: 'indexar',
    shownAs: 'una puesta al día del buscador',
    period: () => null,
    run: (signal) => indexSearch(deps, signal),
  },
  {
    name: 'sincronizar',
    shownAs: 'una sincronización con A360',
    period: () => everySeconds(deps, (live) => (live.LANZADOR_SYNC_HABILITAR ? live.LANZADOR_SYNC_INTERVALO_SEG : null)),
    run: (signal) => synchronise(deps, signal),
  },
  {
    name: 'conciliar',
    shownAs: 'una conciliación con A360',
    after: ['sincronizar'],
    period: () => everySeconds(deps, (live) => live.LANZADOR_CONCILIACION_INTERVALO_SEG),
    run: (signal) => runReconcile(deps, signal),
  },
  {
    name: 'lanzar',
    shownAs: 'una ronda de lanzamiento',
    // What ran before the start must be known before anything is launched over it.
    after: ['sincronizar', 'conciliar'],
    period: () => everySeconds(deps, (live) => live.LANZADOR_CICLO_INTERVALO_SEG),
    run: (signal) => runLaunch(deps, signal),
  },
  {
    name: 'balancear',
    shownAs: 'un reparto de equipos',
    after: ['sincronizar', 'conciliar'],
    period: () => {
      const someoneAsks = deps.a360 !== null || deps.carga.length > 0;
      return someoneAsks ? readLiveSettings(deps.db, deps.config).BALANCEADOR_CICLO_INTERVALO_SEG * 1000 : null;
    },
    run: (signal) => runBalance(deps, signal),
  },
  {
    name: 'avisar',
    shownAs: 'un envío de avisos',
    period: () => readLiveSettings(deps.db, deps.config).AVISOS_ENVIO_INTERVALO_SEG * 1000,
    run: async (signal) => {
      // One that people have paused is not late.
      await vigilar(
        deps,
        state().filter(({ name }) => holdOf(deps.db, name, false) === null),
      );
      await runAvisar(deps, signal);
    },
  },
  ...dataCycles(deps),
];

/** What takes care of what is kept: each looks often whether it is due, so that a restart neither skips nor repeats it. */
const dataCycles = (deps: Deps): readonly Cycle[] => [
  { name: 'vigilar', shownAs: 'una mirada al disco', period: () => minute, run: () => watchHouse(deps) },
  { name: 'copiar', shownAs: 'una copia de seguridad', period: () => minute, run: (signal) => runDueCopy(deps, signal) },
  { name: 'limpiar', shownAs: 'una limpieza', period: () => 10 * minute, run: (signal) => cleanWhenDue(deps, signal) },
  { name: 'examinar', shownAs: 'un examen de la base', period: () => 10 * minute, run: (signal) => examineWhenDue(deps, signal) },
];

const minute = 60_000;

/** The cycles of A360 have a period only where there is one. */
const everySeconds = (deps: Deps, seconds: (live: LiveSettings) => number | null): number | null => {
  const every = deps.a360 === null ? null : seconds(readLiveSettings(deps.db, deps.config));
  return every === null ? null : every * 1000;
};

/** Of A360 itself only those who run know the avisos. */
const synchronise = async (deps: Deps, signal: AbortSignal): Promise<void> => {
  try {
    await runSync(deps, signal);
  } catch (error) {
    await noteA360(deps, error);
    throw error;
  }
  await noteA360(deps, null);
};
