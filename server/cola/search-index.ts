import type { Db } from '#server/db/open.ts';
import { checkpointPages } from '#server/db/schema/file.ts';
import type { Deps } from '#server/deps.ts';
import { bare } from './search-text.ts';

/** What one run brought into the index. */
export type Indexed = { readonly rows: number; readonly numbers: number };

type IndexDeps = Pick<Deps, 'db' | 'clock'>;

/** A chunk ends as soon as it has taken this long: pages and robots share the thread. */
const shareMs = 3;
const chunkRows = 50;
/** Pages of the index folded together after each chunk: FTS5 by itself would now and then fold all of them at once. */
const foldPages = 8;

/**
 * Brings `tramite_search` up to date behind the writers' backs: rows that came since the last time by their id, then the
 * register numbers that events have told since. In small chunks, each one transaction, resting between them; stopped
 * anywhere it goes on from there, and what is not indexed yet is found all the same (search.ts).
 */
export const indexSearch = async (deps: IndexDeps, signal?: AbortSignal): Promise<Indexed> => {
  const { db } = deps;
  await db.write(() => begin(db));
  try {
    const rows = await inChunks(deps, indexRows, signal);
    return { rows, numbers: await inChunks(deps, indexNumbers, signal) };
  } finally {
    db.sqlite.pragma(`wal_autocheckpoint = ${checkpointPages}`);
  }
};

type Chunk = (db: Db, isOver: () => boolean) => number;

/** More chunks than this in a row = catching up with a great many. */
const manyChunks = 20;
const smallerLog = 500;

/** Chunk after chunk until one finds nothing to do; answers how much was done. */
const inChunks = async ({ db, clock }: IndexDeps, chunk: Chunk, signal?: AbortSignal): Promise<number> => {
  let done = 0;
  for (let n = 1; !signal?.aborted; n++) {
    // Folding a long log back takes longer than a chunk may.
    if (n === manyChunks) db.sqlite.pragma(`wal_autocheckpoint = ${smallerLog}`);
    const since = performance.now();
    const found = await db.write(() => chunk(db, () => performance.now() - since > shareMs));
    if (found === 0) break;
    done += found;
    await clock.sleep(1, signal);
    await db.write(() => fold(db));
    // As long as it took: half of the thread, at most, goes into catching up.
    await clock.sleep(Math.ceil(performance.now() - since), signal);
  }
  return done;
};

/**
 * The first run of all: register numbers told until now stand in the rows themselves, so that only later events matter.
 * And FTS5 must not fold its segments when it likes (up to 200 ms at a time were measured): `fold` does, a little each time.
 */
const begin = (db: Db): void => {
  const started = progressOf(db);
  if (started.tramiteId > 0 || started.eventId > 0) return;
  db.sql('UPDATE search_progress SET event_id = (SELECT coalesce(max(event_id), 0) FROM events)').run();
  db.sql(`INSERT INTO tramite_search (tramite_search, rank) VALUES ('automerge', 0)`).run();
  db.sql(`INSERT INTO tramite_search (tramite_search, rank) VALUES ('crisismerge', 1000)`).run();
};

const fold = (db: Db): void => {
  db.sql(`INSERT INTO tramite_search (tramite_search, rank) VALUES ('merge', ?)`).run(foldPages);
};

/** Rows up to `tramiteId` are in the index, and so are the numbers told by events up to `eventId`. */
export type Progress = { readonly tramiteId: number; readonly eventId: number };

export const progressOf = (db: Db): Progress =>
  db.sql('SELECT tramite_id AS tramiteId, event_id AS eventId FROM search_progress WHERE id = 1').get() as Progress;

/** What a row is found by. Other programs write these columns too: JSON that cannot be read has neither plate nor number. */
export const searchedColumns = `id, expediente, resource_id AS resourceId,
  CASE WHEN json_valid(payload) THEN payload ->> '$.plate_number' END AS matricula,
  CASE WHEN json_valid(result) THEN result ->> '$.numero' END AS numero`;

export type Searched = {
  readonly id: number;
  readonly expediente: unknown;
  readonly resourceId: unknown;
  readonly matricula: unknown;
  readonly numero: unknown;
};

export const newRowsSql = `SELECT ${searchedColumns} FROM tramite_queue WHERE id > ? ORDER BY id LIMIT ${chunkRows}`;

const indexRows: Chunk = (db, isOver) => {
  const rows = db.sql(newRowsSql).all(progressOf(db).tramiteId) as Searched[];
  const done = takeUntil(rows, isOver, (row) => put(db, row));
  if (done > 0) db.sql('UPDATE search_progress SET tramite_id = ?').run(rows[done - 1]?.id);
  return done;
};

type Told = { readonly eventId: number; readonly tramiteId: number };

/** Events, whatever they tell, up to a limit; those that told a register number are `told`. */
export const newNumbersSql = `
  SELECT event_id AS eventId, CASE WHEN entity = 'tramite' AND kind IN ('completed', 'resolved') THEN CAST(entity_id AS INTEGER) ELSE 0 END AS tramiteId
    FROM events WHERE event_id > ? ORDER BY event_id LIMIT 500`;

const indexNumbers: Chunk = (db, isOver) => {
  const { tramiteId: indexed, eventId } = progressOf(db);
  const events = db.sql(newNumbersSql).all(eventId) as Told[];
  const done = takeUntil(events, isOver, ({ tramiteId }) => {
    // A row that is not in the index yet will bring its number along.
    if (tramiteId > 0 && tramiteId <= indexed) putAgain(db, tramiteId);
  });
  if (done > 0) db.sql('UPDATE search_progress SET event_id = ?').run(events[done - 1]?.eventId);
  return done;
};

const putAgain = (db: Db, id: number): void => {
  const row = db.sql(`SELECT ${searchedColumns} FROM tramite_queue WHERE id = ?`).get(id) as Searched | undefined;
  if (row) put(db, row);
};

const put = (db: Db, { id, expediente, resourceId, matricula, numero }: Searched): void => {
  const text = (value: unknown) => (value === null || value === undefined ? '' : String(value));
  db.sql('INSERT OR REPLACE INTO tramite_search (rowid, expediente, resource_id, matricula, numero) VALUES (?, ?, ?, ?, ?)').run(
    ...[id, text(expediente), text(resourceId), bare(text(matricula)), text(numero)],
  );
};

/** At least one of them, and more while there is time; answers how many. */
const takeUntil = <T>(items: readonly T[], isOver: () => boolean, take: (item: T) => void): number => {
  let done = 0;
  for (const item of items) {
    take(item);
    done += 1;
    if (isOver()) break;
  }
  return done;
};
