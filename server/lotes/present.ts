import type { BulkAction } from '#server/cola/rules.ts';
import { parametersOf } from '#server/cola/rules.ts';
import { tabWords } from '#server/cola/words.ts';
import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Empty, link, type Pager, type Tag } from '#server/lib/tag.ts';
import type { Choice, Pointed } from './choose.ts';
import type { Lote, Refused } from './queries.ts';
import { counted, effectSentence, mostIds, wordsOf } from './rules.ts';

/** What a person had pointed at, in Spanish: « de xaloc_girona», « elegidos a mano». */
const whoseOf = (pointed: Pointed, { site }: Choice): string => {
  const ofSite = site === null ? '' : ` de ${site}`;
  if (pointed.kind !== 'all') return ofSite;
  const { status, search } = pointed.filter;
  return `${ofSite}${status === null ? '' : ` en «${tabWords[status]}»`}${search === null ? '' : ` que coinciden con «${search}»`}`;
};

export const describe = (accion: BulkAction, pointed: Pointed, choice: Choice): string =>
  effectSentence(accion, choice.ids.length, whoseOf(pointed, choice), choice.leftOut);

/** The page that asks before an order for many. */
export const presentConfirm = (
  accion: BulkAction,
  pointed: Pointed,
  choice: Choice,
  refused: { readonly motivo?: string; readonly problem?: string | null; readonly sentence?: string } = {},
) => {
  const { title, effect, button, asksMotivo } = wordsOf[accion];
  return {
    title,
    accion,
    button,
    effect,
    asksMotivo,
    sentence: describe(accion, pointed, choice),
    nothing: choice.ids.length === 0,
    beyond:
      choice.beyond === 0
        ? null
        : `Un lote admite ${counted(mostIds)} como mucho: quedan fuera otros ${counted(choice.beyond)}. Repita la orden cuando termine este.`,
    hidden: hiddenFields(pointed, choice),
    back: backOf(pointed),
    motivo: refused.motivo ?? '',
    problem: refused.problem ?? null,
    refusal: pointed.kind === 'none' ? pointed.why : (refused.sentence ?? null),
  };
};

/** What the form sends again: few ids as they are; a filter with its count, so that it is noticed when it changes meanwhile. */
const hiddenFields = (pointed: Pointed, { ids }: Choice): { readonly name: string; readonly value: string }[] => {
  if (pointed.kind === 'ids') return ids.map((id) => ({ name: 'id', value: String(id) }));
  const total = { name: 'total', value: String(ids.length) };
  if (pointed.kind === 'left') return [{ name: 'lote', value: String(pointed.lote) }, total];
  if (pointed.kind === 'none') return [];
  const filter = Object.entries(parametersOf(pointed.filter)).flatMap(([name, value]) => (value === null ? [] : [{ name, value }]));
  return [...filter, { name: 'todos', value: 'si' }, total];
};

const backOf = (pointed: Pointed): string => {
  if (pointed.kind === 'left') return `/cola/lotes/${pointed.lote}`;
  return pointed.kind === 'ids' ? '/cola' : link('/cola', parametersOf(pointed.filter));
};

const states: Readonly<Record<Lote['state'], Tag>> = {
  running: { word: 'En marcha', icon: 'marcha', tone: 'vivo' },
  done: { word: 'Terminado', icon: 'hecho', tone: 'bien' },
  interrupted: { word: 'Interrumpido', icon: 'quieto', tone: 'ojo' },
};

export type LoteView = {
  readonly id: number;
  readonly title: string;
  readonly descripcion: string;
  readonly motivo: string | null;
  readonly state: Tag;
  readonly looked: number;
  readonly total: number;
  /** «12 de 37; 1 no admitida». */
  readonly progress: string;
  readonly usuario: string;
  readonly created: Instant;
  readonly ended: Instant | null;
  /** Where what is left can be ordered again; null when nothing is. */
  readonly again: string | null;
};

export const presentLote = (lote: Lote, format: Format): LoteView => {
  const looked = lote.done + lote.refused;
  const refused = lote.refused === 0 ? '' : `; ${format.number(lote.refused)} no ${lote.refused === 1 ? 'admitido' : 'admitidos'}`;
  const again = lote.state === 'interrupted' && looked < lote.total;
  return {
    id: lote.id,
    title: wordsOf[lote.accion]?.title ?? lote.accion,
    descripcion: lote.descripcion,
    motivo: lote.motivo,
    state: states[lote.state],
    looked,
    total: lote.total,
    progress: `${format.number(lote.done)} de ${format.number(lote.total)} hechos${refused}`,
    usuario: lote.usuario,
    created: format.instant(lote.created_at),
    ended: format.instant(lote.ended_at),
    again: again ? link('/cola/lotes/nuevo', { accion: lote.accion, lote: String(lote.id) }) : null,
  };
};

export const presentRefusals = (refusals: readonly Refused[], lote: Lote, format: Format) => ({
  some: refusals,
  more: lote.refused > refusals.length ? `Y otros ${format.number(lote.refused - refusals.length)}.` : null,
});

export const presentLotes = (
  found: readonly Lote[],
  key: PageKey | null,
  format: Format,
): { rows: readonly LoteView[]; pager: Pager; empty: Empty | null } => {
  const page = cutPage(found, key);
  const pageLink = (pagina: string | null) => pagina && link('/cola/lotes', { pagina });
  return {
    rows: page.rows.map((lote) => presentLote(lote, format)),
    pager: { older: pageLink(page.olderKey), newer: pageLink(page.newerKey) },
    empty: page.rows.length > 0 ? null : nothingYet,
  };
};

const nothingYet: Empty = {
  icon: 'cola',
  title: 'Todavía no se ha ordenado nada en lote',
  sentence: 'En la cola, marque varios trámites, o todos los que coinciden con el filtro, y elija qué hacer con ellos.',
  href: '/cola',
  action: 'Ir a la cola',
};
