import { comesDueAt } from '#server/cola/due.ts';
import { diskGate } from '#server/datos/disk-gate.ts';
import type { Deps } from '#server/deps.ts';
import { usableSlots } from '#server/equipos/local-slots.ts';
import { isoNow } from '#server/lib/clock.ts';
import { asError } from '#server/lib/errors.ts';
import type { Log } from '#server/lib/log.ts';
import { withOwnTrace } from '#server/lib/trace.ts';
import { holdOf } from '#server/mantenimiento/queries.ts';
import type { Servable, Waiting } from '#server/robots/rules.ts';
import { type Forms, servePending } from '#server/robots/servable.ts';
import { tellWaiting } from '#server/robots/tell-waiting.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import { askForA360 } from './ask-a360.ts';
import { runAttempt } from './attempt.ts';
import { closeAttempt, type RetryPolicy } from './close.ts';
import { type OpenedAttempt, openNext } from './open.ts';
import { type AttemptKey, howFar } from './reached.ts';
import { recoverOrphans } from './recover.ts';
import type { Decision, Ending } from './rules.ts';

/** Gives free slots their next trámite. */
export type Dispatcher = {
  /** Begins to listen to the threads, and to work. */
  start(): void;
  /** Fills every free slot; answers when they are filled, not when they are done. Nothing while it is paused, unless `ordered`. */
  pass(ordered?: boolean): Promise<void>;
  /** Slots at work, and all of them. */
  busy(): { readonly used: number; readonly total: number };
  /**
   * No new attempt begins; running ones are asked to stop before their submission, get `graceMs` to end (no more once
   * `hurry` aborts), and are then ended with their thread. What even then could not be written down is put in its place at the next start.
   */
  stop(graceMs: number, hurry?: AbortSignal): Promise<void>;
};

export type DispatcherOptions = {
  /** The robots there are; tests bring their own. */
  readonly forms?: Forms;
  /** From 0 to 1. */
  readonly random?: () => number;
};

export const createDispatcher = (deps: Deps, options: DispatcherOptions = {}): Dispatcher => new SlotDispatcher(deps, options);

/** Between two tries to write something down while the database does not let us. */
const tryAgainMs = 1_000;
/** For closing what the end of the grace has ended. */
const lastWordsMs = 5_000;

type Turn = { readonly decision: Decision | 'already_closed' | 'advanced'; readonly next: OpenedAttempt | null };

/** A slot works through turns: an attempt, its close, and the next one taken in the same transaction. */
class SlotDispatcher implements Dispatcher {
  readonly #deps: Deps;
  readonly #log: Log;
  readonly #options: DispatcherOptions;
  readonly #alarm: Alarm;
  /** Slots at work. */
  readonly #running = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #firm = new AbortController();
  readonly #abandoned = new AbortController();
  #lastPass: Promise<void> = Promise.resolve();
  #stopListening: () => void = () => undefined;

  constructor(deps: Deps, options: DispatcherOptions) {
    this.#deps = deps;
    this.#log = deps.log.child({ room: 'ejecuciones' });
    this.#options = options;
    this.#alarm = createAlarm(deps.clock, () => this.#passQuietly());
  }

