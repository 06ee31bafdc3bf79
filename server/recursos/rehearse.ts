import type { Deps } from '#server/deps.ts';
import type { Candidate, SourceRule } from '#server/gateways/origen/origen.ts';
import { NotFoundError } from '#server/lib/errors.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { readOrganismos } from '#server/organismos/config.ts';
import type { Rehearsal, Sampled, Shown } from '#server/organismos/ensayo.ts';
import { buildLink, judge, judgeAmong, type Organismo, type Problem, type Refusal, refusals } from '#server/organismos/rules.ts';
import { knownIds } from './known.ts';

export type Rehearsed =
  | { readonly ok: true; readonly rehearsal: Rehearsal }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * The ensayo: what a cycle would do for this organismo if it were on, as the source is now. Reads only; counts everything
 * and keeps `most` samples of each kind.
 * @throws NotFoundError, OrigenError
 */
export const rehearse = async (
  deps: Deps,
  siteId: string,
  { most = 20, signal }: { most?: number; signal?: AbortSignal } = {},
): Promise<Rehearsed> => {
  const { valid, invalid } = readOrganismos(deps.db);
  const broken = invalid.find((one) => one.siteId === siteId);
  if (broken) return { ok: false, problems: broken.problems };
  const organismo = valid.find((one) => one.siteId === siteId);
  if (!organismo) throw new NotFoundError(`No hay ningún organismo «${siteId}».`);
  const others = valid.filter((one) => one.active || one === organismo);
  const notes = createNotes(organismo, others, most);
  const pacer = createPacer();
  for await (const page of deps.origen.discover(loosened(organismo.rule), signal ? { signal } : {})) {
    const known = knownIds(
      deps.db,
      page.flatMap(({ id }) => id ?? []),
    );
    for (const row of page) {
      notes.take(row, row.id !== null && known.has(row.id));
      if (pacer.due()) await pacer.rest();
    }
  }
  return { ok: true, rehearsal: notes.read() };
};

/** Everything its patterns find, so that what the other rules turn down can be shown with the reason. */
const loosened = (rule: SourceRule): SourceRule => ({
  patterns: rule.patterns,
  excluded: [],
  texp: [...new Set([...rule.texp, ...Array.from({ length: 10 }, (_, texp) => texp)])],
  onlyUnassigned: false,
});

const createNotes = (organismo: Organismo, others: readonly Organismo[], most: number) => {
  const matches = sampler<Rehearsal['matches']['samples'][number]>(most);
  const overlaps = sampler<Rehearsal['overlaps']['samples'][number]>(most);
  const rejected = new Map<Refusal, Sampler<Shown>>();
  const count = { seen: 0, known: 0 };
  const reject = (reason: Refusal, row: Candidate) => {
    const own = rejected.get(reason) ?? sampler<Shown>(most);
    rejected.set(reason, own);
    own.add(() => shown(row));
  };
  const take = (row: Candidate, known: boolean): void => {
    count.seen += 1;
    if (known) {
      count.known += 1;
      return;
    }
    const verdict = judgeAmong(others, organismo, row);
    if (verdict.ours) matches.add(() => ({ ...shown(row), normalised: verdict.normalised, url: linkOf(organismo, row) }));
    else reject(verdict.reason, row);
    for (const other of rivals(others, organismo, row))
      overlaps.add(() => ({ ...shown(row), other: other.siteId, wins: others.indexOf(organismo) < others.indexOf(other) }));
  };
  const read = (): Rehearsal => ({
    ...count,
    matches: matches.read(),
    overlaps: overlaps.read(),
    rejected: [...rejected]
      .map(([reason, samples]) => ({ reason, sentence: refusals[reason], ...samples.read() }))
      .sort((a, b) => b.count - a.count),
  });
  return { take, read };
};

/** The others that would take the row too. */
const rivals = (others: readonly Organismo[], organismo: Organismo, row: Candidate): Organismo[] =>
  judge(organismo, row).ours ? others.filter((other) => other !== organismo && judge(other, row).ours) : [];

const shown = ({ id, idShown, expediente, organisme, texp, usuario }: Candidate): Shown => ({
  id: id ?? idShown,
  expediente,
  organisme,
  texp,
  usuario,
});

const linkOf = ({ urlTemplate }: Organismo, row: Candidate): string | null =>
  buildLink(urlTemplate, { expediente: row.expediente, idRecurso: row.id ?? '' }).url;

type Sampler<T> = { add(make: () => T): void; read(): Sampled<T> };

const sampler = <T>(most: number): Sampler<T> => {
  const samples: T[] = [];
  let count = 0;
  return {
    add: (make) => {
      count += 1;
      if (samples.length < most) samples.push(make());
    },
    read: () => ({ count, samples }),
  };
};
