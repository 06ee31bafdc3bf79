import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Db } from '#server/db/open.ts';
import type { PoolTask, RobotPool } from '#server/gateways/pool/pool.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { FilingResult, GuardAnswer, JournalHint, TramiteOutcome } from '#workers/messages.ts';

/** What a told robot does with the next trámite of a recurso. */
export type Told =
  | 'finish'
  /** Rests before its submission until it is asked to stop or its thread is ended. */
  | 'hang'
  /** Rests with its submission begun, deaf to everything but the end of its thread. */
  | 'hang_submitting'
  | 'die'
  | 'die_submitting'
  | 'die_submitted'
  /** Writes down a filing whose receipt is not on the disk, and dies. */
  | 'die_without_receipt'
  | Extract<TramiteOutcome, { kind: 'failed' }>;

/** A pool whose robots do what they are told and write the journal as the real threads do. */
export type ToldPool = RobotPool & {
  /** What the robots do with that recurso from now on, once per attempt; the last one repeats. Nothing told = finish. */
  tell(resourceId: string, ...what: Told[]): void;
  /** Lets one that hangs go on, and finish. */
  release(resourceId: string): void;
  /** Every task that was run, in order. */
  readonly tasks: readonly PoolTask[];
  readonly answers: readonly GuardAnswer['answer'][];
  /** Most tasks that ever ran at once. */
  readonly most: () => number;
  hint(hint: JournalHint): void;
};

type Run = { readonly task: PoolTask; readonly stillOurs: () => Promise<GuardAnswer['answer']>; readonly ended: Promise<never> };

export const createToldPool = (db: () => Db, size: number): ToldPool => {
  const told = new Map<string, Told[]>();
  const tasks: PoolTask[] = [];
  const answers: GuardAnswer['answer'][] = [];
  const listeners = new Set<(hint: JournalHint) => void>();
  const hanging = new Map<string, PromiseWithResolvers<'go on' | 'stop'>>();
  let running = 0;
  let most = 0;

  const nextTold = (resourceId: string): Told => {
    const list = told.get(resourceId) ?? [];
    return (list.length > 1 ? list.shift() : list[0]) ?? 'finish';
  };

  const advance = ({ ejecucionId }: PoolTask, from: string, to: string, result: FilingResult | null = null): boolean =>
    db()
      .sql(`UPDATE ejecuciones SET fase = ?, result = coalesce(?, result) WHERE ejecucion_id = ? AND fase = ? AND fecha_fin IS NULL`)
      .run(to, result ? JSON.stringify(result) : null, ejecucionId, from).changes === 1;

  const step = (task: PoolTask, number: number, name: string): void => {
    db()
      .sql(
        `INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, capture)
         VALUES (?, ?, ?, ?, 'done', '2026-03-02T09:00:00.000Z', '2026-03-02T09:00:01.000Z', ?)`,
      )
      .run(task.ejecucionId, task.tramiteId, number, name, `${number}-${name}.jpg`);
  };

  const submit = async (task: PoolTask, withReceipt: boolean): Promise<FilingResult> => {
    const result = await file(task, withReceipt);
    advance(task, 'submitting', 'submitted', result);
    return result;
  };

  const walk = async (asked: Run): Promise<TramiteOutcome> => {
    const what = nextTold(asked.task.resourceId);
    const early = await walkToSummary(asked, what);
    return early ?? (await guarded(asked)) ?? sendTold(asked, what);
  };

  /** Up to where closing the browser undoes everything; answers how it ended there, if it did. */
  const walkToSummary = async ({ task, ended }: Run, what: Told): Promise<TramiteOutcome | null> => {
    advance(task, 'preparing', 'ready');
    step(task, 1, 'abrir');
    if (what === 'die') throw dead();
    if (typeof what === 'object' && !what.doubtful) return what;
    if (what === 'hang' && (await rest(task, ended)) === 'stop') return { kind: 'stopped' };
    return task.submit ? null : { kind: 'awaiting' };
  };

  const guarded = async ({ task, stillOurs }: Run): Promise<TramiteOutcome | null> => {
    const answer = await stillOurs();
    answers.push(answer);
    if (answer === 'stop') return { kind: 'stopped' };
    if (answer === 'foreign') return failure('reclamacion_perdida', 'El recurso ya no está asignado a Cerebro.');
    return advance(task, 'ready', 'submitting') ? null : { ...failure('guardia_repetida', 'Ya había empezado.'), doubtful: true };
  };

  const sendTold = async ({ task, ended }: Run, what: Told): Promise<TramiteOutcome> => {
    step(task, 2, 'enviar');
    if (typeof what === 'object') return what;
    if (what === 'die_submitting') throw dead();
    if (what === 'hang_submitting') await ended;
    const result = await submit(task, what !== 'die_without_receipt');
    if (what === 'die_submitted' || what === 'die_without_receipt') throw dead();
    return { kind: 'submitted', result };
  };

  const rest = async (task: PoolTask, ended: Promise<never>): Promise<'go on' | 'stop'> => {
    const waiting = Promise.withResolvers<'go on' | 'stop'>();
    hanging.set(task.resourceId, waiting);
    return Promise.race([waiting.promise, ended]).finally(() => hanging.delete(task.resourceId));
  };

  const run: RobotPool['run'] = async (task, { stillOurs, signal }) => {
    tasks.push(task);
    most = Math.max(most, ++running);
    const ended = Promise.withResolvers<never>();
    ended.promise.catch(() => undefined);
    const end = () => ended.reject(dead());
    signal?.addEventListener('abort', end, { once: true });
    try {
      return await Promise.race([walk({ task, stillOurs, ended: ended.promise }), ended.promise]);
    } finally {
      running--;
      signal?.removeEventListener('abort', end);
    }
  };

  return {
    size,
    run,
    askToStop: () => {
      for (const waiting of hanging.values()) waiting.resolve('stop');
    },
    onHint: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => undefined,
    tell: (resourceId, ...what) => void told.set(resourceId, what),
    release: (resourceId) => hanging.get(resourceId)?.resolve('go on'),
    tasks,
    answers,
    most: () => most,
    hint: (hint) => {
      for (const listener of listeners) listener(hint);
    },
  };
};

const dead = (): CerebroError => new CerebroError('hilo_terminado', 'El hilo que presentaba el trámite ha muerto.', { transient: true });

const failure = (code: string, message: string) => ({ kind: 'failed' as const, code, message, transient: false, doubtful: false });

/** The receipt a filing leaves in the attempt's folder. */
const file = async (task: PoolTask, withReceipt: boolean): Promise<FilingResult> => {
  const bytes = Buffer.from(`%PDF-1.4 justificante de ${task.expediente} ${'.'.repeat(200)}`);
  if (withReceipt) await writeFile(join(task.evidenceFolder, 'justificante.pdf'), bytes, { flag: 'wx' });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    numero: `E-${task.resourceId}`,
    fecha: '02/03/2026 10:00',
    recibo: { file: 'justificante.pdf', bytes: bytes.length, sha256 },
  };
};
