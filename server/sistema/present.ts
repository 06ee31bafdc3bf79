import type { Deps } from '#server/deps.ts';
import type { Format } from '#server/lib/format.ts';
import { troubleOf } from '#server/lib/log.ts';
import type { Tag } from '#server/lib/tag.ts';
import { ignoredSettings, readLiveSettings } from './ajustes.ts';
import type { ArranqueRow } from './arranques.ts';
import type { Door } from './doors.ts';
import { logFolder } from './log-files.ts';
import type { CycleState, Pauses } from './present-cycles.ts';
import { restartsTitle } from './rules.ts';
import { cycleWord } from './words.ts';

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

/** One line of a report. */
export const doorLine = ({ name, state, detail }: Door): string => `${name.padEnd(22)}${state.padEnd(10)}${detail}`;

/** What the page judges: what was asked just now, and what is known of the rest. */
export type Found = {
  readonly doors: readonly Door[];
  readonly cycles: readonly CycleState[];
  readonly pauses: Pauses;
  readonly resting: { readonly until: string; readonly deaths: number } | null;
};

/** What of all this does not work and what to do about it, the first thing the page says; what people hold comes after it. */
export const judgeSystem = ({ doors, cycles, pauses, resting }: Found, format: Format) => {
  const rests = resting === null ? [] : [restingSentence(resting, format)];
  const shut = doors.filter((door) => door.state === 'mal');
  const wrong = [...rests, ...shut.map(({ name, detail }) => `No se abre ${name}: ${detail}`), ...failingSentences(cycles, shut)];
  const held = [
    ...(pauses.house ? ['Está en mantenimiento: no empieza nada nuevo.'] : []),
    ...[...pauses.cycles.keys()].map((name) => `En pausa: ${cycleWord(name)}.`),
    ...doors.filter((door) => door.state === 'preparando').map((door) => door.detail),
  ];
  const [title, ...rest] = [...wrong, ...held];
  if (title === undefined) return { tone: 'bien', icon: 'hecho', title: 'Todo lo configurado funciona', findings: [] };
  const findings = rest.map((sentence) => ({ sentence }));
  return wrong.length > 0 ? { tone: 'mal', icon: 'fallo', title, findings } : { tone: 'ojo', icon: 'quieto', title, findings };
};

/** Cycles that fail by the same are told together; what a door says already is not said again. */
const failingSentences = (cycles: readonly CycleState[], shut: readonly Door[]): string[] => {
  const failing = cycles.flatMap(({ name, lastError }) =>
    lastError ? [{ word: `«${cycleWord(name)}»`, message: lastError.message }] : [],
  );
  return [...Map.groupBy(failing, ({ message }) => message)].map(([message, some]) => {
    const who = `${some.length === 1 ? 'Falla' : 'Fallan'} ${new Intl.ListFormat('es').format(some.map(({ word }) => word))}`;
    const door = shut.find(({ detail }) => detail.includes(message));
    return door ? `${who} porque no se abre ${door.name}.` : `${who}: ${message}`;
  });
};

const restingSentence = ({ until, deaths }: { readonly until: string; readonly deaths: number }, format: Format): string =>
  `${restartsTitle(deaths)}: no trabaja hasta el ${format.instant(until).text}. Mire los últimos arranques y los registros.`;

/** A start and how it ended; the newest is the present one. */
export const presentArranques = (rows: readonly ArranqueRow[], format: Format) =>
  rows.map((row, index) => ({
    at: format.instant(row.at),
    version: row.version,
    ended: format.instant(row.terminado_at),
    state: endOf(row, index === 0),
    motivo: row.motivo ?? '',
  }));

const endOf = ({ terminado_at, motivo }: ArranqueRow, isPresent: boolean): Tag => {
  if (terminado_at !== null) return { word: 'Paró en orden', icon: 'hecho', tone: 'nada' };
  if (isPresent && motivo === null) return { word: 'En marcha', icon: 'marcha', tone: 'vivo' };
  return { word: 'Se cortó', icon: 'fallo', tone: 'mal' };
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
export const presentLogs = (
  deps: Pick<Deps, 'db' | 'config' | 'log'>,
  refused: { readonly nivel: string; readonly reason: string } | null,
) => {
  const now = readLiveSettings(deps.db, deps.config).LOG_NIVEL;
  return {
    folder: logFolder(deps.config),
    keep: deps.config.LOG_BACKUP_COUNT,
    trouble: troubleOf(deps.log),
    now,
    reason: refused?.reason ?? '',
    levels: levels.map(([name, words]) => ({ name, words, chosen: name === now })),
  };
};
