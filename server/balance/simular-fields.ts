import type { Edits, RobotEdit } from './edits.ts';
import type { BalanceRobot, BalanceSettings } from './model.ts';

/** Numbers that may be tried on a robot, and their least and most. */
export const tryable = {
  tickets: [0, 1_000_000],
  min: [0, 99],
  max: [-1, 100],
  ratio: [1, 100_000],
  prioridad: [1, 100],
} as const;
export type Tryable = keyof typeof tryable;

export const tryables = Object.keys(tryable) as Tryable[];

/** Name of the field of one number of one robot. */
export const fieldName = (what: Tryable, robotId: string): string => `${what}.${robotId}`;

/** What holds now, as the field shows it; '' = the ratio of the settings, or tickets nobody knows. */
export const presentText = (what: Tryable, robot: BalanceRobot, tickets: number | null): string => {
  const value = what === 'tickets' ? tickets : robot[what];
  return value === null ? '' : String(value);
};

export type Asked = {
  readonly edits: Edits;
  /** By the name of the field. */
  readonly problems: Readonly<Record<string, string>>;
};

const flags = { aislamiento: 'aislamiento', preemption: 'preemption' } as const;

/**
 * The numbers of the address: those that are not what holds already. A field left empty is as it is.
 * @param text what the address says of that field; '' when it says nothing
 */
export const readEdits = (
  text: (name: string) => string,
  robots: readonly BalanceRobot[],
  ticketsOf: (robotId: string) => number | null,
): Asked => {
  const problems: Record<string, string> = {};
  const tried = new Map<string, RobotEdit>();
  for (const robot of robots) {
    const edit: Record<string, number> = {};
    for (const what of tryables) {
      const name = fieldName(what, robot.robotId);
      const typed = text(name);
      if (typed === '' || typed === presentText(what, robot, ticketsOf(robot.robotId))) continue;
      const read = readNumber(typed, tryable[what]);
      if (typeof read === 'string') problems[name] = read;
      else edit[what] = read;
    }
    if (Object.keys(edit).length > 0) tried.set(robot.robotId, edit);
  }
  const settings = settingsOf(text, problems);
  return { edits: { robots: tried, settings }, problems };
};

const settingsOf = (text: (name: string) => string, problems: Record<string, string>): Partial<BalanceSettings> => {
  const settings: { -readonly [name in keyof BalanceSettings]?: BalanceSettings[name] } = {};
  for (const flag of Object.values(flags)) {
    const typed = text(flag);
    if (['0', '1'].includes(typed)) settings[flag] = typed === '1';
    else if (typed !== '') problems[flag] = 'Debe ser 0 o 1.';
  }
  const cooling = text('enfriamiento');
  if (cooling === '0') settings.enfriamientoMs = 0;
  else if (!['', '1'].includes(cooling)) problems.enfriamiento = 'Debe ser 0 o 1.';
  return settings;
};

const readNumber = (typed: string, [least, most]: readonly [number, number]): number | string => {
  const number = /^-?\d{1,9}$/.test(typed) ? Number(typed) : Number.NaN;
  return number >= least && number <= most ? number : `Entre ${least} y ${most}.`;
};
