import type { LoadReading } from '#server/carga/model.ts';
import type { Deps } from '#server/deps.ts';
import { LoadError } from '#server/gateways/carga/carga.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Applied, applyPlan } from './apply.ts';
import { makeRoom } from './make-room.ts';
import type { BalancePlan, BalanceSettings, BalanceSnapshot } from './model.ts';
import { type Proposal, renewed, versionOf } from './recheck.ts';
import { readBalanceSnapshot } from './snapshot.ts';
import { watchStarving } from './starving.ts';
import { balanceTools } from './tools.ts';

/** What a balance asks and who decides. */
export type BalanceTools = {
  readonly readLoad: (deps: Deps, signal: AbortSignal) => Promise<LoadReading>;
  /** Pure; `now` in ms. */
  readonly plan: (snapshot: BalanceSnapshot, settings: BalanceSettings, now: number) => BalancePlan;
};

/** A plan made anew this often rests on a database that changes all the time: what has not changed is done. */
const mostPlans = 3;

/**
 * One balance: count tickets → look → plan → apply. The tickets are asked for outside of any transaction; the plan is made anew when
 * what it touches changes under it.
 * @throws LoadError when there are sources outside and none answered, once all has been done that is known without them.
 */
export const runBalance = async (deps: Deps, signal: AbortSignal, tools: BalanceTools = balanceTools): Promise<Applied> => {
  const reading = await tools.readLoad(deps, signal);
  // Cut short, what the sources did not say means nothing.
  signal.throwIfAborted();
  const { proposal, applied } = await planAndApply(deps, reading, tools);
  tell(deps, applied);
  await watchStarving(deps, proposal);
  if (reading.outsideFailed) throw new LoadError(failureSentence(reading));
  return applied;
};

const planAndApply = async (
  deps: Deps,
  { load }: LoadReading,
  { plan }: BalanceTools,
): Promise<{ proposal: Proposal; applied: Applied }> => {
  const { db, clock } = deps;
  const pacer = createPacer();
  const settings = balanceSettings(deps);
  for (let turn = 1; ; turn++) {
    const read = db.read(() => ({ version: versionOf(db), snapshot: readBalanceSnapshot(db, clock.now(), load) }));
    await pacer.rest();
    const planned = { ...read, plan: plan(read.snapshot, settings, clock.now().getTime()) };
    await pacer.rest();
    makeRoom(db, planned.plan);
    await pacer.rest();
    const proposal = renewed(db, clock.now(), planned);
    await pacer.rest();
    const applied = await db.write(() => applyPlan(db, clock.now(), proposal, turn === mostPlans));
    if (applied !== 'moved') return { proposal, applied };
  }
};

/** The settings of the planner as they hold now. */
export const balanceSettings = ({ db, config }: Pick<Deps, 'db' | 'config'>): BalanceSettings => {
  const live = readLiveSettings(db, config);
  return {
    ratio: live.BALANCEADOR_TICKETS_DEFAULT_POR_EQUIPO,
    enfriamientoMs: live.BALANCEADOR_POOL_ENFRIAMIENTO_SEG * 1000,
    aislamiento: live.BALANCEADOR_POOL_AISLAMIENTO_ESTRICTO,
    preemption: live.BALANCEADOR_PREEMPTION_HABILITAR,
  };
};

/** The launcher keeps its own pace: who orders a balance has not ordered launches. */
const tell = ({ hub, log }: Deps, applied: Applied): void => {
  if (Object.values(applied).every((n) => n === 0)) return;
  log.info({ room: 'balance', ...applied }, 'reparto de equipos');
  hub.changed({ entity: 'robot' });
  hub.changed({ entity: 'equipo' });
};

const failureSentence = ({ providers }: LoadReading): string => {
  const told = providers.flatMap(({ proveedor, ok, motivo }) =>
    ok ? [] : [`${proveedor}: ${motivo?.replace(/\.$/, '') ?? 'no contesta'}`],
  );
  return `Ninguna fuente de tickets ha contestado (${told.join('; ')}). Se ha repartido con lo que se sabía.`;
};
