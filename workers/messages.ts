import type { MessagePort } from 'node:worker_threads';

/**
 * What crosses the wall between the main thread and a worker thread. Nothing else does: a worker knows the world only
 * through its task, the guard's port and journal.ts.
 */
export type TramiteTask = {
  readonly tramiteId: number;
  readonly ejecucionId: string;
  readonly attempt: number;
  readonly resourceId: string;
  readonly expediente: string;
  /** Folder under workers/robots. */
  readonly robot: string;
  /** The robot's validated form fields (its form.ts made them). */
  readonly fields: unknown;
  readonly files: readonly TaskFile[];
  readonly startUrl: string;
  /** The only origins this robot's browser may reach. */
  readonly origins: readonly string[];
  /** false = stop before the submission and report `awaiting`. */
  readonly submit: boolean;
  /** Absolute, exists; captures and the receipt are written here. */
  readonly evidenceFolder: string;
  readonly databaseFile: string;
  readonly browser: BrowserChoice;
  readonly certificate?: { readonly pfxPath: string; readonly passphrase: string };
  /** For GuardQuestion / GuardAnswer and for `stop`. Transferred. */
  readonly port: MessagePort;
};

export type TaskFile = { readonly path: string; readonly name: string; readonly bytes: number; readonly sha256: string };

/** What `launch` of playwright-core is called with. */
export type BrowserChoice = {
  readonly executablePath?: string;
  readonly channel?: string;
  readonly headless: boolean;
  readonly args: readonly string[];
};

/** How an attempt ended, as the thread saw it. The main thread decides what becomes of the trámite. */
export type TramiteOutcome =
  | { readonly kind: 'submitted'; readonly result: FilingResult }
  | { readonly kind: 'awaiting' }
  /** Asked to stop before the submission began: nothing was sent. */
  | { readonly kind: 'stopped' }
  | {
      readonly kind: 'failed';
      /** Spanish slug. */
      readonly code: string;
      /** Spanish sentence for the operator. */
      readonly message: string;
      readonly transient: boolean;
      /** The submission had begun: nothing repeats by itself, a person decides. */
      readonly doubtful: boolean;
    };

/** What a filing leaves behind; stored in `ejecuciones.result` by the thread and in `tramite_queue.result` at the close. */
export type FilingResult = {
  /** Register number as printed on the receipt. */
  readonly numero: string;
  /** Register instant as printed on the receipt. */
  readonly fecha: string;
  /** File name inside the attempt's evidence folder. */
  readonly recibo: { readonly file: string; readonly bytes: number; readonly sha256: string };
};

/** Worker → main, before the one irreversible click: is the recurso still ours? */
export type GuardQuestion = { readonly type: 'still_ours' };
/** Main → worker. `unreachable`: the source could not be asked; the verified claim stands. */
export type GuardAnswer = { readonly type: 'still_ours'; readonly answer: 'ours' | 'foreign' | 'unreachable' | 'stop' };
/** Main → worker: finish politely; before the submission begins, stop at the next step. */
export type StopOrder = { readonly type: 'stop' };

/** Posted on the BroadcastChannel `cerebro` after each commit of the journal. A hint: SQLite is the truth. */
export type JournalHint = { readonly tramite: number; readonly ejecucion: string; readonly step: number; readonly fase?: string };
export const hintChannel = 'cerebro';
