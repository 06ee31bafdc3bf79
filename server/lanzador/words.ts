import type { Format } from '#server/lib/format.ts';
import type { Tag } from '#server/lib/tag.ts';
import { maintenanceSentence } from '#server/mantenimiento/rules.ts';
import type { Gate } from './gate.ts';
import type { Why } from './pairs.ts';

/** Why nothing is launched at all, as a sentence; null while it is. */
export const gateSentence = (gate: Gate, format: Format): string | null => {
  switch (gate.kind) {
    case 'abierto':
      return null;
    case 'apagado':
      return 'A360 no está configurado (AA_URL): no se lanza nada.';
    case 'mantenimiento':
      return maintenanceSentence(gate);
    case 'pausa':
      return `El lanzador está en pausa hasta el ${format.instant(gate.hasta).text}: hasta entonces no se lanza nada.`;
    case 'disco':
      return gate.sentence;
    case 'descanso':
      return `A360 pide que se espere (429): no se lanza nada hasta el ${format.instant(gate.hasta).text}.`;
    case 'retenido': {
      const since = gate.desde === null ? '' : ` desde el ${format.instant(gate.desde).text}`;
      const why = gate.motivo.trim().replace(/\.$/, '');
      return `${gate.usuario} retiene el lanzador${since}${why === '' ? '' : `: ${why}`}.`;
    }
  }
};

/** How robots, equipos and instants are called. */
export type Names = {
  readonly robot: (robotId: string) => string;
  readonly equipo: (equipoId: string) => string;
  readonly when: (iso: string) => string;
};

type Plain = Exclude<
  Why['code'],
  'suspendido' | 'equipo_ocupado' | 'usuario_ocupado' | 'programacion_no_valida' | 'intervalo' | 'gana_otro' | 'usuario_de_otro'
>;

const plain: Readonly<Record<Plain, string>> = {
  robot_desconocido: 'El robot no está en el catálogo.',
  robot_inactivo: 'El robot está desactivado.',
  robot_ausente: 'El robot ya no está en A360.',
  robot_no_online: 'El robot no trabaja online: solo por programación.',
  equipo_desconocido: 'El equipo no está en el catálogo.',
  equipo_mantenimiento: 'El equipo está en mantenimiento.',
  equipo_ausente: 'El equipo ya no está en A360.',
  equipo_desconectado: 'El equipo no está conectado a A360.',
  sin_usuario: 'El equipo no tiene usuario de A360.',
  usuario_desactivado: 'El usuario del equipo está deshabilitado en A360.',
  sin_licencia: 'El usuario del equipo no tiene licencia para ejecutar (ATTENDEDRUNTIME o RUNTIME).',
  liberando: 'El balanceador lo retira cuando acabe lo que ejecuta.',
  sin_programacion: 'La asignación es de una programación que no existe.',
  programacion_ajena: 'La programación de esta asignación es de otro robot.',
  programacion_inactiva: 'La programación está apagada.',
  fuera_de_hora: 'Está fuera de su horario.',
  sin_tramites: 'No hay ningún trámite que pueda presentar ahora: empieza con cada uno.',
  antes_de_restaurar: 'Tocaba antes de restaurar la base y pudo lanzarse ya: si falta, láncelo en A360. La próxima vez empieza solo.',
  ocurrencia_hecha: 'Ya se lanzó en este equipo lo que tocaba ahora.',
};

const suspendedWhat = {
  robot: 'El robot está suspendido',
  equipo: 'El equipo está suspendido',
  pareja: 'Está suspendido en este equipo',
} as const;

/** Why an assignment does not start, as a sentence. */
export const whySentence = (why: Why, names: Names): string => {
  switch (why.code) {
    case 'suspendido':
      return `${suspendedWhat[why.de]}${why.hasta === null ? '' : ` hasta el ${names.when(why.hasta)}`}: ${why.motivo}`;
    case 'equipo_ocupado':
      return `El equipo trabaja con ${names.robot(why.robotId)}.`;
    case 'usuario_ocupado':
      return `Su usuario trabaja en otro equipo, con ${names.robot(why.robotId)}.`;
    case 'programacion_no_valida':
      return `La programación no es válida: ${why.problem}`;
    case 'intervalo':
      return `Descansa entre dos ejecuciones hasta el ${names.when(why.hasta)}.`;
    case 'gana_otro':
      return `En este equipo empieza antes ${names.robot(why.robotId)}.`;
    case 'usuario_de_otro':
      return `Su usuario empieza antes en ${names.equipo(why.equipoId)}.`;
    default:
      return plain[why.code];
  }
};

const waits: ReadonlySet<Why['code']> = new Set(['equipo_ocupado', 'usuario_ocupado', 'intervalo', 'gana_otro', 'usuario_de_otro']);
const rests: ReadonlySet<Why['code']> = new Set([
  'fuera_de_hora',
  'ocurrencia_hecha',
  'robot_no_online',
  'robot_inactivo',
  'programacion_inactiva',
  'liberando',
  'sin_tramites',
]);

/** What becomes of an assignment: it starts, waits its turn, has nothing to do now, or needs a person. */
export const whyTag = (why: Why | null, gate: Gate): Tag => {
  if (why === null && gate.kind === 'abierto') return { word: 'Empieza ahora', icon: 'marcha', tone: 'vivo' };
  if (why === null) return { word: 'Empezaría', icon: 'reloj', tone: 'espera' };
  if (waits.has(why.code)) return { word: 'Espera', icon: 'reloj', tone: 'espera' };
  if (rests.has(why.code)) return { word: 'No toca', icon: 'quieto', tone: 'nada' };
  return { word: 'No puede', icon: 'aviso', tone: 'ojo' };
};
