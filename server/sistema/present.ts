import type { Deps } from '#server/deps.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { Web } from '#server/web.ts';
import { ignoredSettings, readLiveSettings } from './ajustes.ts';
import type { Door } from './doors.ts';
import { logFolder } from './log-files.ts';

const doorTags: Readonly<Record<Door['state'], Tag>> = {
  bien: { word: 'Abierta', icon: 'hecho', tone: 'bien' },
  mal: { word: 'Cerrada', icon: 'fallo', tone: 'mal' },
  apagada: { word: 'Apagada', icon: 'apagado', tone: 'nada' },
};

export const presentDoor = (door: Door): { name: string; detail: string; state: Tag } => ({
  name: door.name,
  detail: door.detail,
  state: doorTags[door.state],
});

/** One line of a report. */
export const doorLine = ({ name, state, detail }: Door): string => `${name.padEnd(22)}${state.padEnd(10)}${detail}`;

/** What of all this does not work, the first thing the page says. */
export const judgeSystem = (doors: readonly Door[], cycles: readonly CycleState[]) => {
  const shut = doors.filter((door) => door.state === 'mal').map((door) => `No se abre ${door.name}: ${door.detail}`);
  const failing = cycles.filter((cycle) => cycle.lastError).map((cycle) => `El ciclo ${cycle.name} falló: ${cycle.lastError?.message}`);
  const [title, ...rest] = [...shut, ...failing];
  if (title === undefined) return { tone: 'bien', icon: 'hecho', title: 'Todo lo configurado funciona', findings: [] };
  return { tone: 'mal', icon: 'fallo', title, findings: rest.map((sentence) => ({ sentence })) };
};

type CycleState = ReturnType<Web['scheduler']['state']>[number];

export type CycleView = {
  readonly name: string;
  readonly state: Tag;
  readonly last: Instant | null;
  readonly next: Instant | null;
  readonly error: string;
};

export const presentCycle = (cycle: CycleState, format: Format): CycleView => ({
  name: cycle.name,
  state: stateOf(cycle),
  last: format.instant(cycle.lastEndedAt),
  next: format.instant(cycle.nextAt),
  error: cycle.lastError?.message ?? '',
});

const stateOf = (cycle: CycleState): Tag => {
  if (cycle.running) return { word: 'En marcha', icon: 'marcha', tone: 'vivo' };
  if (cycle.lastError) return { word: 'Falló', icon: 'fallo', tone: 'mal' };
  if (cycle.lastEndedAt === null) return { word: 'Sin empezar', icon: 'reloj', tone: 'nada' };
  return { word: 'Terminó bien', icon: 'hecho', tone: 'bien' };
};

/** What is wrong with what was configured, and does no harm: each a sentence. */
export const presentSettings = (deps: Pick<Deps, 'db' | 'config'>): string[] => {
  const ignored = ignoredSettings(deps.db).map(({ clave }) => clave);
  const { leftOver } = deps.config.provenance;
  return [
    ...(ignored.length === 0
      ? []
      : [
          `${counted(ignored.length, 'valor de la tabla ajustes no se usa', 'valores de la tabla ajustes no se usan')}: ${ignored.join(', ')}.`,
        ]),
    ...leftOver.map(({ name, why }) => `${name} ${why}`),
  ];
};

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** From the most to the least, as a person chooses among them. */
const levels = [
  ['debug', 'todo, también cada paso y cada llamada'],
  ['info', 'lo que pasa'],
  ['warn', 'lo que no va bien'],
  ['error', 'lo que falla'],
  ['silent', 'nada'],
] as const;

/** Where the logs are and how detailed; `refused` = what was asked for and why not. */
export const presentLogs = (deps: Pick<Deps, 'db' | 'config'>, refused: { readonly nivel: string; readonly reason: string } | null) => {
  const now = readLiveSettings(deps.db, deps.config).NIVEL_LOG;
  return {
    folder: logFolder(deps.config),
    keep: deps.config.LOG_BACKUP_COUNT,
    now,
    reason: refused?.reason ?? '',
    levels: levels.map(([name, words]) => ({ name, words, chosen: name === now })),
  };
};
