import type { Change } from './actions.ts';
import type { Holder, Leaving, Machine } from './holdings.ts';
import { equipos, lower, names, sizing } from './say.ts';

/** Why that change was made, with its figures, as a Spanish sentence. */
export const justify = (change: Change): string => {
  const { accion, holder, machines } = change;
  if (accion === 'ASIGNAR_DEMANDA_POOL') return `${sizing(holder)} y tenía ${holder.before}.${taken(machines)}${short(holder)}`;
  if (accion === 'ASIGNAR_DESBORDE_GLOBAL')
    return `${sizing(holder)} y tenía ${holder.before}. En su pool no quedaban más: ${machines.length} del General.${taken(machines)}${short(holder)}`;
  if (accion === 'CANCELAR_DRENAJE') return `${sizing(holder)}: se queda con ${equipos(machines.length)} que iba a devolver.`;
  const leaving = reasonsOf(machines, holder);
  return accion === 'DRENAR' ? `${leaving} ${working(machines.length)}` : leaving;
};

const short = ({ useful, goal }: Holder): string => (useful < goal ? ` Se queda con ${useful}: no hay más libres.` : '');

/** How many of them were taken from others. */
const taken = (machines: readonly Machine[]): string => {
  let count = 0;
  for (const { leaving } of machines) if (leaving?.why === 'desalojo') count++;
  return count === 0 ? '' : ` ${count} de robots menos importantes.`;
};

const working = (count: number): string =>
  count === 1 ? 'Está trabajando: se devuelve cuando termine.' : `Los ${count} están trabajando: se devuelven cuando terminen.`;

/** One sentence per kind of reason, as an equipo may go for its own fault and another because there are too many. */
const reasonsOf = (machines: readonly Machine[], holder: Holder): string => {
  const first = machines[0]?.leaving?.why ?? 'excedente';
  if (machines.every(({ leaving }) => leaving?.why === first)) return sayings[first](holder, machines);
  return [...Map.groupBy(machines, ({ leaving }) => leaving?.why ?? first)].map(([why, some]) => sayings[why](holder, some)).join(' ');
};

type Say = (holder: Holder, machines: readonly Machine[]) => string;

const sayings: Readonly<Record<Leaving['why'], Say>> = {
  robot: ({ robot }, { length }) => `No puede tener equipos prestados (${lower(robot.noApto ?? '')}): devuelve ${length}.`,
  sin_carga: (_, { length }) => `No tiene tickets: devuelve ${equipos(length)}.`,
  equipo: (_, machines) => `${machines.length === 1 ? 'Ya no se puede prestar' : 'Ya no se pueden prestar'} ${faults(machines)}.`,
  excedente: (holder) => `${sizing(holder)} y tenía ${holder.before}.`,
  terminado: (_, { length }) =>
    length === 1
      ? 'Ha terminado lo que hacía y ya estaba decidido devolverlo.'
      : `${length} han terminado lo que hacían y ya estaba decidido devolverlos.`,
  desalojo: (holder, machines) => `Los necesita ${winners(machines)}: se queda con ${holder.useful}, y su mínimo es ${holder.size.min}.`,
};

/** «12 y 15 (en mantenimiento), 20 (sin licencia)». */
const faults = (machines: readonly Machine[]): string =>
  [...Map.groupBy(machines, ({ leaving }) => lower(leaving?.motivo ?? ''))]
    .map(([motivo, some]) => `${names(some.map(({ equipo }) => equipo.equipoId))} (${motivo})`)
    .join(', ');

const winners = (machines: readonly Machine[]): string => {
  const all = new Set<string>();
  for (const { leaving } of machines) if (leaving?.winner) all.add(`${leaving.winner.robot.robot} (prioridad ${leaving.winner.priority})`);
  return names([...all]);
};
