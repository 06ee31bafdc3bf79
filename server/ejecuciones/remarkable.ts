import type { Deps } from '#server/deps.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { findOpen, findOpenOf, type RunRow, usualOf } from './find-runs.ts';
import { isDelayed, isOrphan, type Slowness } from './rules.ts';

/** Open runs with what makes them remarkable: their ids. */
export type Remarkable = { readonly all: readonly RunRow[]; readonly delayed: ReadonlySet<number>; readonly orphans: ReadonlySet<number> };

const minuteMs = 60_000;

type RemarkDeps = Pick<Deps, 'db' | 'clock' | 'config'>;

/** What runs, what takes too long, and what waits in A360 for too long: one truth for every page that tells it. */
export const readRemarkable = (deps: RemarkDeps): Remarkable => remark(deps, findOpen(deps.db));

/** The same of the runs of one robot. */
export const readRemarkableOf = (deps: RemarkDeps, robotId: string): Remarkable => remark(deps, findOpenOf(deps.db, robotId));

const remark = ({ db, clock, config }: RemarkDeps, all: readonly RunRow[]): Remarkable => {
  const now = clock.now();
  const settings = readLiveSettings(db, config);
  const slowness: Slowness = {
    unknownMs: settings.INTERFAZ_WEB_EJECUCION_DEMORA_UMBRAL_MIN * minuteMs,
    factor: settings.INTERFAZ_WEB_EJECUCION_DEMORA_UMBRAL_FACTOR,
    floorMs: settings.INTERFAZ_WEB_EJECUCION_DEMORA_UMBRAL_PISO_MIN * minuteMs,
  };
  // Only those that might be late are compared with what is usual.
  const soonest = now.getTime() - Math.min(slowness.floorMs, slowness.unknownMs);
  const old = all.filter((run) => Date.parse(run.fecha_inicio_real ?? run.fecha_inicio) <= soonest);
  const shortestMs = settings.INTERFAZ_WEB_EJECUCION_DEMORA_FILTRO_CORTAS_MIN * minuteMs;
  const usual = usualOf(
    db,
    old.map((run) => run.robot_id),
    shortestMs,
  );
  const late = old.filter((run) => isDelayed(run, usual.get(run.robot_id) ?? { samples: 0, averageMs: 0 }, slowness, now));
  const orphans = all.filter((run) => isOrphan(run, all, now));
  return { all, delayed: new Set(late.map(({ id }) => id)), orphans: new Set(orphans.map(({ id }) => id)) };
};
