import type { Deps } from '#server/deps.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import { type Setting, type SettingKey, settings } from '#server/settings.ts';
import type { Web } from '#server/web.ts';
import { readLiveSettings } from './ajustes.ts';
import type { Door } from './doors.ts';

const doorTags: Readonly<Record<Door['state'], Tag>> = {
  bien: { word: 'Abierta', icon: 'hecho', tone: 'bien' },
  mal: { word: 'Cerrada', icon: 'fallo', tone: 'mal' },
  preparando: { word: 'Preparándose', icon: 'reloj', tone: 'espera' },
  apagada: { word: 'Apagada', icon: 'apagado', tone: 'nada' },
};

export const presentDoor = (door: Door): { name: string; detail: string; state: Tag } => ({
  name: door.name,
  detail: door.detail,
  state: doorTags[door.state],
});

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

export type SettingView = { readonly key: string; readonly meaning: string; readonly value: string };

/** Every setting with the value that holds now; secrets only say whether they are there. */
export const presentSettings = (deps: Pick<Deps, 'db' | 'config'>): SettingView[] => {
  const values = { ...deps.config, ...readLiveSettings(deps.db, deps.config) };
  return (Object.entries(settings) as [SettingKey, Setting][]).map(([key, setting]) => ({
    key,
    meaning: setting.meaning,
    value: shownValue(values[key], setting),
  }));
};

const shownValue = (value: unknown, setting: Setting): string => {
  if (value === undefined || value === '') return 'sin configurar';
  if (setting.secret) return '(oculto)';
  return typeof value === 'boolean' ? (value ? 'sí' : 'no') : String(value);
};
