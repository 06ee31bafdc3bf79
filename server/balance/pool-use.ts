import type { Look } from './look.ts';

/** Equipos the robots of a pool need, those its equipos are lent to somebody, and those of it that are free. */
export type PoolUse = { readonly necesita: number; readonly prestados: number; readonly libres: number };

/** By id of the pool; 'general' = none. Pure. */
export const poolUse = ({ snapshot, plan }: Pick<Look, 'snapshot' | 'plan'>): ReadonlyMap<string, PoolUse> => {
  const uses = new Map<string, { necesita: number; prestados: number; libres: number }>();
  const of = (poolId: string | null) => {
    const id = poolId ?? 'general';
    const use = uses.get(id) ?? { necesita: 0, prestados: 0, libres: 0 };
    uses.set(id, use);
    return use;
  };
  const needs = new Map(plan.verdicts.map(({ robotId, necesita }) => [robotId, necesita]));
  for (const { robotId, poolId, noApto } of snapshot.robots) if (noApto === null) of(poolId).necesita += needs.get(robotId) ?? 0;
  for (const { poolId, robotId, noApto } of snapshot.equipos) {
    if (robotId !== null) of(poolId).prestados++;
    else if (noApto === null) of(poolId).libres++;
  }
  return uses;
};
