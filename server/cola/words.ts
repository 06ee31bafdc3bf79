import { done } from '#server/lib/flash.ts';
import type { Format } from '#server/lib/format.ts';
import type { Message, Tag } from '#server/lib/tag.ts';
import { isItsTurn } from '#server/robots/rules.ts';
import type { ListedTramite } from './queries.ts';
import { type Action, type Status, statusWords } from './transitions.ts';

const looks: Readonly<Record<Status, Omit<Tag, 'word'>>> = {
  pending: { icon: 'reloj', tone: 'nada' },
  processing: { icon: 'marcha', tone: 'vivo' },
  awaiting_confirmation: { icon: 'mano', tone: 'espera' },
  completed: { icon: 'hecho', tone: 'bien' },
  failed: { icon: 'fallo', tone: 'mal' },
  needs_review: { icon: 'duda', tone: 'ojo' },
  cancelled: { icon: 'quieto', tone: 'nada' },
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

export const stateTag = (status: Status): Tag => ({ ...looks[status], word: capital(statusWords[status]) });

/** The same in plural, as the tabs say it. */
export const tabWords: Readonly<Record<Status, string>> = {
  pending: 'Pendientes',
  processing: 'En curso',
  awaiting_confirmation: 'Por confirmar',
  completed: 'Presentados',
  failed: 'Fallidos',
  needs_review: 'Por revisar',
  cancelled: 'Cancelados',
};

/** How far a running attempt is: finished steps and the names of all of them. */
export type Progress = { readonly done: number; readonly planned: readonly string[] };

/** What a row needs beyond itself: why its organismo waits, and how far its attempt is. */
export type Around = {
  readonly format: Format;
  /** Reason by site: «sin robot», or what its robot lacks. */
  readonly waiting: ReadonlyMap<string, string>;
  readonly progress: ReadonlyMap<number, Progress>;
};

/** The one thing worth knowing beside the state. */
export const noteOf = (row: ListedTramite, around: Around): string => {
  if (row.status === 'processing') return progressSentence(around.progress.get(row.id));
  if (row.status === 'completed') return numberOf(row.result) ?? '';
  if (row.status === 'pending') return pendingNote(row, around);
  if (row.status === 'failed' || row.status === 'needs_review') return row.error_log ?? row.error_code ?? '';
  return '';
};

/** «Paso 4 de 9: adjuntar». */
export const progressSentence = (progress: Progress | undefined): string => {
  if (!progress) return '';
  // Robots of this machine have their steps written down from the first moment on.
  if (progress.planned.length === 0) return 'Lo presenta un robot de A360';
  const name = progress.planned[progress.done];
  if (name === undefined) return 'Preparando';
  return `Paso ${progress.done + 1} de ${progress.planned.length}: ${name}`;
};

const pendingNote = (row: ListedTramite, { waiting, format }: Around): string => {
  const reason = waiting.get(row.site_id);
  if (reason && !isItsTurn(reason)) return reason;
  if (row.approved_at) return 'Aprobado: se enviará en cuanto haya un robot libre';
  const retry = format.instant(row.not_before);
  return retry?.relative && row.attempts > 0 ? `Se reintenta ${retry.relative}` : (reason ?? '');
};

/** The register number inside `result`, if there is one. */
export const numberOf = (result: string | null): string | null => inResult(result, 'numero');

/** The instant of the register as its receipt, or a person, gave it. */
export const fechaOf = (result: string | null): string | null => inResult(result, 'fecha');

const inResult = (result: string | null, name: string): string | null => {
  try {
    const read: unknown = JSON.parse(result ?? 'null');
    const value = typeof read === 'object' && read !== null ? (read as Record<string, unknown>)[name] : null;
    return value === null || value === undefined ? null : String(value);
  } catch {
    return null;
  }
};

/** What became of a recurso that was to be given back, as `devolver` answers. */
const givenBack = (outcome: unknown): Message => {
  if (outcome === 'ordered')
    return done(
      'Cancelado, y la devolución queda pendiente',
      'La orden está anotada: el origen no la ha aceptado ahora y cada ciclo se la vuelve a pedir.',
    );
  if (outcome === 'foreign') return done('Cancelado', 'El recurso ya no estaba a nombre de Cerebro: en el origen no se ha cambiado nada.');
  return done('Cancelado y devuelto', 'El recurso vuelve al origen como estaba. Cerebro no lo volverá a tomar por sí solo.');
};

/** What each order did, for the top of the page that follows it; `outcome` is what its verb answered. */
export const orderDone = (accion: Action, { resultado }: { readonly resultado?: string } = {}, outcome?: unknown): Message =>
  ({
    aprobar: done('Aprobado', 'Se enviará en cuanto haya un robot libre.'),
    rechazar: done('Rechazado', 'No se enviará. El recurso sigue reclamado por Cerebro.'),
    reintentar: done('Vuelve a la cola', 'Empezará desde el principio en cuanto haya un robot libre.'),
    cancelar: done('Cancelado', 'Ningún robot lo trabajará. El recurso sigue reclamado por Cerebro.'),
    devolver: givenBack(outcome),
    resolver:
      resultado === 'presentado'
        ? done('Presentado', 'Queda guardado con su número de registro.')
        : done('No presentado', 'Vuelve a la cola y se presentará.'),
  })[accion];
