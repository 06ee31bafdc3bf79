import type { Page } from 'playwright-core';
import type { TaskFile } from './messages.ts';

/**
 * A robot is a folder under workers/robots: form.ts (pure, also read by the main thread), robot.ts (the steps) and
 * selectors.ts. This is the half the main thread needs, without a browser.
 */
export type RobotForm = {
  readonly robot: string;
  /** Where it begins when neither `url_directa` nor `url_inicio` of the organismo serve. */
  readonly defaultStart: string;
  /** The portal's own origins; `parametros.origenes` of the robot's row replaces them (demo, test portals). */
  readonly defaultOrigins: readonly string[];
  /** Names of the steps in order. */
  readonly steps: readonly string[];
  /** Settings its row must carry before it can work; a Spanish sentence per missing or wrong one. */
  checkParameters(parametros: Readonly<Record<string, unknown>>): readonly string[];
  /**
   * Payload → validated fields, or every problem with it. Pure.
   * `code` is the trámite's error_code (Spanish slug) of the first problem.
   */
  fill(payload: Readonly<Record<string, unknown>>, parametros: Readonly<Record<string, unknown>>): FilledForm;
  /** What the downloaded files must meet; a Spanish sentence per problem. Pure. */
  checkFiles(files: readonly Pick<TaskFile, 'name' | 'bytes'>[]): readonly string[];
};

export type FilledForm =
  | { readonly ok: true; readonly fields: unknown; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly code: string; readonly problems: readonly string[] };

/** What a step works with. `page` is the current page; a step that follows a popup replaces it. */
export type StepContext<Fields> = {
  page: Page;
  readonly fields: Fields;
  readonly files: readonly TaskFile[];
  readonly startUrl: string;
  readonly expediente: string;
  /** Absolute, exists; nothing in it may be overwritten. */
  readonly evidenceFolder: string;
  /** Adds a sentence to the step's row. */
  note(sentence: string): void;
};

/** One named step of a robot; `run` waits for states, never for time. */
export type Step<Fields> = {
  readonly name: string;
  /** Seconds until the step is given up; default 30. */
  readonly deadlineSeconds?: number;
  run(context: StepContext<Fields>): Promise<void>;
};

/** The half the worker thread needs. `Fields` is what its form.ts fills. */
export type Robot<Fields> = {
  /** From the first page to the summary: everything that can be undone by closing the browser. */
  readonly steps: readonly Step<Fields>[];
  readonly submission: Submission<Fields>;
};

/** The part that cannot be undone. Only the guard of steps.ts calls it, in this order. */
export type Submission<Fields> = {
  /** The step with the one irreversible click. */
  readonly send: {
    readonly name: string;
    readonly deadlineSeconds?: number;
    /** Throws while the button cannot be pressed; presses nothing. */
    ready(context: StepContext<Fields>): Promise<void>;
    /** Exactly one click. Waits for nothing. */
    click(context: StepContext<Fields>): Promise<void>;
  };
  /** The step that brings the receipt home. */
  readonly receipt: {
    readonly name: string;
    readonly deadlineSeconds?: number;
    /** The receipt's bytes, fetched by request in the page's session. Throws RobotFailure when none comes. */
    fetch(context: StepContext<Fields>): Promise<Buffer>;
    /** Register number and instant in the receipt's text, as printed; null when they are not there. Pure. */
    read(text: string): { readonly numero: string; readonly fecha: string } | null;
  };
};
