import type { Format, Instant } from '#server/lib/format.ts';
import { cutPage, type PageKey } from '#server/lib/page.ts';
import { type Empty, link, type Pager, type Tag } from '#server/lib/tag.ts';
import type { Mismatch } from '#server/recursos/queries.ts';
import type { CycleOrganismo, CycleRow, Discard, DiscardFilter, DiscardPage, Happened } from './queries.ts';
import { outcomes, phaseWords, reasonWords, say } from './words.ts';

export type CycleView = {
  readonly id: number;
  readonly href: string;
  readonly started: Instant;
  readonly duration: string;
  readonly outcome: Tag;
  readonly seen: string;
  readonly matched: string;
  readonly discarded: string;
  readonly claimed: string;
  readonly lost: string;
  readonly reasons: readonly string[];
  /** All of them in one line; '' when none was measured. */
  readonly phases: string;
  readonly organismos: readonly string[];
  readonly error: string;
};

export const presentCycles = (
  found: readonly CycleRow[],
  key: PageKey | null,
  organismos: readonly CycleOrganismo[],
  format: Format,
): { rows: CycleView[]; pager: Pager } => {
  const page = cutPage(found, key);
  const byCycle = Map.groupBy(organismos, (one) => one.cycle_id);
  const href = (pagina: string | null) => pagina && link('/ciclos', { pagina });
  return {
    rows: page.rows.map((row) => presentCycle(row, byCycle.get(row.id) ?? [], format)),
    pager: { older: href(page.olderKey), newer: href(page.newerKey) },
  };
};

const presentCycle = (row: CycleRow, organismos: readonly CycleOrganismo[], format: Format): CycleView => ({
  id: row.id,
  href: `/ciclos/${row.id}`,
  started: format.instant(row.started_at),
  duration: row.outcome === 'running' ? '' : format.elapsed(row.started_at, row.ended_at),
  outcome: outcomes[row.outcome],
  seen: format.number(row.seen),
  matched: format.number(row.matched),
  discarded: format.number(row.discarded),
  claimed: format.number(row.claimed),
  lost: format.number(row.lost),
  reasons: Object.entries(row.reasons).map(([reason, n]) => `${format.number(n)} ${say(reasonWords, reason)}`),
  phases: Object.entries(row.phases)
    .map(([phase, ms]) => `${say(phaseWords, phase)} ${format.duration(ms)}`)
    .join(' · '),
  organismos: organismos.map((one) => organismoSentence(one, format)),
  error: row.error ?? '',
});

const organismoSentence = (one: CycleOrganismo, format: Format): string => {
  if (one.error) return `${one.site_id}: ${one.error}`;
  const counts = `${format.number(one.claimed)} reclamados de ${format.number(one.matched)} válidos, ${format.number(one.discarded)} descartados`;
  return `${one.site_id}: ${counts}${one.lost > 0 ? `, ${format.number(one.lost)} perdidos` : ''}`;
};

/** One side of the audit of claims: what one database says and the other does not. */
export type MismatchView = {
  readonly resourceId: string;
  readonly site: string;
  readonly detail: string;
  readonly at: Instant;
  /** Address of the one repair button; null where only a person at the source can mend it. */
  readonly repair: string | null;
};

const presentMismatch = (row: Mismatch, format: Format): MismatchView => ({
  resourceId: row.resource_id,
  site: row.site_id ?? '',
  detail: row.detail ?? '',
  at: format.instant(row.at),
  repair: row.kind === 'unknown_here' ? `/ciclos/desajustes/${encodeURIComponent(row.resource_id)}/encolar` : null,
});

const sides = [
  [
    'unknown_here',
    'En el origen a nombre de Cerebro, y aquí no se conocen',
    'Antes de ponerlos en la cola, mire en la sede si ya se presentaron.',
  ],
  [
    'foreign_there',
    'En la cola de Cerebro, y en el origen ya no son suyos',
    'Abra el trámite: si no se ha enviado, devuélvalo; nadie más lo decide.',
  ],
] as const;

type Audited = {
  readonly rows: readonly Mismatch[];
  readonly counts: Readonly<Record<Mismatch['kind'], number>>;
  readonly at: string | null;
};

