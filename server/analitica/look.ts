import type { Db } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import type { Format } from '#server/lib/format.ts';
import { exito } from './exito.ts';
import { type Asked, rangeOf, type Vista } from './filter.ts';
import { finales } from './finales.ts';
import { horas } from './horas.ts';
import { reparto } from './reparto.ts';
import { tiempos } from './tiempos.ts';
import { uso } from './uso.ts';
import type { View } from './view.ts';

type LookDeps = Pick<Deps, 'db' | 'clock' | 'config'>;

/** Looks of the last minute; the page and its pictures ask for the same. */
const keptLooks = 24;
const keptOf = new WeakMap<Db, Map<string, Promise<View>>>();

/** One tab, counted once a minute however many ask. */
export const viewOf = (deps: LookDeps, format: Format, asked: Asked): Promise<View> => {
  const kept = keptOf.get(deps.db) ?? new Map<string, Promise<View>>();
  keptOf.set(deps.db, kept);
  const key = JSON.stringify([Math.floor(deps.clock.now().getTime() / 60_000), asked]);
  const known = kept.get(key) ?? count(deps, format, asked);
  known.catch(() => kept.delete(key));
  kept.set(key, known);
  for (const old of [...kept.keys()].slice(0, -keptLooks)) kept.delete(old);
  return known;
};

const count = ({ db, clock, config }: LookDeps, format: Format, asked: Asked): Promise<View> => {
  const range = rangeOf(asked, config.TZ_NEGOCIO);
  const ways: Readonly<Record<Vista, () => Promise<View>>> = {
    finales: () => finales(db, range, format),
    reparto: () => reparto(db, range, format),
    tiempos: () => tiempos(db, range, format),
    exito: () => exito(db, range, format),
    uso: () => uso(db, range, format, clock.now()),
    horas: () => horas(db, range, format, config.TZ_NEGOCIO),
  };
  return ways[asked.ver]();
};