  start(): void {
    this.#stopListening = this.#deps.pool.onHint((hint) => {
      // Threads write no log of their own: this is where each step of theirs is read.
      this.#log.debug({ ...hint }, 'paso de un robot');
      this.#deps.hub.changed({ entity: 'tramite', id: hint.tramite });
    });
    this.#passQuietly();
  }

  /** Passes never overlap: each begins when the one before has ended, well or badly. */
  pass(ordered = false): Promise<void> {
    const pass = this.#lastPass.then(() => this.#fill(ordered));
    this.#lastPass = pass.catch(() => undefined);
    return pass;
  }

  busy(): { used: number; total: number } {
    return { used: this.#running.size, total: this.#deps.pool.size };
  }

  async stop(graceMs: number, hurry?: AbortSignal): Promise<void> {
    this.#stopping.abort();
    this.#alarm.off();
    this.#deps.pool.askToStop();
    await this.#allEnded(graceMs, hurry);
    this.#firm.abort();
    await this.#allEnded(lastWordsMs);
    this.#abandoned.abort();
    this.#stopListening();
  }

  /** Waits until no slot works and no pass is under way, `ms` at most. */
  async #allEnded(ms: number, hurry?: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const all = Promise.all([this.#lastPass, ...this.#running.values()]).then(() => ended.abort());
    await Promise.race([all, this.#deps.clock.sleep(ms, hurry ? AbortSignal.any([ended.signal, hurry]) : ended.signal)]);
  }

  /** A pass nobody waits for. */
  #passQuietly(): void {
    if (this.#stopping.signal.aborted) return;
    this.pass().catch((error) => this.#log.error({ err: asError(error) }, 'no se han podido repartir trámites; se vuelve a intentar'));
  }

  async #fill(ordered: boolean): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    try {
      const { left } = await recoverOrphans(this.#deps, (slot) => this.#running.has(slot));
      if (holdOf(this.#deps.db, 'despachar', ordered) === null) await this.#giveWork();
      if (left > 0) this.#alarm.ringIn(tryAgainMs);
    } catch (error) {
      this.#alarm.ringIn(tryAgainMs);
      throw error;
    }
  }

  async #giveWork(): Promise<void> {
    const waiting = await this.#openAll();
    await askForA360(this.#deps, waiting);
    this.#setAlarm();
    await tellWaiting(this.#deps, waiting);
  }

  /**
   * Begins an attempt on each free slot, while there are trámites. Each is opened in a transaction of its own, so that one
   * that cannot be opened undoes no other. @throws what kept the last of them from being opened, when the rest has begun.
   */
  async #openAll(): Promise<readonly Waiting[]> {
    const { servable, waiting } = servePending(this.#deps, this.#options.forms);
    // What is under way ends; the cycle `vigilar` wakes this when there is room again.
    if (!diskGate(this.#deps).open) return waiting;
    const failures: unknown[] = [];
    for (const slot of this.#freeSlots()) {
      try {
        const attempt = await this.#deps.db.write(() => this.#open(slot, servable));
        if (!attempt) break;
        this.#begin(attempt);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures.at(-1);
    return waiting;
  }

  #open(slot: string, servable: ReadonlyMap<string, Servable>): OpenedAttempt | null {
    if (this.#stopping.signal.aborted) return null;
    return openNext(this.#deps.db, this.#deps.clock.now(), slot, servable);
  }

  /** Never more than there are threads, whatever an operator did to the rows meanwhile. */
  #freeSlots(): readonly string[] {
    const { db, pool } = this.#deps;
    const free = usableSlots(db, pool.size).filter((slot) => !this.#running.has(slot));
    return free.slice(0, Math.max(0, pool.size - this.#running.size));
  }

  #begin(attempt: OpenedAttempt): void {
    const work = this.#work(attempt)
      .catch((error) => this.#log.error({ err: asError(error), slot: attempt.slot }, 'un puesto ha dejado de trabajar'))
      .finally(() => {
        this.#running.delete(attempt.slot);
        // Something may have come while this slot still counted as taken.
        this.#passQuietly();
      });
    this.#running.set(attempt.slot, work);
  }

  /** One attempt after another on the same slot, until there is nothing to take. */
  async #work(first: OpenedAttempt): Promise<void> {
    for (let attempt: OpenedAttempt | null = first; attempt; ) attempt = await this.#attempt(attempt);
  }

  /** Answers the next one. Every line of the log meanwhile carries the attempt: a slot outlives the round that woke it. */
  #attempt(attempt: OpenedAttempt): Promise<OpenedAttempt | null> {
    const signals = { stopping: this.#stopping.signal, firm: this.#firm.signal };
    const { tramite, ejecucionId: ejecucion, slot } = attempt;
    this.#log.debug({ tramite: tramite.id, ejecucion, intento: tramite.attempt, puesto: slot }, 'empieza un intento');
    return withOwnTrace({ tramite: tramite.id, ejecucion }, async () => {
      this.#deps.hub.changed({ entity: 'tramite', id: tramite.id });
      return this.#turn(attempt, await runAttempt({ ...this.#deps, log: this.#log }, attempt, signals));
    });
  }

  /**
   * Closes an attempt and takes the next one, patiently: an outcome is written down however long the database is held.
   * A close that failed together with a take is repeated alone, so that no trámite keeps another from being closed.
   */
  async #turn(attempt: OpenedAttempt, ending: Ending): Promise<OpenedAttempt | null> {
    for (let alone = false; !this.#abandoned.signal.aborted; alone = true) {
      try {
        const { decision, next } = await this.#closeAndTake(attempt, ending, alone);
        if (decision === 'advanced') continue;
        this.#tell(attempt, decision);
        return next;
      } catch (error) {
        this.#log.error({ err: asError(error), tramite: attempt.tramite.id }, 'no se ha podido cerrar un intento; se vuelve a intentar');
        await this.#deps.clock.sleep(tryAgainMs, this.#abandoned.signal);
      }
    }
    return null;
  }

  async #closeAndTake(attempt: OpenedAttempt, ending: Ending, alone: boolean): Promise<Turn> {
    const { db, clock } = this.#deps;
    const key: AttemptKey = { ejecucionId: attempt.ejecucionId, tramiteId: attempt.tramite.id, attempt: attempt.tramite.attempt };
    const reached = await howFar(this.#deps, key);
    const pathOf = (capture: string) => this.#deps.evidence.locate(key.tramiteId, key.attempt, capture);
    return db.write(() => {
      const decision = closeAttempt(db, clock.now(), { key, ending, reached, pathOf, retry: this.#retryPolicy() });
      return { decision, next: decision === 'advanced' || alone ? null : this.#takeFor(attempt.slot) };
    });
  }

  #takeFor(slot: string): OpenedAttempt | null {
    const { db, pool, clock } = this.#deps;
    if (this.#stopping.signal.aborted || holdOf(db, 'despachar', false) !== null) return null;
    if (!usableSlots(db, pool.size).includes(slot) || !diskGate(this.#deps).open) return null;
    return openNext(db, clock.now(), slot, servePending(this.#deps, this.#options.forms).servable);
  }

  #retryPolicy(): RetryPolicy {
    const { REINTENTOS_MAX: max, REINTENTO_BASE_SEG: baseSeconds } = readLiveSettings(this.#deps.db, this.#deps.config);
    return { max, baseSeconds, random: this.#options.random ?? Math.random };
  }

  #tell(attempt: OpenedAttempt, decision: Decision | 'already_closed'): void {
    this.#setAlarm();
    this.#deps.hub.changed({ entity: 'tramite', id: attempt.tramite.id });
    if (decision === 'already_closed') return;
    const code = 'code' in decision ? { code: decision.code } : {};
    this.#log.info({ tramite: attempt.tramite.id, intento: attempt.tramite.attempt, fin: decision.verb, ...code }, 'intento terminado');
  }

  /** The one timer: the next instant at which a waiting trámite comes due. */
  #setAlarm(): void {
    if (this.#stopping.signal.aborted) return;
    const { db, clock } = this.#deps;
    const due = comesDueAt(db, isoNow(clock));
    if (due) this.#alarm.ringIn(due.getTime() - clock.now().getTime());
    else this.#alarm.off();
  }
}
