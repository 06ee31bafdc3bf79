import type { Clock } from '#server/lib/clock.ts';
import { likeAny } from '#server/lib/sql-like.ts';
import type { JoinedTable } from './columns.ts';
import { around, loosenedAny } from './like-loose.ts';
import { checkClaim, checkReading } from './mssql-check.ts';
import { Cancelled, openConnection } from './mssql-connect.ts';
import { type Layout, readLayout, unseenIn } from './mssql-layout.ts';
import { candidateIn, chunksOf, type RawCandidate, type Reader, readAttachments, readRows } from './mssql-rows.ts';
import {
  type Condition,
  claimStatement,
  freeCondition,
  heldCondition,
  pageStatement,
  releaseStatement,
  rowsStatement,
} from './mssql-sql.ts';
import { isSmall, keyList } from './mssql-types.ts';
import { type Place, shownPlace } from './mssql-url.ts';
import {
  type Candidate,
  canonicalId,
  type Holding,
  type Origen,
  OrigenError,
  type Original,
  type SourceRow,
  type SourceRule,
} from './origen.ts';

/** Rows per page of a scan: enough to make the way to the server worth it, few enough to keep memory flat. */
const pageSize = 1000;

/** More patterns than this are not sent, but judged here: a statement takes 2,100 parameters, and a plan of so many is slow. */
const mostPatterns = 200;

/** The real source. Nothing is opened before the first question: Cerebro starts, and its robots work, without it. */
export const openMssqlOrigen = (place: Place, options: { clock?: Clock } = {}): Origen => {
  const connection = openConnection(place, options.clock);
  let known: Promise<Layout> | null = null;
  const seen = new Set<JoinedTable>();
  /** What the base holds is asked once, and again when a table or a column turns out to be missing. */
  const withLayout = async <T>(work: (reader: Reader) => Promise<T>): Promise<T> => {
    known ??= readLayout(connection, place, seen);
    try {
      return await work({ connection, layout: await known, reading: place });
    } catch (error) {
      if (!(await isStanding(known)) || isAboutLayout(error)) known = null;
      throw error;
    }
  };
  return {
    kind: 'mssql',
    shownAs: shownPlace(place),
    lateChangesMs: place.lateChangesMs,
    discover: (rule, { signal } = {}) => discover(withLayout, rule, signal),
    rows: (ids) => chunked(ids, (some) => withLayout((reader) => rows(reader, some))),
    claim: (ids, rule, user) => claim(withLayout, ids, rule, user),
    read: (ids) => chunked(ids, (some) => withLayout((reader) => read(reader, some))),
    release: (original, user) => withLayout((reader) => release(reader, original, user)),
    heldBy: (user, { signal } = {}) => heldBy(withLayout, user, signal),
    attachments: (ids) => chunked(ids, (some) => withLayout((reader) => readAttachments(reader, some))),
    check: async () => {
      known = null;
      await withLayout(checkReading);
    },
    unseen: () => withLayout(async ({ layout }) => unseenIn(layout, place)),
    checkClaim: (user) => withLayout((reader) => checkClaim(reader, user)),
    close: () => connection.close(),
  };
};

const isStanding = (layout: Promise<Layout> | null): Promise<boolean> =>
  layout?.then(
    () => true,
    () => false,
  ) ?? Promise.resolve(false);

const isAboutLayout = (error: unknown): boolean =>
  error instanceof OrigenError && (error.code === 'origen_sin_tabla' || error.code === 'origen_sin_columnas');

type WithLayout = <T>(work: (reader: Reader) => Promise<T>) => Promise<T>;

/** The judgement SQL Server is not trusted with: LIKE and blanks as the contract has them, on the trimmed value. */
const judgeOf = (rule: SourceRule) => {
  const [includes, excludes] = [likeAny(rule.patterns), likeAny(rule.excluded)];
  return (row: RawCandidate): boolean =>
    row.estado === 0 &&
    row.texp !== null &&
    rule.texp.includes(row.texp) &&
    includes(row.organisme) &&
    !excludes(row.organisme) &&
    (!rule.onlyUnassigned || row.usuario === '');
};

const plain = ({ rawId: _, rawOrganisme: __, usuarioRaw: ___, ...candidate }: RawCandidate): Candidate => candidate;

async function* discover(withLayout: WithLayout, rule: SourceRule, signal?: AbortSignal): AsyncGenerator<readonly Candidate[]> {
  const texp = rule.texp.filter(isSmall);
  if (texp.length === 0) return;
  const patterns = loosenedAny(rule.patterns);
  const condition = (layout: Layout) => freeCondition(layout, texp, patterns.length > mostPatterns ? [] : patterns);
  const judge = judgeOf(rule);
  for await (const page of scan(withLayout, condition, { keyless: true, passHeld: true, signal })) {
    const found = page.filter(judge).map(plain);
    if (found.length > 0) yield found;
  }
}

type ScanOptions = {
  readonly keyless: boolean;
  /** Whether a row that somebody holds may be left for another day. */
  readonly passHeld: boolean;
  readonly signal?: AbortSignal | undefined;
};

