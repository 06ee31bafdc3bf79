import type { Db } from '#server/db/open.ts';
import { csvLine, csvMark } from '#server/lib/csv.ts';
import type { Format } from '#server/lib/format.ts';
import { createPacer } from '#server/lib/pacer.ts';
import { idsUnder } from './queries.ts';
import type { Filter } from './rules.ts';
import { type Status, statusWords } from './transitions.ts';

const header = [
  ...['Trámite', 'Organismo', 'idRecurso', 'Expediente', 'Matrícula', 'Protocolo', 'Estado', 'Intentos'],
  ...['Número de registro', 'Fecha de registro', 'Código de error', 'Motivo', 'En cola desde', 'Terminado'],
];

/** Rows read at once: memory stays flat however many there are. */
const chunkRows = 200;

/**
 * The rows under a filter as lines of a CSV, the newest first, in pieces; the loop is free between them. The first ones
 * are looked up at once: what cannot be searched fails here, while there is still a page to say so.
 */
export const csvOf = (db: Db, filter: Filter, format: Format): AsyncGenerator<string> => {
  const chunks = chunksOf(db, filter);
  return linesOf(db, chunks, chunks.next(), format);
};

type Chunks = Generator<readonly number[], void>;

async function* linesOf(db: Db, chunks: Chunks, first: ReturnType<Chunks['next']>, format: Format): AsyncGenerator<string> {
  yield csvMark + csvLine(header);
  const pacer = createPacer();
  for (let chunk = first; !chunk.done; chunk = chunks.next()) {
    yield rowsOf(db, chunk.value)
      .map((row) => csvLine(cells(row, format)))
      .join('');
    if (pacer.due()) await pacer.rest();
  }
}

/** Ids page by page. A search is made once: it finds no more than its own limit. */
function* chunksOf(db: Db, filter: Filter): Chunks {
  if (filter.search !== null) return yield* cutInChunks(idsUnder(db, filter, Number.MAX_SAFE_INTEGER));
  for (let last = Number.MAX_SAFE_INTEGER; ; ) {
    const ids = idsUnder(db, filter, chunkRows, { older: true, id: last });
    if (ids.length > 0) yield ids;
    if (ids.length < chunkRows) return;
    last = ids.at(-1) ?? 0;
  }
}

function* cutInChunks(ids: readonly number[]): Chunks {
  for (let at = 0; at < ids.length; at += chunkRows) yield ids.slice(at, at + chunkRows);
}

type Row = Readonly<Record<string, unknown>> & {
  readonly status: Status;
  readonly created_at: string;
  readonly processed_at: string | null;
};

export const csvRowsSql = `
  SELECT id, site_id, resource_id, expediente, CASE WHEN json_valid(payload) THEN payload ->> '$.plate_number' END AS matricula, protocol,
         status, attempts, CASE WHEN json_valid(result) THEN result ->> '$.numero' END AS numero,
         CASE WHEN json_valid(result) THEN result ->> '$.fecha' END AS fecha, error_code, error_log, created_at, processed_at
    FROM tramite_queue WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id DESC`;

const rowsOf = (db: Db, ids: readonly number[]): Row[] => db.sql(csvRowsSql).all(JSON.stringify(ids)) as unknown as Row[];

const cells = (row: Row, format: Format): unknown[] => [
  ...[row.id, row.site_id, row.resource_id, row.expediente, row.matricula, row.protocol, statusWords[row.status], row.attempts],
  ...[row.numero, row.fecha, row.error_code, row.error_log, format.instant(row.created_at).text, format.instant(row.processed_at)?.text],
];
