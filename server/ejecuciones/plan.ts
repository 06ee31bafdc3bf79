import type { Activity } from '#server/gateways/a360/a360.ts';
import { isActive, readEstado } from './estados.ts';
import type { Report } from './transitions.ts';

/** A run the conciliador asks for, as it stood when the question was made. */
export type Candidate = {
  readonly ejecucionId: string;
  readonly deploymentId: string | null;
  readonly robotId: string;
  readonly userId: string | null;
  readonly estado: string;
  readonly fechaInicio: string;
  readonly noEncontrada: number;
  /** A callback has come, even if it told no end. */
  readonly conAviso: number;
  /** How its deploy failed, as far as it is known. */
  readonly errorCode: string | null;
};

/** Of each deployment the row that began last: A360 may keep several (SAM.md 3.3). Pure. */
export const latestByDeployment = (list: readonly Activity[]): ReadonlyMap<string, Activity> => {
  const latest = new Map<string, Activity>();
  for (const one of list) {
    const known = latest.get(one.deploymentId);
    if (known === undefined || beganAt(one) >= beganAt(known)) latest.set(one.deploymentId, one);
  }
  return latest;
};

const beganAt = ({ startedAt }: Activity): number => (startedAt === null ? 0 : Date.parse(startedAt));

/** What A360's row says of a run; null for a word nobody knows: it was seen, and that is all. Pure. */
export const reportOf = ({ id, status, startedAt, endedAt, message, output }: Activity): Report | null => {
  const estado = readEstado(status);
  if (estado === null) return null;
  const ended = !isActive(estado) && estado !== 'UNKNOWN';
  return {
    ...{ estado, origen: 'conciliador' as const, activityId: id, inicio: startedAt },
    ...(ended ? { fin: endedAt, mensaje: message || null, ...(output ? { output } : {}) } : {}),
  };
};

export type Patience = {
  /** Times in a row missing from an answer after which it is taken for ended. */
  readonly maxMisses: number;
  readonly inferredMessage: string;
  /** Runs that began before this and of which nothing is known are closed. */
  readonly tooOld: string;
  readonly at: string;
};

/** What becomes of one A360 answered for and did not know; null = it is counted, and asked for again. Pure. */
export const whenMissing = (run: Candidate, patience: Patience): Report | null => {
  if (run.noEncontrada + 1 >= patience.maxMisses)
    return { estado: 'COMPLETED_INFERRED', origen: 'inferido', fin: patience.at, mensaje: patience.inferredMessage };
  return isTooOld(run, patience) ? closedUnknown(patience) : null;
};

/** One A360 says UNKNOWN of, and has said nothing else of for too long. Pure. */
export const whenUnknown = (run: Candidate, patience: Patience): Report | null =>
  isTooOld(run, patience) ? closedUnknown(patience) : null;

const isTooOld = ({ conAviso, fechaInicio }: Candidate, { tooOld }: Patience): boolean => conAviso === 0 && fechaInicio < tooOld;

const closedUnknown = ({ at }: Patience): Report => ({
  ...{ estado: 'UNKNOWN', origen: 'inferido', fin: at },
  mensaje: 'Se cierra sin saber cómo terminó: A360 lleva demasiado tiempo sin decir nada de ella.',
});

/** Clocks of two machines are never alike. */
const clockMarginMs = 60_000;
export const lostAfterMs = 3 * 60_000;

/** Since when to look for a run whose deploy got no answer. Pure. */
export const searchSince = ({ fechaInicio }: Candidate): string => new Date(Date.parse(fechaInicio) - clockMarginMs).toISOString();

/** Since when to look for all of them at once: the oldest says. Pure. */
export const oldestSearch = (runs: readonly Candidate[]): string => runs.map(searchSince).sort()[0] as string;

/**
 * Which of the rows of one answer for several lost launches may be each one's: those of its bot and user. null = A360 does not say of
 * a row whose it is, so that it could be anybody's. Pure.
 */
export const dealRows = (runs: readonly Candidate[], rows: readonly Activity[]): ReadonlyMap<string, readonly Activity[]> | null => {
  if (rows.some(({ fileId, userId }) => fileId === null || userId === null)) return null;
  const byLaunch = Map.groupBy(rows, ({ fileId, userId }) => `${fileId} ${userId}`);
  return new Map(runs.map((run) => [run.ejecucionId, byLaunch.get(`${run.robotId} ${run.userId}`) ?? []]));
};

/** `error_code` of a claim with a trámite until its call begins, durably: A360 has not been asked for it. */
export const unasked = 'sin_pedir';

export const wasNeverAsked = ({ errorCode }: Pick<Candidate, 'errorCode'>): boolean => errorCode === unasked;

/**
 * Whether a run nobody has found, so long after it was asked for, was never launched: at once where it was not asked for or A360 itself
 * answered that it failed (5xx), after three minutes where its answer was lost. Pure.
 */
export const isLost = ({ errorCode }: Pick<Candidate, 'errorCode'>, askedAgoMs: number): boolean =>
  errorCode === unasked || errorCode === 'a360_servidor' || askedAgoMs >= lostAfterMs;

/**
 * Which of A360's runs of that bot and user is the one whose answer was lost: one that no other ejecución has, the first to begin after
 * the claim, else one that has not begun, else one within the margin of the clocks. Pure.
 */
export const chooseLost = (run: Candidate, found: readonly Activity[], taken: ReadonlySet<string>): Activity | null => {
  const claim = Date.parse(run.fechaInicio);
  const rank = (one: Activity): number => (one.startedAt === null ? 1 : beganAt(one) >= claim ? 0 : 2);
  const free = [...latestByDeployment(found).values()].filter(
    (one) => !taken.has(one.deploymentId) && (one.startedAt === null || beganAt(one) >= claim - clockMarginMs),
  );
  return free.sort((a, b) => rank(a) - rank(b) || beganAt(a) - beganAt(b))[0] ?? null;
};

/** Lots of so many. Pure. */
export const inLots = <One>(all: readonly One[], size: number): One[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));
