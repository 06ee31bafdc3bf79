import type { Format } from '#server/lib/format.ts';
import { link, type Tag } from '#server/lib/tag.ts';
import { type ReadVariables, readVariables, valueTypes } from './bot-input.ts';
import type { Texts } from './fields.ts';
import type { Candidate, Machine } from './machines.ts';
import type { Robot, Suspension } from './queries.ts';
import { type InputRow, rowsOfBotInput } from './shapes.ts';

/** What a refused form of this page brings back: what was typed, and why it was refused. */
export type Typed = { readonly values: Texts; readonly reasons: Texts; readonly rows?: readonly InputRow[] };
export const untouched: Typed = { values: {}, reasons: {} };

/** What the page of a robot is made of. */
export type RobotParts = {
  readonly robot: Robot;
  readonly machines: readonly Machine[];
  readonly candidates: readonly Candidate[];
  readonly suspensions: readonly Suspension[];
  readonly programaciones: number;
  readonly pools: readonly { readonly pool_id: string; readonly nombre: string }[];
  readonly search: string;
};

const words: Readonly<Record<string, readonly [label: string, help: string]>> = {
  prioridad_balanceo: ['Prioridad', 'De 1 a 100: el número menor es más importante.'],
  min_equipos: ['Equipos como mínimo', 'De 1 a 99: los que se le guardan mientras tenga tickets.'],
  max_equipos: ['Equipos como máximo', 'Hasta 100; -1 = sin máximo.'],
  tickets_por_equipo_adicional: ['Tickets por cada equipo', 'De 1 a 100. Vacío: lo que diga la configuración general.'],
};

/** The form, and the lists around it. */
export const presentOne = (parts: RobotParts, typed: Typed, format: Format) => {
  const { robot } = parts;
  const values: Texts = { ...textsOf(robot), ...typed.values };
  const field = (name: string) => ({
    ...{ name, label: words[name]?.[0] ?? name, help: words[name]?.[1] ?? '', type: 'text', autocomplete: 'off' },
    value: values[name] ?? '',
    reason: typed.reasons[name] ?? '',
  });
  return {
    isA360: robot.kind === 'a360',
    fields: Object.keys(words).map(field),
    pool: { chosen: values.pool_id ?? '', reason: typed.reasons.pool_id ?? '', choices: parts.pools },
    activeReason: typed.reasons.activo ?? typed.reasons.es_online ?? '',
    input: presentInput(robot, values, typed),
    machines: parts.machines.map(presentMachine),
    candidates: parts.candidates.map((one) => ({ ...one, now: nowWords(one) })),
    search: parts.search,
    assignReason: typed.reasons.equipo_id ?? '',
    takeReason: typed.reasons.quitar ?? '',
    suspensions: parts.suspensions.map((one) => presentSuspension(one, format)),
    programaciones: {
      words: parts.programaciones === 1 ? '1 programación activa' : `${parts.programaciones} programaciones activas`,
      href: link('/programaciones', { robot: robot.robot_id }),
      make: link('/programaciones/nueva', { robot: robot.robot_id }),
    },
    refused: Object.keys(typed.reasons).length > 0,
    audit: link('/auditoria', { entidad: 'robot', id: robot.robot_id }),
  };
};

const textsOf = (robot: Robot): Texts => ({
  prioridad_balanceo: String(robot.prioridad_balanceo),
  min_equipos: String(robot.min_equipos),
  max_equipos: String(robot.max_equipos),
  tickets_por_equipo_adicional: robot.tickets_por_equipo_adicional === null ? '' : String(robot.tickets_por_equipo_adicional),
  pool_id: robot.pool_id ?? '',
  parametros: pretty(robot.parametros),
});

const pretty = (json: string | null): string => {
  try {
    return json === null ? '' : JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json ?? '';
  }
};

const spareRows = 3;
const blank: InputRow = { nombre: '', tipo: 'STRING', valor: '' };

/** The variables of a bot as rows, with some to spare, and as JSON; and what of them the launcher leaves out, with the reason. */
const presentInput = (robot: Robot, values: Texts, typed: Typed) => {
  const stored = readVariables(robot.kind === 'a360' ? robot.parametros : null);
  const known = typed.rows ?? rowsOfBotInput(stored.input);
  const rows = [...known, ...Array.from({ length: spareRows }, () => blank)];
  return {
    rows: rows.map((row, n) => ({
      ...row,
      n,
      reason: typed.reasons[`valor-${n}`] ?? '',
      lines: Math.min(6, row.valor.split('\n').length),
    })),
    types: valueTypes,
    json: values.parametros ?? '',
    jsonReason: typed.reasons.parametros ?? '',
    unreadable: leftOut(stored),
  };
};

const leftOut = ({ input, problems }: ReadVariables): string => {
  if (problems.length === 0) return '';
  const instead = input === null ? ' Se lanza con in_NumRepeticion.' : ' Se lanza sin eso.';
  return `De lo que hay guardado no se puede enviar a A360: ${problems.join(' ')}${instead}`;
};

const machineKinds: readonly (readonly [key: 'programado' | 'reservado' | 'dinamico', tag: Tag])[] = [
  ['programado', { word: 'Programado', icon: 'reloj', tone: 'vivo' }],
  ['reservado', { word: 'Reservado', icon: 'mano', tone: 'espera' }],
  ['dinamico', { word: 'Dinámico', icon: 'ciclos', tone: 'nada' }],
];

const presentMachine = (machine: Machine) => ({
  id: machine.equipo_id,
  equipo: machine.equipo ?? `${machine.equipo_id} (ya no existe)`,
  href: `/equipos/${encodeURIComponent(machine.equipo_id)}`,
  kinds: machineKinds.filter(([key]) => machine[key] === 1).map(([, tag]) => tag),
  by: machine.asignado_por,
  note: machine.activo_sam === 0 ? 'en mantenimiento' : machine.conectado === 0 ? 'desconectado' : '',
  /** What a programación assigned is taken away there. */
  removable: machine.reservado === 1 || machine.dinamico === 1,
});

const nowWords = ({ de, reservado }: Candidate): string => {
  if (de === null) return 'disponible';
  return reservado === 1 ? `reservado para ${de}` : `lo usa ${de}`;
};

const presentSuspension = (one: Suspension, format: Format) => ({
  where: one.equipo_id === null ? 'En todos los equipos' : (one.equipo ?? one.equipo_id),
  motivo: one.motivo,
  since: format.instant(one.desde),
  until: format.instant(one.hasta),
});
