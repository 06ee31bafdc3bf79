import type { Run } from './journal.ts';
import type { Plan } from './script.ts';

/** How long the plan takes from its start; null = until somebody ends it. */
const lengthOf = ({ steps }: Plan): number | null =>
  steps.reduce<number | null>((total, { ms }) => (total === null || ms === null ? null : total + ms), 0);

/** The instant at which a started run ends by itself; null = it does not, or has not begun. Pure, as all of this file. */
export const endsAt = (run: Run): number | null => {
  const length = run.marks.includes('ejecucion_sin_fin') ? null : lengthOf(run.plan);
  return run.started === null || length === null ? null : Date.parse(run.started) + length;
};

/** A360's word for how the run is at the instant `now`. */
export const statusAt = (run: Run, now: number): string => {
  if (run.status !== null) return run.status;
  if (run.marks.includes('ejecucion_unknown')) return 'UNKNOWN';
  if (run.started === null) return 'QUEUED';
  return run.marks.includes('ejecucion_estado_raro') ? 'RUN_IN_THE_CLOUDS' : stepAt(run, now - Date.parse(run.started));
};

const stepAt = ({ plan: { steps } }: Run, elapsed: number): string => {
  let left = elapsed;
  for (const { status, ms } of steps) {
    if (ms === null || left < ms) return status;
    left -= ms;
  }
  return steps.at(-1)?.status ?? 'RUNNING';
};

/** What the bot gave back: only when it came to the end it was to come to. */
export const outputOf = (run: Run): Readonly<Record<string, unknown>> => {
  const { status, plan } = run;
  if (status !== plan.end && status !== 'COMPLETED') return {};
  return { ...(plan.files ? filedBy(run) : {}), ...plan.output };
};

/** An invented register: a number of each run's own, the instant of its end, and the expediente it was told. */
const filedBy = ({ id, ended, body }: Run): Readonly<Record<string, unknown>> => {
  const given = (body as { botInput?: Readonly<Record<string, unknown>> | null }).botInput ?? {};
  const text = (string: string) => ({ type: 'STRING', string });
  return {
    out_NumeroRegistro: text(`A360-${String(id).padStart(6, '0')}`),
    out_FechaRegistro: text(ended ?? ''),
    ...(given.in_Expediente === undefined ? {} : { out_Expediente: given.in_Expediente }),
  };
};

/** Instants come with up to nanoseconds, and none is the beginning of 1970. */
export const a360Instant = (stored: string | null, id: number): string =>
  stored === null ? '1970-01-01T00:00:00Z' : stored.replace('Z', `${String((id * 104_729) % 1_000_000).padStart(6, '0')}Z`);
