import type { Format } from '#server/lib/format.ts';
import type { Refusal } from './rules.ts';

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
};

export type EnsayoRow = { readonly id: string; readonly expediente: string; readonly detail: string; readonly note: string };
export type EnsayoGroup = { readonly title: string; readonly rows: readonly EnsayoRow[]; readonly more: string };

const about = (row: Shown): string =>
  [row.organisme, `TExp ${row.texp ?? 'vacío'}`, row.usuario && `asignado a ${row.usuario}`].filter(Boolean).join(' · ');

/** What a cycle would do now, group by group: what it would claim, what it would not and why, what others take too. */
export const presentEnsayo = (rehearsal: Rehearsal, format: Format): { summary: string; groups: EnsayoGroup[] } => {
  const group = <T extends Shown>(title: string, { count, samples }: Sampled<T>, note: (row: T) => string): EnsayoGroup => ({
    title: `${title} (${format.number(count)})`,
    rows: samples.map((row) => ({ id: row.id, expediente: row.expediente || '(sin expediente)', detail: about(row), note: note(row) })),
    more: count > samples.length ? `Se muestran ${samples.length} de ${format.number(count)}.` : '',
  });
  const { seen, known, matches, rejected, overlaps } = rehearsal;
  return {
    summary: `El origen tiene ${format.number(seen)} recursos libres de este organismo; ${format.number(known)} ya se conocen aquí. Un ciclo reclamaría ${format.number(matches.count)}.`,
    groups: [
      group('Se reclamarían', matches, (row) =>
        [row.normalised ? 'Con el expediente sin blancos a los lados.' : '', row.url ?? 'Sin enlace.'].filter(Boolean).join(' '),
      ),
      ...rejected.map((one) => group(one.sentence.replace(/\.$/, ''), one, () => '')),
      ...(overlaps.count > 0
        ? [
            group('También los tomaría otro organismo', overlaps, (row) =>
              row.wins ? `Gana este a ${row.other}.` : `Se lo lleva ${row.other}.`,
            ),
          ]
        : []),
    ],
  };
};