export const presentAudit = ({ rows, counts, at }: Audited, format: Format) => ({
  total: format.number(counts.unknown_here + counts.foreign_there),
  at: format.instant(at),
  sides: sides
    .filter(([kind]) => counts[kind] > 0)
    .map(([kind, title, advice]) => ({
      ...{ kind, title, advice, count: format.number(counts[kind]) },
      rows: rows.filter((row) => row.kind === kind).map((row) => presentMismatch(row, format)),
    })),
});

/** Everything the page of one cycle shows. */
export const presentDetail = (
  row: CycleRow,
  found: { organismos: readonly CycleOrganismo[]; happened: readonly Happened[]; fresh: readonly Discard[] },
  format: Format,
) => {
  const longest = Math.max(1, ...Object.values(row.phases));
  const of = (kind: Happened['kind']) => found.happened.filter((one) => one.kind === kind);
  return {
    ...presentCycle(row, [], format),
    ended: format.instant(row.ended_at),
    title: `Ciclo del ${format.instant(row.started_at).text}`,
    bars: Object.entries(row.phases).map(([phase, ms]) => ({
      word: say(phaseWords, phase),
      time: format.duration(ms),
      share: Math.round((100 * ms) / longest),
    })),
    sites: found.organismos.map((one) => ({ ...one, href: descartesHref({ site: one.site_id, motivo: null }) })),
    discards: Object.entries(row.reasons).map(([reason, n]) => ({
      word: say(reasonWords, reason),
      count: format.number(n),
      href: descartesHref({ site: null, motivo: reason }),
    })),
    taken: of('claimed'),
    missed: [...of('lost'), ...of('foreign')].map((one) => ({ ...one, word: holderWord(one) })),
    fresh: found.fresh.map((one) => presentDiscard(one, format)),
  };
};

const holders: Readonly<Record<string, string>> = {
  free: 'sigue libre',
  other: 'lo tomó otra persona',
  gone: 'ya no está',
  ours: 'ya era nuestro',
};

const holderWord = ({ kind, holder }: Happened): string => (kind === 'foreign' ? 'pasó a otra persona' : say(holders, holder ?? 'other'));

const descartesHref = ({ site, motivo }: DiscardFilter, pagina: string | null = null): string =>
  link('/ciclos/descartes', { site, motivo, pagina });

const presentDiscard = (row: Discard, format: Format) => ({
  ...row,
  expediente: row.expediente || '(sin expediente)',
  word: say(reasonWords, row.reason),
  at: format.instant(row.at),
  rule: `/organismos/${encodeURIComponent(row.site_id)}`,
});

/** The list of discards under its filter. */
export const presentDiscards = (filter: DiscardFilter, page: DiscardPage, key: PageKey | null, format: Format) => ({
  title: 'Descartes',
  filter,
  rows: page.rows.map((row) => presentDiscard(row, format)),
  reasons: Object.entries(reasonWords).map(([reason, word]) => ({ reason, word })),
  pager: {
    older: page.olderKey && descartesHref(filter, page.olderKey),
    newer: page.newerKey && descartesHref(filter, page.newerKey),
  } satisfies Pager,
  /** The walk ended before the page was full: what is sought may lie further on. */
  further: page.further && page.olderKey ? descartesHref(filter, page.olderKey) : null,
  empty: page.rows.length > 0 ? null : noDiscards(filter, page, key),
});

const noDiscards = (filter: DiscardFilter, page: DiscardPage, key: PageKey | null): Empty => {
  if (page.further && page.olderKey)
    return {
      ...{
        icon: 'buscar',
        title: 'Ninguno entre los que se han mirado',
        sentence: 'Se miran unos miles cada vez; puede haber más antiguos.',
      },
      ...{ href: descartesHref(filter, page.olderKey), action: 'Seguir buscando' },
    };
  if (key !== null || filter.site !== null || filter.motivo !== null)
    return {
      ...{ icon: 'buscar', title: 'Ningún descarte coincide con el filtro', sentence: 'Pruebe con otro organismo u otro motivo.' },
      ...{ href: '/ciclos/descartes', action: 'Quitar el filtro' },
    };
  return {
    ...{
      icon: 'ciclos',
      title: 'Todavía no se ha descartado nada',
      sentence: 'Aquí queda cada recurso que las reglas no admiten, una vez por regla.',
    },
    ...{ href: '/ciclos', action: 'Ver los ciclos' },
  };
};
