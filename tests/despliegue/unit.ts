import { readFileSync } from 'node:fs';

/** What this proof takes from the systemd unit, its folders moved to where the proof lives. */
export type Unit = {
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly killSignal: NodeJS.Signals;
  readonly stopSeconds: number;
};

/** Folders of the unit and the ones that stand for them here. */
export type Moves = Readonly<Record<string, string>>;

/** Reads the unit as systemd would, as far as it can be followed without systemd. @throws when it says something else than expected. */
export const readUnit = (file: string, moves: Moves): Unit => {
  const service = serviceOf(readFileSync(file, 'utf8'));
  const one = (key: string): string => {
    const [value, ...others] = service.filter(([name]) => name === key).map(([, given]) => given);
    if (value === undefined || others.length > 0) throw new Error(`${file}: ${key}= should stand there once`);
    return moved(value, moves);
  };
  const pairs = service.filter(([name]) => name === 'Environment').map(([, given]) => moved(given, moves));
  return {
    command: one('ExecStart').split(' '),
    workingDirectory: one('WorkingDirectory'),
    environment: Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])),
    killSignal: one('KillSignal') as NodeJS.Signals,
    stopSeconds: Number(one('TimeoutStopSec')),
  };
};

const serviceOf = (text: string): readonly (readonly [string, string])[] => {
  const section = /^\[Service\]$([\s\S]*?)(?=^\[|$(?![\s\S]))/m.exec(text)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => /^[A-Z]\w*=/.test(line))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const);
};

const moved = (value: string, moves: Moves): string => Object.entries(moves).reduce((text, [from, to]) => text.replaceAll(from, to), value);
