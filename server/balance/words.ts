import type { Format } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import type { Standing } from './look.ts';
import type { Accion } from './model.ts';

/** The page of a robot in the balance. */
export const balanceHref = (robotId: string): string => `/balance/${encodeURIComponent(robotId)}`;

/** What was done, by its effect on the robot. */
export const accionTags: Readonly<Record<Accion, Tag>> = {
  ASIGNAR_DEMANDA_POOL: { word: 'Recibe', icon: 'mas', tone: 'bien' },
  ASIGNAR_DESBORDE_GLOBAL: { word: 'Recibe del General', icon: 'mas', tone: 'bien' },
  DESASIGNAR_EXCEDENTE_POOL: { word: 'Devuelve lo que le sobra', icon: 'atras', tone: 'nada' },
  DESASIGNAR_ROBOT_NO_CANDIDATO: { word: 'Devuelve todos', icon: 'atras', tone: 'nada' },
  DESASIGNAR_EQUIPO_NO_APTO: { word: 'Pierde un equipo no apto', icon: 'quitar', tone: 'ojo' },
  DESALOJO_POR_PRIORIDAD_ESTRICTA: { word: 'Cede a otro más importante', icon: 'adelante', tone: 'ojo' },
  DRENAR: { word: 'Por retirar al acabar', icon: 'reloj', tone: 'espera' },
  CANCELAR_DRENAJE: { word: 'Se lo queda', icon: 'hecho', tone: 'vivo' },
  RECHAZO: { word: 'Se queda como está', icon: 'quieto', tone: 'ojo' },
};

/** One of another version is told by its name rather than lost. */
export const accionTag = (accion: string): Tag =>
  Object.hasOwn(accionTags, accion) ? accionTags[accion as Accion] : { word: accion, icon: 'duda', tone: 'nada' };

export const equiposWord = (n: number, format: Format): string => (n === 1 ? '1 equipo' : `${format.number(n)} equipos`);

export const ticketsWord = (n: number | null, format: Format): string => {
  if (n === null) return 'no se sabe';
  return n === 1 ? '1 ticket' : `${format.number(n)} tickets`;
};

/** How a robot stands at a glance. */
export const stateOf = ({ robot, verdict, liberando, espera }: Standing, format: Format): Tag => {
  const { tiene, tendra, tickets, necesita } = verdict;
  if (robot.noApto !== null) return { word: 'No puede recibir', icon: 'apagado', tone: (tickets ?? 0) > 0 ? 'ojo' : 'nada' };
  if (tickets === null) return { word: 'No se sabe', icon: 'duda', tone: 'ojo' };
  if (espera > 0 && tendra - tiene + liberando >= espera) return { word: `Recibe ${format.number(espera)}`, icon: 'marcha', tone: 'vivo' };
  if (espera > 0) return { word: `Espera ${format.number(espera)}`, icon: 'reloj', tone: 'ojo' };
  if (tiene > necesita) return { word: liberando > 0 || tendra < tiene ? 'Devuelve' : 'Conserva', icon: 'atras', tone: 'nada' };
  return { word: 'Tiene los suyos', icon: 'hecho', tone: 'bien' };
};

/** Why it gets no more, or what comes next: a sentence. */
export const becauseOf = ({ robot, verdict, espera }: Standing, format: Format): string => {
  const { porque, tiene, tendra, tickets, necesita } = verdict;
  if (porque !== null) return porque;
  if (tendra > tiene) return `El próximo reparto le da ${equiposWord(tendra - tiene, format)}.`;
  if (tendra < tiene) return `El próximo reparto le retira ${equiposWord(tiene - tendra, format)}.`;
  if (robot.noApto !== null) return robot.noApto;
  if (espera > 0) return 'El próximo reparto deja de retirarle los que necesita.';
  if (tiene > necesita) return 'Lo que le sobra se retira cuando acabe lo que corre en ello.';
  return (tickets ?? 0) > 0 ? 'Tiene los equipos que necesita.' : 'No tiene tickets.';
};

export const limitsWord = ({ min, max }: Standing['robot'], format: Format): string =>
  max < 0 ? `${format.number(min)} – sin tope` : `${format.number(min)} – ${format.number(max)}`;
