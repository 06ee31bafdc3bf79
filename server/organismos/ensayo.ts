import type { Format } from '#server/lib/format.ts';
import type { Message } from '#server/lib/tag.ts';
import type { Refusal } from './rules.ts';
import { likenesses, type Suspect } from './shapes.ts';

/** A row as the ensayo shows it. */
export type Shown = {
  readonly id: string;
  readonly expediente: string;
  readonly organisme: string;
  readonly texp: number | null;
  readonly usuario: string;
};

/** Some of them, and how many there are in all. */
export type Sampled<T> = { readonly count: number; readonly samples: readonly T[] };

/** What a cycle would do for an organismo, as recursos/rehearse.ts finds out. */
export type Rehearsal = {
  /** Rows of its patterns with Estado = 0. */
  readonly seen: number;
  /** Claimed before, or in the queue. */
  readonly known: number;
  /** What a cycle would claim, each with its link. `normalised`: only after trimming. */
  readonly matches: Sampled<Shown & { readonly url: string | null; readonly normalised: boolean }>;
  /** What it would not, by reason, most frequent first. */
  readonly rejected: readonly (Sampled<Shown> & { readonly reason: Refusal; readonly sentence: string })[];
  /** What another organismo that is on takes as well; `wins` tells whether this one has it. */
  readonly overlaps: Sampled<Shown & { readonly other: string; readonly wins: boolean }>;
  /** Those others, and how many of these rows each of them takes. */
  readonly rivals: readonly { readonly other: string; readonly wins: boolean; readonly count: number }[];
  /** What the expression rejects although it looks right. */
  readonly suspects: readonly Suspect[];
  /** What one cycle claims for it at most. */
  readonly perCycle: number;
  /** Not everything has been looked at: there may be more of each. */
  readonly partial: boolean;
};

export type EnsayoRow = {
  readonly id: string;
  readonly expediente: string;
  readonly detail: string;
  readonly note: string;
  /** The link it would get; '' for none. */
  readonly url: string;
};
export type EnsayoGroup = { readonly key: string; readonly title: string; readonly rows: readonly EnsayoRow[]; readonly more: string };
export type SuspectRow = { readonly count: string; readonly example: string; readonly why: string; readonly pattern: string };

export type EnsayoView = {
  readonly verdict: Message;
  /** Who else takes some of them, and who has them. */
  readonly rivals: readonly { readonly site: string; readonly href: string; readonly sentence: string }[];
  readonly suspects: { readonly title: string; readonly rows: readonly SuspectRow[] } | null;
  readonly groups: readonly EnsayoGroup[];
};

/** What a cycle would do now: in one line, then group by group what it would claim and what not, and why. */
export const presentEnsayo = (rehearsal: Rehearsal, format: Format): EnsayoView => ({
  verdict: verdictOf(rehearsal, format),
  rivals: rehearsal.rivals.map(({ other, wins, count }) => ({
    site: other,
    href: `/organismos/${encodeURIComponent(other)}`,
    sentence: `también tomaría ${format.number(count)} de ellos: ${wins ? 'gana este, que va antes' : 'se los lleva él, que va antes'}.`,
  })),
  suspects: suspectsOf(rehearsal.suspects, format),
  groups: groupsOf(rehearsal, format),
});

const verdictOf = ({ seen, known, matches, rejected, perCycle, partial }: Rehearsal, format: Format): Message => {
  const lost = rejected.find(({ reason }) => reason === 'otro_organismo')?.count ?? 0;
  const cut = partial ? `Solo se han mirado los primeros ${format.number(seen)} de sus patrones: puede haber más.` : '';
  if (seen === 0)
    return {
      ...{ tone: 'ojo', icon: 'aviso', title: 'Un ciclo no reclamaría nada: el origen no tiene ahora recursos libres de esos patrones.' },
      sentence: partial ? 'No ha dado tiempo a mirarlo todo: puede haber alguno.' : 'Si debería haberlos, revise «Organismo en el origen».',
    };
  const others = lost === 0 ? '' : lost === 1 ? '; 1 se lo lleva otro organismo' : `; ${format.number(lost)} se los lleva otro organismo`;
  return {
    ...(matches.count === 0 ? ({ tone: 'ojo', icon: 'aviso' } as const) : ({ tone: 'bien', icon: 'hecho' } as const)),
    title: `${takenOf(matches.count, perCycle, seen, format)}${others}.`,
    sentence: [known > 0 ? `${format.number(known)} ya se conocen aquí y no se reclaman otra vez.` : '', cut].filter(Boolean).join(' '),
  };
};

const takenOf = (count: number, perCycle: number, seen: number, format: Format): string => {
  if (count === 0) return `Un ciclo no reclamaría ninguno de ${format.number(seen)}`;
  if (count <= perCycle) return `Un ciclo reclamaría ${format.number(count)} de ${format.number(seen)}`;
  return `Se reclamarían ${format.number(count)} de ${format.number(seen)}, ${format.number(perCycle)} por ciclo como mucho`;
};

const suspectsOf = (suspects: readonly Suspect[], format: Format): EnsayoView['suspects'] => {
  if (suspects.length === 0) return null;
  const total = suspects.reduce((sum, { count }) => sum + count, 0);
  return {
    title:
      total === 1
        ? 'La expresión regular rechaza un expediente que parece bueno'
        : `La expresión regular rechaza ${format.number(total)} expedientes que parecen buenos`,
    rows: suspects.map(({ count, example, likeness, pattern }) => ({
      count: format.number(count),
      example,
      why: likenesses[likeness],
      // What is badly written at the source is mended there: an expression that took it would only hide it.
      pattern: likeness === 'escritura' ? '' : pattern,
    })),
  };
};

const groupsOf = ({ matches, rejected, overlaps }: Rehearsal, format: Format): EnsayoGroup[] => {
  const group = <T extends Shown>(key: string, title: string, { count, samples }: Sampled<T>, extra: (row: T) => Extra): EnsayoGroup => ({
    key,
    title: `${title} (${format.number(count)})`,
    rows: samples.map((row) => ({
      ...{ id: row.id, expediente: row.expediente || '(sin expediente)', detail: about(row), note: '', url: '' },
      ...extra(row),
    })),
    more: count > samples.length ? `Se muestran ${samples.length} de ${format.number(count)}.` : '',
  });
  return [
    group('suyos', 'Se reclamarían', matches, (row) => ({
      note: [row.normalised ? 'Con el expediente sin blancos a los lados.' : '', row.url === null ? 'Sin enlace.' : ''].join(' ').trim(),
      url: row.url ?? '',
    })),
    ...rejected.map((one) => group(one.reason, one.sentence.replace(/\.$/, ''), one, () => ({}))),
    ...(overlaps.count > 0
      ? [
          group('compartidos', 'También los tomaría otro organismo', overlaps, (row) => ({
            note: row.wins ? `Gana este a ${row.other}.` : `Se lo lleva ${row.other}.`,
          })),
        ]
      : []),
  ];
};

type Extra = Partial<Pick<EnsayoRow, 'note' | 'url'>>;

const about = (row: Shown): string =>
  [row.organisme, `TExp ${row.texp ?? 'vacío'}`, row.usuario && `asignado a ${row.usuario}`].filter(Boolean).join(' · ');
