import type { Format, Instant } from '#server/lib/format.ts';
import { sizeWords, spaceWords } from '#server/lib/format.ts';
import { nothingYet, type Question, type Tag } from '#server/lib/tag.ts';
import type { Planned } from './plan-cleaning.ts';
import type { Copia, Limpieza } from './queries.ts';
import type { Space } from './vigilar.ts';

const motives: Readonly<Record<string, string>> = { periodica: 'Periódica', a_mano: 'A mano', migracion: 'Antes de actualizar' };

export type CopyView = {
  readonly id: number;
  readonly archivo: string;
  readonly motivo: string;
  readonly at: Instant;
  readonly size: string;
  readonly state: Tag;
  readonly note: string;
  /** null = there is nothing to download. */
  readonly href: string | null;
};

export const presentCopy = (copy: Copia, there: boolean, format: Format): CopyView => ({
  id: copy.copia_id,
  archivo: copy.archivo ?? '',
  motivo: motives[copy.motivo] ?? copy.motivo,
  at: format.instant(copy.empezada_at),
  size: copy.bytes === null ? '—' : sizeWords(copy.bytes),
  state: stateOf(copy, there),
  note: copy.error ?? (copy.verificada === 1 && !there ? 'No está en la carpeta de las copias.' : ''),
  href: copy.verificada === 1 && there ? `/datos/copias/${copy.copia_id}/descargar` : null,
});

const stateOf = (copy: Copia, there: boolean): Tag => {
  if (copy.terminada_at === null) return { word: 'En marcha', icon: 'marcha', tone: 'vivo' };
  if (copy.verificada !== 1) return { word: 'Fallida', icon: 'fallo', tone: 'mal' };
  return there ? { word: 'Comprobada', icon: 'hecho', tone: 'bien' } : { word: 'No está', icon: 'duda', tone: 'ojo' };
};

type Parts = {
  readonly copies: readonly CopyView[];
  readonly folder: string;
  /** The copies lie on the disk of the data. */
  readonly sameDisk: boolean;
  readonly now: string;
  /** null = only by hand; '' = now. */
  readonly due: { readonly copy: string | null; readonly cleaning: string | null };
  readonly planned: readonly Planned[];
  readonly last: readonly Limpieza[];
  readonly examined: { readonly at: string; readonly data: Readonly<Record<string, unknown>> } | null;
  readonly spaces: readonly Space[];
  readonly limits: { readonly min: number; readonly warn: number };
};

export const presentDatos = (parts: Parts, format: Format) => ({
  title: 'Datos',
  copies: parts.copies,
  folder: parts.folder,
  sameDisk: parts.sameDisk,
  nextCopy: dueSentence(parts.due.copy, 'La próxima copia', parts.now, format),
  nextCleaning: dueSentence(parts.due.cleaning, 'La próxima limpieza', parts.now, format),
  noCopies:
    parts.copies.length > 0 ? null : nothingYet('documento', 'Todavía no hay copias', 'La primera se hace sola, o ahora con el botón.'),
  rows: parts.planned.map((one) => presentPlanned(one, parts.last, format)),
  examined: presentExamined(parts.examined, format),
  spaces: parts.spaces.map((space) => presentSpace(space, parts.limits)),
  question: questionOf(parts.planned, format),
});

const dueSentence = (due: string | null, what: string, now: string, format: Format): string => {
  if (due === null) return `${what} es solo a mano.`;
  if (due <= now) return `${what} toca ya.`;
  const at = format.instant(due);
  return `${what} toca el ${at.text} (${at.relative}).`;
};

const presentPlanned = (one: Planned, last: readonly Limpieza[], format: Format) => {
  const before = last.find(({ que }) => que === one.que);
  return {
    word: one.word,
    setting: one.setting,
    days: one.days === 0 ? 'siempre' : `${format.number(one.days)} días`,
    count: format.number(one.count),
    oldest: format.instant(one.oldest),
    size: one.bytes === null ? '—' : `${one.more ? 'más de ' : ''}${sizeWords(one.bytes)}`,
    last: before ? `${format.number(before.cuantos)} el ${format.instant(before.at).text}` : '—',
  };
};

const presentExamined = (examined: Parts['examined'], format: Format) => {
  if (examined === null) return { state: { word: 'Sin comprobar', icon: 'reloj', tone: 'nada' } satisfies Tag, at: null, note: '' };
  const damage = examined.data.damage;
  const whole: Tag = { word: 'Íntegra', icon: 'hecho', tone: 'bien' };
  const broken: Tag = { word: 'Dañada', icon: 'fallo', tone: 'mal' };
  return { state: damage ? broken : whole, at: format.instant(examined.at), note: damage ? String(damage) : '' };
};

const presentSpace = ({ what, folder, freeMb, vital }: Space, { min, warn }: Parts['limits']) => ({
  ...{ what, folder, free: spaceWords(freeMb) },
  state: spaceTag(freeMb, vital ? min : 0, warn),
});

const spaceTag = (free: number, min: number, warn: number): Tag => {
  if (free < min) return { word: 'No empieza nada nuevo', icon: 'fallo', tone: 'mal' };
  return free < warn ? { word: 'Queda poco', icon: 'aviso', tone: 'ojo' } : { word: 'Hay sitio', icon: 'hecho', tone: 'bien' };
};

const questionOf = (planned: readonly Planned[], format: Format): Question => {
  const receipts = planned.some(({ que, count }) => que === 'evidencias' && count > 0);
  const going = planned.filter(({ count }) => count > 0).map(({ word, count }) => `${word}: ${format.number(count)}.`);
  return {
    id: 'limpiar',
    title: 'Limpiar ahora',
    effect: [
      ...(going.length === 0 ? ['Ahora no hay nada que quitar.'] : going),
      ...(receipts
        ? ['Con las capturas se va el justificante, que es lo que prueba cada presentación: guárdelo antes si puede hacer falta.']
        : []),
      'Lo quitado no se puede recuperar más que de una copia; las capturas no están en las copias.',
    ],
    action: '/datos/limpiar',
    button: 'Limpiar ahora',
  };
};
