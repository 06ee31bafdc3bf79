import type { Deps } from '#server/deps.ts';
import type { Candidate, SourceRule } from '#server/gateways/origen/origen.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { byTurn, readOrganismos } from '#server/organismos/config.ts';
import type { Rehearsal, Sampled, Shown } from '#server/organismos/ensayo.ts';
import { buildLink, judge, judgeAmong, type Organismo, type Refusal, refusals } from '#server/organismos/rules.ts';
import { createShapeTally } from '#server/organismos/shapes.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { knownIds } from './known.ts';

export type RehearseOptions = {
  /** Samples kept of each kind. */
  readonly most?: number;
  /** Where to stop looking and say so: rows, and milliseconds. */
  readonly maxRows?: number;
  readonly maxMs?: number;
  readonly signal?: AbortSignal;
};

/**
 * The ensayo: what a cycle would do for this organismo if it were on, as the source is now; it may be one that nobody has
 * saved. Reads only; counts everything, up to where it may look, and keeps a few samples of each kind.
 * @throws OrigenError
 */
export const rehearse = async (
  deps: Deps,
  organismo: Organismo,
  { most = 20, maxRows = Number.POSITIVE_INFINITY, maxMs, signal }: RehearseOptions = {},
): Promise<Rehearsal> => {
  const active = readOrganismos(deps.db).valid.filter((one) => one.active && one.id !== organismo.id);
  const notes = createNotes(organismo, [...active, organismo].sort(byTurn), most);
  const pacer = createPacer();
  const time = limitTime(deps, maxMs, signal);
  let room = maxRows;
  try {
    for await (const page of deps.origen.discover(loosened(organismo.rule), { signal: time.signal })) {
      const rows = page.slice(0, room);
      const known = knownIds(
        deps.db,
        rows.flatMap(({ id }) => id ?? []),
      );
      for (const row of rows) {
        notes.take(row, row.id !== null && known.has(row.id));
        if (pacer.due()) await pacer.rest();
      }
      room -= page.length;
      if (room < 0 || time.signal.aborted) break;
    }
  } catch (error) {
    // A source may answer an abort by throwing: whoever asked knows that it is cut short.
    if (!time.signal.aborted) throw error;
  } finally {
    time.end();
  }
  return { ...notes.read(), partial: room < 0 || time.signal.aborted, perCycle: roomOf(deps, organismo) };
};

/** What the caller's signal and the time allowed abort together; `end` lets the clock go. */
const limitTime = ({ clock }: Deps, maxMs: number | undefined, signal: AbortSignal | undefined) => {
  const late = new AbortController();
  const done = new AbortController();
  if (maxMs !== undefined) void clock.sleep(maxMs, done.signal).then(() => done.signal.aborted || late.abort());
  return { signal: signal ? AbortSignal.any([signal, late.signal]) : late.signal, end: () => done.abort() };
};

/** What one cycle takes for it at most. */
const roomOf = ({ db, config }: Deps, { limitePorCiclo }: Organismo): number =>
  Math.min(readLiveSettings(db, config).CICLO_MAX_RECLAMACIONES, limitePorCiclo ?? Number.POSITIVE_INFINITY);

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
  const rivalry = new Map<string, Rehearsal['rivals'][number]>();
  const rejected = new Map<Refusal, Sampler<Shown>>();
  const count = { seen: 0, known: 0 };
  const shapes = createShapeTally();
  const reject = (reason: Refusal, row: Candidate) => {
    const own = rejected.get(reason) ?? sampler<Shown>(most);
    rejected.set(reason, own);
    own.add(() => shown(row));
  };
  const take = (row: Candidate, known: boolean): void => {
    count.seen += 1;
    if (isMeant(organismo, row) && (known || organismo.acceptsExpediente(row.expediente))) shapes.take(row.expediente, true);
    if (known) {
      count.known += 1;
      return;
    }
    const verdict = judgeAmong(others, organismo, row);
    if (verdict.ours) matches.add(() => ({ ...shown(row), normalised: verdict.normalised, url: linkOf(organismo, row) }));
    else reject(verdict.reason, row);
    if (!verdict.ours && verdict.reason === 'regex_no_coincide') shapes.take(row.expediente, false);
    for (const other of rivals(others, organismo, row)) {
      const wins = others.indexOf(organismo) < others.indexOf(other);
      overlaps.add(() => ({ ...shown(row), other: other.siteId, wins }));
      const { siteId } = other;
      rivalry.set(siteId, { other: siteId, wins, count: (rivalry.get(siteId)?.count ?? 0) + 1 });
    }
  };
  const read = (): Omit<Rehearsal, 'partial' | 'perCycle'> => ({
    ...count,
    suspects: shapes.suspects(),
    matches: matches.read(),
    overlaps: overlaps.read(),
    rivals: [...rivalry.values()],
    rejected: [...rejected]
      .map(([reason, samples]) => ({ reason, sentence: refusals[reason], ...samples.read() }))
      .sort((a, b) => b.count - a.count),
  });
  return { take, read };
};

/** What its patterns mean, whatever the expediente is like: those show what its expedientes look like. */
const isMeant = (organismo: Organismo, row: Candidate): boolean => row.expediente !== '' && !organismo.excludes(row.organisme);

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
