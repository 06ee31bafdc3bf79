import type { BulkAction } from '#server/cola/rules.ts';
import { type Status, statuses, statusWords } from '#server/cola/transitions.ts';

/** One order takes this many trámites at most. */
export const mostIds = 10_000;

/** Of those refused, this many are kept with their sentence; the rest is counted. */
export const mostRefusals = 500;

export const longestMotivo = 1000;

type Words = {
  /** «Se reintentará 1 trámite», «Se reintentarán 37 trámites». */
  readonly one: string;
  readonly many: string;
  /** The button that orders it. */
  readonly button: string;
  readonly title: string;
  /** What follows from it, for a person to read before. */
  readonly effect: string;
  /** A person must say why. */
  readonly asksMotivo: boolean;
};

export const wordsOf: Readonly<Record<BulkAction, Words>> = {
  aprobar: {
    one: 'Se aprobará',
    many: 'Se aprobarán',
    button: 'Aprobar y enviar',
    title: 'Aprobar varios trámites',
    effect: 'Vuelven a la cola y esta vez se envían a la sede: lo presentado no se puede deshacer.',
    asksMotivo: false,
  },
  reintentar: {
    one: 'Se reintentará',
    many: 'Se reintentarán',
    button: 'Reintentar desde el principio',
    title: 'Reintentar varios trámites',
    effect: 'Vuelven a la cola como si fueran nuevos, con los reintentos a cero.',
    asksMotivo: false,
  },
  rechazar: {
    one: 'Se rechazará',
    many: 'Se rechazarán',
    button: 'Rechazar',
    title: 'Rechazar varios trámites',
    effect: 'No se enviarán. Quedan cancelados y sus recursos siguen reclamados por Cerebro.',
    asksMotivo: true,
  },
  cancelar: {
    one: 'Se cancelará',
    many: 'Se cancelarán',
    button: 'Cancelar los trámites',
    title: 'Cancelar varios trámites',
    effect: 'Ningún robot los trabajará. Sus recursos siguen reclamados por Cerebro y más tarde se pueden reintentar o devolver.',
    asksMotivo: true,
  },
  devolver: {
    one: 'Se devolverá al origen',
    many: 'Se devolverán al origen',
    button: 'Devolver al origen',
    title: 'Devolver varios trámites',
    effect:
      'Quedan cancelados y sus recursos, si siguen a nombre de Cerebro, vuelven al origen como estaban, libres para otra persona. Cerebro no volverá a tomarlos por sí solo.',
    asksMotivo: true,
  },
  restaurados: {
    one: 'Se dará por no presentado',
    many: 'Se darán por no presentados',
    button: 'No se presentaron, reintentar',
    title: 'No se presentaron después de la copia',
    effect:
      'Vuelven a la cola y se presentarán. Si alguno está ya en el registro de la sede, quedaría presentado dos veces, y eso no se puede deshacer: compruébelos todos antes, y responda aparte los que estén.',
    asksMotivo: true,
  },
};

/** How many there are of each status. */
export type ByStatus = Readonly<Partial<Record<Status, number>>>;

const list = new Intl.ListFormat('es', { type: 'conjunction' });
const numbers = new Intl.NumberFormat('es-ES', { useGrouping: 'always' });

/** «1 trámite», «1.204 trámites». Pure. */
export const counted = (n: number): string => (n === 1 ? '1 trámite' : `${numbers.format(n)} trámites`);

/** «3 no admiten la orden (2 en «presentado» y 1 en «en curso»)»; '' when all of them do. Pure. */
export const leftOutSentence = (leftOut: ByStatus): string => {
  const some = statuses.flatMap((status) => (leftOut[status] ? [{ status, n: leftOut[status] }] : []));
  const total = some.reduce((sum, { n }) => sum + n, 0);
  if (total === 0) return '';
  const kinds = list.format(some.map(({ status, n }) => `${numbers.format(n)} «${statusWords[status]}»`));
  return `${numbers.format(total)} no ${total === 1 ? 'admite' : 'admiten'} la orden (${kinds})`;
};

/** What the order will do, with its exact count. Pure. */
export const effectSentence = (accion: BulkAction, n: number, whose: string, leftOut: ByStatus): string => {
  const words = wordsOf[accion];
  const out = leftOutSentence(leftOut);
  return `${n === 1 ? words.one : words.many} ${counted(n)}${whose}${out === '' ? '' : `; ${out}`}.`;
};

/** Why that reason will not do; null when it will. Pure. */
export const motivoProblem = (accion: BulkAction, motivo: string): string | null => {
  if (motivo.length > longestMotivo) return `El motivo no puede pasar de ${longestMotivo} caracteres.`;
  return wordsOf[accion].asksMotivo && motivo === '' ? 'Diga por qué.' : null;
};
