import { BroadcastChannel } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { checkpointPages } from '#server/db/schema/file.ts';
import { type Clock, systemClock } from '#server/lib/clock.ts';
import { CerebroError } from '#server/lib/errors.ts';
import { type FilingResult, hintChannel, type JournalHint } from './messages.ts';

export type Attempt = { readonly tramiteId: number; readonly ejecucionId: string };

export type StepRow = {
  /** From 1. */
  readonly number: number;
  readonly name: string;
  readonly outcome: 'done' | 'failed';
  /** Instants in UTC, ISO 8601 with `Z`. */
  readonly startedAt: string;
  readonly endedAt: string;
  readonly note: string | null;
  readonly capture: string | null;
  readonly errorCode: string | null;
};

/**
 * The only place where a thread writes to SQLite: steps are inserted, `ejecuciones.fase` only advances. Each is one
 * statement, synced to the disk before it answers.
 * @throws CerebroError `base_ocupada` when another program holds the file for longer than the patience.
 */
export type Journal = {
  /** preparing → ready. false: it was not ours to advance. */
  ready(attempt: Attempt): Promise<boolean>;
  /**
   * ready → submitting. Only whoever is told true may press the button, and nobody is told so twice. Once the signal
   * has aborted nothing is written any more.
   */
  beginSubmission(attempt: Attempt, signal: AbortSignal): Promise<boolean>;
  /** submitting → submitted, with what came back. */
  submitted(attempt: Attempt, result: FilingResult): Promise<boolean>;
  step(attempt: Attempt, row: StepRow): Promise<void>;
  /** Whether its submission has begun, as the disk says. */
  hasBegun(attempt: Attempt): boolean;
  close(): void;
};

/** Milliseconds to wait for whoever holds the file: before the submission begins, and from then on. */
export type Patience = { readonly usual: number; readonly afterSubmitting: number };

/** What the portal has registered must be written down: from the submission on, longer than anybody holds the file. */
const defaultPatience: Patience = { usual: 30_000, afterSubmitting: 300_000 };
/** Short, because a wait inside SQLite stops the thread and the browser's conversation with it. */
const busyTimeoutMs = 100;

type Options = { readonly clock?: Clock; readonly patience?: Patience };

export const openJournal = (databaseFile: string, { clock = systemClock, patience = defaultPatience }: Options = {}): Journal => {
  const sqlite = new Database(databaseFile, { timeout: busyTimeoutMs, fileMustExist: true });
  sqlite.pragma('synchronous = FULL');
  sqlite.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  const { advance, begun, insert } = prepare(sqlite);
  const hints = openHints();
  const hasBegun = ({ ejecucionId }: Attempt): boolean => begun.get(ejecucionId) !== undefined;

  const move = async (attempt: Attempt, { from, to, result, signal }: Move): Promise<boolean> => {
    const values = { id: attempt.ejecucionId, from, to, at: clock.now().toISOString(), result: result ? JSON.stringify(result) : null };
    const { changes } = await patiently(() => advance.run(values), result ? patience.afterSubmitting : patience.usual, clock, signal);
    if (changes === 1) hints.tell(attempt, 0, to);
    return changes === 1;
  };

  const step = async (attempt: Attempt, row: StepRow): Promise<void> => {
    const values = { ejecucionId: attempt.ejecucionId, tramiteId: attempt.tramiteId, ...row };
    await patiently(() => insert.run(values), hasBegun(attempt) ? patience.afterSubmitting : patience.usual, clock);
    hints.tell(attempt, row.number);
  };

  return {
    ready: (attempt) => move(attempt, { from: 'preparing', to: 'ready' }),
    beginSubmission: (attempt, signal) => move(attempt, { from: 'ready', to: 'submitting', signal }),
    submitted: (attempt, result) => move(attempt, { from: 'submitting', to: 'submitted', result }),
    step,
    hasBegun,
    close: () => {
      hints.close();
      sqlite.close();
    },
  };
};

type Move = { readonly from: string; readonly to: string; readonly result?: FilingResult; readonly signal?: AbortSignal };

/** An ejecución that the main thread has closed advances no further. */
const prepare = (sqlite: Database.Database) => ({
  advance: sqlite.prepare(
    `UPDATE ejecuciones SET fase = @to, fecha_inicio_real = coalesce(fecha_inicio_real, @at), result = coalesce(@result, result)
      WHERE ejecucion_id = @id AND fase = @from AND fecha_fin IS NULL`,
  ),
  begun: sqlite.prepare("SELECT 1 FROM ejecuciones WHERE ejecucion_id = ? AND fase IN ('submitting', 'submitted')"),
  insert: sqlite.prepare(
    `INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, note, capture, error_code)
     VALUES (@ejecucionId, @tramiteId, @number, @name, @outcome, @startedAt, @endedAt, @note, @capture, @errorCode)`,
  ),
});

const openHints = () => {
  const channel = new BroadcastChannel(hintChannel);
  channel.unref();
  return {
    tell: ({ tramiteId, ejecucionId }: Attempt, step: number, fase?: string) =>
      channel.postMessage({ tramite: tramiteId, ejecucion: ejecucionId, step, ...(fase ? { fase } : {}) } satisfies JournalHint),
    close: () => channel.close(),
  };
};

/** Tries again while another connection holds the file, resting in between so that the thread stays awake. */
const patiently = async <T>(change: () => T, patience: number, clock: Clock, signal?: AbortSignal): Promise<T> => {
  const deadline = clock.monotonic() + patience;
  for (let wait = 10; ; wait = Math.min(wait * 2, 250)) {
    signal?.throwIfAborted();
    try {
      return change();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (clock.monotonic() > deadline) throw busy(error);
    }
    await clock.sleep(wait);
  }
};

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

const busy = (cause: unknown) =>
  new CerebroError('base_ocupada', 'Otro programa tiene ocupada la base de datos local.', { cause, transient: true });
