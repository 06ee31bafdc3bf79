import type { Holder } from './holdings.ts';
import type { Negativa } from './model.ts';
import { equipos, lower, plural, sizing, span } from './say.ts';

/** Why it does not get what its tickets ask for, or does not give back what they do not; null = it has what it needs. */
export const refusalOf = ({ robot, load, useful, held, goal, size }: Holder): Negativa | null => {
  if (robot.noApto !== null) return load.tickets > 0 ? 'no_apto' : null;
  if (load.saber === 'desconocida') return 'carga_desconocida';
  if (useful < goal) return held >= size.max ? 'tope' : 'sin_equipos';
  if (useful < size.need) return 'enfriamiento_alza';
  if (useful > size.need) return load.saber === 'antigua' ? 'carga_antigua' : 'enfriamiento_baja';
  return size.wanted > size.need ? 'tope' : null;
};

type Say = (holder: Holder, now: number) => string;

const sayings: Readonly<Record<Negativa, Say>> = {
  no_apto: ({ robot, load }) =>
    `Tiene ${plural(load.tickets, 'ticket')}, pero no puede tener equipos prestados: ${lower(robot.noApto ?? '')}.`,
  carga_desconocida: ({ useful }) =>
    `No se sabe cuántos tickets tiene, porque una fuente no responde o los cuenta con un nombre que es de varios robots: ni gana ni pierde equipos (tiene ${useful}).`,
  carga_antigua: (holder) =>
    `${sizing(holder)} y tiene ${holder.useful}, pero una fuente no responde y el dato es antiguo: no devuelve ninguno hasta que responda.`,
  sin_equipos: (holder) => `${sizing(holder)} y tiene ${holder.useful}: no hay más equipos libres que pueda usar.`,
  tope: (holder) => (holder.held > holder.useful && holder.useful < holder.goal ? fullOfDraining(holder) : atMax(holder)),
  enfriamiento_alza: (holder, now) =>
    `${sizing(holder)} y tiene ${holder.useful}, ${coolingSince(holder)}: no recibe más hasta dentro de ${span((holder.cooling?.until ?? now) - now)} o hasta que llegue a ${plural(holder.cooling?.growsFrom ?? 0, 'ticket')}.`,
  enfriamiento_baja: (holder, now) =>
    `${sizing(holder)} y tiene ${holder.useful}, ${coolingSince(holder)}: no devuelve ninguno hasta dentro de ${span((holder.cooling?.until ?? now) - now)} o hasta que baje a ${plural(holder.cooling?.shrinksFrom ?? 0, 'ticket')}.`,
};

const coolingSince = ({ cooling }: Holder): string => `pero cambió hace poco, con ${plural(cooling?.tickets ?? 0, 'ticket')}`;

const atMax = ({ load, size, useful }: Holder): string =>
  `Tiene ${plural(load.tickets, 'ticket')} a ${size.ratio} por equipo, que piden ${size.wanted}, pero su máximo es ${size.max} y tiene ${useful}.`;

const fullOfDraining = (holder: Holder): string =>
  `${sizing(holder)} y tiene ${holder.useful}, más ${equipos(holder.held - holder.useful)} en retirada: con eso llega a su máximo.`;

/** The refusal as a sentence. `now` in ms. */
export const reasonOf = (holder: Holder, negativa: Negativa, now: number): string => sayings[negativa](holder, now);