/** Goes through the table in the order of its key, page by page; at the end, if asked for, the rows without any. */
async function* scan(
  withLayout: WithLayout,
  condition: (layout: Layout) => Condition,
  options: ScanOptions,
): AsyncGenerator<RawCandidate[]> {
  const { keyless, passHeld, signal } = options;
  const ask = (after: string | null | 'without', past: boolean) =>
    withLayout(async ({ connection, layout }) => {
      const statement = pageStatement(layout, { take: pageSize, after, passHeld: past, ...condition(layout) });
      return (await connection.ask(statement, signal)).map(candidateIn(layout));
    });
  /** What one person keeps open in the intranet must not hide all the others. */
  const page = (after: string | null | 'without') =>
    ask(after, false).catch((error: unknown) => {
      if (passHeld && error instanceof OrigenError && error.held) return ask(after, true);
      throw error;
    });
  try {
    let after: string | null = null;
    while (!signal?.aborted) {
      const found: RawCandidate[] = await page(after);
      if (found.length > 0) yield found;
      if (found.length < pageSize) break;
      after = (found.at(-1) as RawCandidate).rawId;
    }
    if (!keyless || signal?.aborted) return;
    const without = await page('without');
    if (without.length > 0) yield without;
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
}

async function* heldBy(withLayout: WithLayout, user: string, signal?: AbortSignal): AsyncGenerator<readonly Holding[]> {
  const condition = (layout: Layout) => heldCondition(layout, around(user.trim()));
  for await (const page of scan(withLayout, condition, { keyless: false, passHeld: false, signal })) {
    const ours = page.filter((row) => row.id !== null && row.usuario === user.trim() && row.estado !== 2);
    if (ours.length > 0) yield ours.map(holdingOf);
  }
}

const holdingOf = ({ id, expediente, texp, estado, usuario }: Candidate): Holding => ({
  id: id as string,
  expediente,
  texp,
  estado,
  usuario,
});

const rows = async (reader: Reader, ids: readonly string[]): Promise<Map<string, SourceRow>> => byOwnId(await readRows(reader, ids), ids);

const read = async (reader: Reader, ids: readonly string[]): Promise<Map<string, Holding>> =>
  byOwnId((await readCandidates(reader, ids)).map(holdingOf), ids);

const readCandidates = async ({ connection, layout }: Reader, ids: readonly string[]): Promise<RawCandidate[]> => {
  const keys = keyList(layout.column('idRecurso'), ids);
  return keys === null ? [] : (await connection.ask(rowsStatement(layout, keys))).map(candidateIn(layout));
};

/** Of two rows with one id, the first; and nothing that was not asked for. */
const byOwnId = <T extends { id: string | null }>(found: readonly T[], ids: readonly string[]): Map<string, T> => {
  const wanted = new Set(ids);
  const own = found.flatMap((row) => (row.id !== null && wanted.has(row.id) ? [[row.id, row] as const] : []));
  return new Map(own.reverse());
};

const claim = async (withLayout: WithLayout, ids: readonly string[], rule: SourceRule, user: string): Promise<ReadonlySet<string>> => {
  const claimed = new Set<string>();
  const judge = judgeOf(rule);
  for (const some of chunksOf(ids))
    for (const id of await withLayout((reader) => claimSome(reader, some, { rule, judge, user }))) claimed.add(id);
  return claimed;
};

type Order = { readonly rule: SourceRule; readonly judge: (row: RawCandidate) => boolean; readonly user: string };

/**
 * Two steps: reads and judges, then one UPDATE that repeats everything the judgement was about, with the values it saw; so
 * what is judged here, with rules SQL has no words for, and what is changed there are the same rows.
 */
const claimSome = async (reader: Reader, ids: readonly string[], { rule, judge, user }: Order): Promise<string[]> => {
  const { connection, layout } = reader;
  const fitting = (await readCandidates(reader, ids)).filter(judge);
  const keys = keyList(
    layout.column('idRecurso'),
    fitting.map(({ id }) => id as string),
  );
  if (keys === null) return [];
  const distinct = (values: readonly (string | null)[]) => [...new Set(values)];
  const judged = {
    texp: rule.texp.filter(isSmall),
    organismes: distinct(fitting.map(({ rawOrganisme }) => rawOrganisme)),
    users: rule.onlyUnassigned ? distinct(fitting.map(({ usuarioRaw }) => usuarioRaw)) : null,
  };
  const changed = await connection.change(claimStatement(layout, keys, judged, user));
  return changed.flatMap(({ id }) => canonicalId(id) ?? []);
};

/** The name is judged as it was read, and the UPDATE asks for that very text again. */
const release = async (reader: Reader, original: Original, user: string): Promise<'released' | 'not_ours'> => {
  const { connection, layout } = reader;
  const keys = keyList(layout.column('idRecurso'), [original.id]);
  const row = (await readCandidates(reader, [original.id])).find(({ id }) => id === original.id);
  if (keys === null || row?.texp !== 1 || row.usuario !== user.trim()) return 'not_ours';
  const changed = await connection.change(releaseStatement(layout, keys, original, row.usuarioRaw ?? ''));
  return changed.length > 0 ? 'released' : 'not_ours';
};

const chunked = async <T>(ids: readonly string[], ask: (some: readonly string[]) => Promise<Map<string, T>>): Promise<Map<string, T>> => {
  const all = new Map<string, T>();
  for (const some of chunksOf(ids)) for (const [id, value] of await ask(some)) all.set(id, value);
  return all;
};
