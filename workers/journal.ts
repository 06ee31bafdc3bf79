import { BroadcastChannel } from 'node:worker_threads';
import Database from 'better-sqlite3';
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

/** Short, because a wait inside SQLite stops the thread and the browser's conversation with it. */
const busyTimeoutMs = 100;
const patienceMs = 30_000;
/** What the portal has registered must be written down: from the submission on, longer than anybody holds the file. */
const submittedPatienceMs = 300_000;

export const openJournal = (databaseFile: string, clock: Clock = systemClock): Journal => {
  const sqlite = new Database(databaseFile, { timeout: busyTimeoutMs, fileMustExist: true });
  sqlite.pragma('synchronous = FULL');
  const hints = new BroadcastChannel(hintChannel);
  hints.unref();
  const advance = sqlite.prepare(
    `UPDATE ejecuciones SET fase = @to, fecha_inicio_real = coalesce(fecha_inicio_real, @at), result = coalesce(@result, result)
      WHERE ejecucion_id = @id AND fase = @from AND fecha_fin IS NULL`,
  );
  const begun = sqlite.prepare("SELECT 1 FROM ejecuciones WHERE ejecucion_id = ? AND fase IN ('submitting', 'submitted')");
  const insert = sqlite.prepare(
    `INSERT INTO steps (ejecucion_id, tramite_id, number, name, outcome, started_at, ended_at, note, capture, error_code)
     VALUES (@ejecucionId, @tramiteId, @number, @name, @outcome, @startedAt, @endedAt, @note, @capture, @errorCode)`,
  );

  const tell = ({ tramiteId, ejecucionId }: Attempt, step: number, fase?: string) =>
    hints.postMessage({ tramite: tramiteId, ejecucion: ejecucionId, step, ...(fase ? { fase } : {}) } satisfies JournalHint);

  const patiently = async <T>(change: () => T, { patience, signal }: { patience: number; signal?: AbortSignal }): Promise<T> => {
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

  const move = async (
    attempt: Attempt,
    change: { from: string; to: string; result?: FilingResult; signal?: AbortSignal },
  ): Promise<boolean> => {
    const { from, to, result, signal } = change;
    const values = { id: attempt.ejecucionId, from, to, at: clock.now().toISOString(), result: result ? JSON.stringify(result) : null };
    const patience = result ? submittedPatienceMs : patienceMs;
    const { changes } = await patiently(() => advance.run(values), { patience, ...(signal ? { signal } : {}) });
    if (changes === 1) tell(attempt, 0, to);
    return changes === 1;
  };

  const hasBegun = ({ ejecucionId }: Attempt): boolean => begun.get(ejecucionId) !== undefined;

  return {
    ready: (attempt) => move(attempt, { from: 'preparing', to: 'ready' }),
    beginSubmission: (attempt, signal) => move(attempt, { from: 'ready', to: 'submitting', signal }),
    submitted: (attempt, result) => move(attempt, { from: 'submitting', to: 'submitted', result }),
    step: async (attempt, row) => {
      await patiently(() => insert.run({ ejecucionId: attempt.ejecucionId, tramiteId: attempt.tramiteId, ...row }), {
        patience: hasBegun(attempt) ? submittedPatienceMs : patienceMs,
      });
      tell(attempt, row.number);
    },
    hasBegun,
    close: () => {
      hints.close();
      sqlite.close();
    },
  };
};

const isBusy = (error: unknown): boolean =>
  error instanceof Database.SqliteError && (error.code.startsWith('SQLITE_BUSY') || error.code === 'SQLITE_LOCKED');

const busy = (cause: unknown) =>
  new CerebroError('base_ocupada', 'Otro programa tiene ocupada la base de datos local.', { cause, transient: true });
