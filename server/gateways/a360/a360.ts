import { CerebroError } from '#server/lib/errors.ts';

/** A task bot of the public workspace. */
export type Bot = { readonly id: string; readonly name: string; readonly path: string; readonly description: string };

/** A machine with a bot agent. `users` = those whose default device it is, in A360's order. */
export type Device = {
  readonly id: string;
  readonly hostName: string;
  readonly connected: boolean;
  readonly users: readonly { readonly id: string; readonly name: string }[];
};

export type A360User = { readonly id: string; readonly name: string; readonly licences: readonly string[]; readonly disabled: boolean };

/** What goes into a variable of a bot; the value stands under the name of its type, as A360 wants it. */
export type BotValue =
  | { readonly type: 'STRING'; readonly string: string }
  | { readonly type: 'NUMBER'; readonly number: string }
  | { readonly type: 'BOOLEAN'; readonly boolean: boolean }
  | { readonly type: 'LIST'; readonly list: readonly BotValue[] }
  | { readonly type: 'DICTIONARY'; readonly dictionary: readonly { readonly key: string; readonly value: BotValue }[] }
  | { readonly type: 'DATETIME'; readonly string: string };
export type BotInput = Readonly<Record<string, BotValue>>;

export type DeployOrder = {
  readonly fileId: string;
  readonly userId: string;
  readonly callback: { readonly url: string; readonly headers: Readonly<Record<string, string>> } | null;
  readonly botInput: BotInput;
};

/** A360's words for how a run is. */
export const a360States = [
  ...(['DEPLOYED', 'QUEUED', 'PENDING_EXECUTION', 'UPDATE', 'RUNNING', 'RUN_PAUSED'] as const),
  ...(['COMPLETED', 'RUN_COMPLETED', 'RUN_FAILED', 'RUN_ABORTED', 'RUN_TIMED_OUT', 'DEPLOY_FAILED', 'UNKNOWN'] as const),
] as const;

/** One row of A360's activity. `id` is what its orders need, never the deploymentId. */
export type Activity = {
  readonly id: string;
  readonly deploymentId: string;
  /** As A360 writes it: may be a word nobody knows. */
  readonly status: string;
  /** ISO with `Z`, milliseconds at most; null = none (A360 writes 1970). */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly fileId: string | null;
  readonly deviceId: string | null;
  readonly userId: string | null;
  readonly message: string;
  readonly output: Readonly<Record<string, unknown>> | null;
};

export type ActivityQuery =
  /** Every run that has not ended. They end while they are listed: who misses one asks for it by its deployment. */
  | { readonly active: true }
  | { readonly deploymentIds: readonly string[] }
  /** Runs of a bot by a user that began since; ended ones too. */
  | { readonly fileId: string; readonly userId: string; readonly since: string }
  /** The same of several bots and users in one question. */
  | { readonly launches: readonly Launch[]; readonly since: string };

export type Launch = { readonly fileId: string; readonly userId: string };

/**
 * What a failure of A360 means for who called (SAM.md 2, table of errors):
 * - `credenciales`: rejected at the login itself; `permiso`: 403; `red`: nobody knows whether it was done; `servidor`: 5xx;
 *   `ritmo`: 429, `retryAfterMs` says how long to wait.
 * - of a deploy: `equipo_ocupado` (400/412 offline, busy: try again), `equipo_config` (no default device), `usuario`
 *   (deleted or disabled), `robot` (no compatible targets), `config` (anything else A360 refuses for good).
 * - `respuesta`: it answered something that cannot be understood.
 */
export type A360Failure =
  | 'credenciales'
  | 'permiso'
  | 'red'
  | 'servidor'
  | 'ritmo'
  | 'equipo_ocupado'
  | 'equipo_config'
  | 'usuario'
  | 'robot'
  | 'config'
  | 'respuesta';

export class A360Error extends CerebroError {
  readonly failure: A360Failure;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly retryAfterMs: number | null;
  /** What was asked may have been carried out all the same (`red`, mostly, and `servidor`): never ask again without looking first. */
  readonly maybeDone: boolean;

  constructor(
    failure: A360Failure,
    sentence: string,
    rest: {
      readonly status?: number | null;
      readonly retryAfterMs?: number | null;
      readonly maybeDone?: boolean;
      readonly cause?: unknown;
    } = {},
  ) {
    super(`a360_${failure}`, sentence, {
      ...(rest.cause === undefined ? {} : { cause: rest.cause }),
      transient: ['red', 'servidor', 'ritmo', 'equipo_ocupado'].includes(failure),
    });
    this.failure = failure;
    this.status = rest.status ?? null;
    this.retryAfterMs = rest.retryAfterMs ?? null;
    this.maybeDone = rest.maybeDone ?? failure === 'red';
  }
}

/** The door to the Control Room. Listings are whole or they fail: a page that does not come fails the listing. @throws A360Error */
export type ControlRoom = {
  /** Its address, for pages. */
  readonly shownAs: string;
  bots(signal?: AbortSignal): Promise<readonly Bot[]>;
  /** Connected or not. */
  devices(signal?: AbortSignal): Promise<readonly Device[]>;
  /** @throws A360Error `permiso` where the account may not list users. */
  users(signal?: AbortSignal): Promise<readonly A360User[]>;
  /**
   * Asks for one run, once. @throws A360Error: `red` when nobody knows whether it took effect (also a 200 without deploymentId):
   * it is never repeated blindly.
   */
  deploy(order: DeployOrder, signal?: AbortSignal): Promise<{ readonly deploymentId: string }>;
  activity(query: ActivityQuery, signal?: AbortSignal): Promise<readonly Activity[]>;
  /** Asks those activities (their `id`) to stop. Answers those A360 would not stop, with its reason. */
  stop(activityIds: readonly string[], signal?: AbortSignal): Promise<readonly { readonly id: string; readonly reason: string }[]>;
  /** A cheap authenticated call: it answers, with these credentials. */
  check(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

/** Why the gateway before our callback gives no permission. `denied`: it rejects who we are (OAuth 2 says so with 400 or 401). `reason` goes on «la pasarela …». */
export type GatewayFailure = { readonly reason: string; readonly denied: boolean };
