import type { Deps } from '#server/deps.ts';
import { slotsAtWork } from '#server/ejecuciones/slots-at-work.ts';
import { usableSlots } from '#server/equipos/local-slots.ts';
import type { Slots } from '#server/robots/rules.ts';
import { servableSlots } from '#server/robots/servable.ts';

/** How many slots of this machine each organismo that they serve has now, and how many it may have. */
export const slotsOf = (deps: Deps): ReadonlyMap<string, string> => {
  const atWork = slotsAtWork(deps.db);
  const used = [...atWork.values()].reduce((sum, n) => sum + n, 0);
  const all = used + usableSlots(deps.db, deps.pool.size).length;
  return new Map([...servableSlots(deps)].map(([siteId, slots]) => [siteId, sentence(atWork.get(siteId) ?? 0, all, slots)]));
};

const sentence = (n: number, all: number, { min, max }: Slots): string => {
  const most = max < 0 ? all : Math.min(all, max);
  return `${n} de ${most} ${most === 1 ? 'puesto' : 'puestos'}${min > 0 ? `, ${min} como mínimo` : ''}`;
};
