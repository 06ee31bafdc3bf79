/** A step of a run: A360's word for it, and for how long. `null` = until somebody ends the run. */
export type Step = { readonly status: string; readonly ms: number | null };

/** How a run goes: its steps one after the other, then its end. */
export type Plan = {
  readonly steps: readonly Step[];
  /** As the activity list says it; a callback says RUN_COMPLETED for COMPLETED. */
  readonly end: string;
  readonly message?: string;
  readonly output?: Readonly<Record<string, unknown>>;
  /** It files what it is given: it brings back a register number of its own, and of which expediente it is. */
  readonly files?: true;
  /** Its callback never comes, and nobody says why: as happens. */
  readonly silent?: true;
};

export const inputTypes = ['STRING', 'NUMBER', 'BOOLEAN', 'LIST', 'DICTIONARY', 'DATETIME'] as const;
export type InputType = (typeof inputTypes)[number];

export type SimulatedBot = {
  readonly id: string;
  name: string;
  path: string;
  description?: string;
  /** Its variables marked as input; not given = it takes any. */
  readonly inputs?: Readonly<Record<string, InputType>>;
  /** Its runs take them in turns; not given = the usual one. */
  plans?: readonly Plan[];
};

export type SimulatedDevice = {
  readonly id: string;
  hostName: string;
  connected: boolean;
  /** Ids of the users whose default device it is, in A360's order. */
  defaultUsers: readonly string[];
};

export type SimulatedUser = { readonly id: string; username: string; licences: readonly string[]; disabled: boolean };

/** Who may enter. */
export type Account = { readonly username: string; readonly apiKey: string; readonly password: string };

/** What a simulated Control Room holds. Read afresh at each request: a test may change it while it runs. */
export type Script = {
  account: Account;
  bots: SimulatedBot[];
  devices: SimulatedDevice[];
  users: SimulatedUser[];
  /** Of bots without plans of their own. */
  usualPlan: Plan;
  tokenMs: number;
  /** Rows of a page at most, whatever is asked. */
  maxPage: number;
  /** Seconds in Retry-After of a 429. */
  retryAfterSec: number;
  /** Times a callback nobody took is sent again: A360 does not. */
  callbackRetries: number;
};

/** A plan of one step. */
export const runs = (ms: number | null, end = 'COMPLETED', rest: Pick<Plan, 'message' | 'output' | 'silent'> = {}): Plan => ({
  steps: [{ status: 'RUNNING', ms }],
  end,
  ...rest,
});

/** The device a user's runs go to. */
export const defaultDeviceOf = (script: Script, userId: string): SimulatedDevice | undefined =>
  script.devices.find((device) => device.defaultUsers.includes(userId));

export const usualScript = {
  usualPlan: runs(5000),
  tokenMs: 20 * 60_000,
  maxPage: 1000,
  retryAfterSec: 5,
  callbackRetries: 0,
} as const satisfies Partial<Script>;
