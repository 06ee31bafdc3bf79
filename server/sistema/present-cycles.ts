import type { Format, Instant } from '#server/lib/format.ts';
import type { Question, Tag } from '#server/lib/tag.ts';
import { beginsWork, type Pause } from '#server/mantenimiento/rules.ts';
import { cycleWord } from './words.ts';

/** A cycle as the clock tells it. */
export type CycleState = {
  readonly name: string;
  readonly running: boolean;
  readonly lastEndedAt: string | null;
  readonly lastError: { readonly message: string } | null;
  readonly failingSince: string | null;
  readonly nextAt: string | null;
};

/** What holds the cycles: the whole house, or each by itself. */
export type Pauses = { readonly house: Pause | null; readonly cycles: ReadonlyMap<string, Pause> };

export type CycleView = {
  readonly name: string;
  readonly word: string;
  readonly state: Tag;
  /** Spanish: why it stands as it does; '' = nothing to say. */
  readonly notes: readonly string[];
  readonly last: Instant | null;
  readonly next: Instant | null;
  readonly paused: boolean;
  readonly mayRun: boolean;
  readonly may: boolean;
};

/** @param may whether who looks may order that cycle */
export const presentCycle = (cycle: CycleState, pauses: Pauses, may: boolean, format: Format): CycleView => {
  const pause = pauses.cycles.get(cycle.name) ?? null;
  const inMaintenance = pauses.house !== null && beginsWork(cycle.name);
  return {
    ...{ name: cycle.name, word: cycleWord(cycle.name), may, paused: pause !== null, mayRun: may && !inMaintenance },
    state: stateOf(cycle, pause !== null, inMaintenance),
    notes: [...(pause ? [pausedNote(pause, inMaintenance, format)] : []), ...failureNotes(cycle, format)],
    last: format.instant(cycle.lastEndedAt),
    next: pause || inMaintenance ? null : format.instant(cycle.nextAt),
  };
};

const stateOf = (cycle: CycleState, paused: boolean, inMaintenance: boolean): Tag => {
  if (cycle.running) return { word: 'En marcha', icon: 'marcha', tone: 'vivo' };
  if (paused) return { word: 'En pausa', icon: 'quieto', tone: 'ojo' };
  if (inMaintenance) return { word: 'En mantenimiento', icon: 'quieto', tone: 'ojo' };
  if (cycle.lastError) return { word: 'Falló', icon: 'fallo', tone: 'mal' };
  if (cycle.lastEndedAt === null) return { word: 'Sin empezar', icon: 'reloj', tone: 'nada' };
  return { word: 'Terminó bien', icon: 'hecho', tone: 'bien' };
};

const pausedNote = ({ usuario, desde, motivo }: Pause, inMaintenance: boolean, format: Format): string => {
  const since = desde === null ? '' : ` desde el ${format.instant(desde).text}`;
  const why = motivo.trim().replace(/\.$/, '');
  return `${usuario}${since}${why === '' ? '' : `: ${why}`}.${inMaintenance ? '' : ' A mano se puede ejecutar una vez.'}`;
};

const failureNotes = ({ lastError, failingSince }: CycleState, format: Format): string[] => {
  if (!lastError) return [];
  return [lastError.message, ...(failingSince === null ? [] : [`Falla desde el ${format.instant(failingSince).text}.`])];
};

/** Asks why a cycle is paused; `problem` = what was wrong with the reason given. */
export const pauseQuestion = (name: string, typed: { readonly value?: string; readonly problem?: string } = {}): Question => ({
  id: `pausar-${name}`,
  title: `Pausar «${cycleWord(name)}»`,
  effect: ['Deja de ir solo, también si se reinicia Cerebro, hasta que alguien lo reanude. La ronda que esté en marcha termina.'],
  action: `/sistema/ciclos/${name}/pausar`,
  button: 'Pausar',
  reason: { label: 'Por qué', ...typed },
});
