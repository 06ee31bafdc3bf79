import { type JoinedTable, knownAs } from './columns.ts';
import { type Attachment, byId, canonicalId, type SourceRow } from './origen.ts';
import { type Connection, trimmed } from './sqlite-file.ts';
import { spellings, wholeNumber } from './sqlite-ids.ts';
import { judgedColumns, layoutOf, quoted, type TableLayout } from './sqlite-layout.ts';

type Value = string | number | null;
type Fields = Record<string, Value>;

/** What a recurso is judged by, in this order, as `candidateOf` reads it. */
export const candidateColumns =
  'cerebro_id(idRecurso), CAST(idRecurso AS TEXT), CAST(Expedient AS TEXT), CAST(Organisme AS TEXT), TExp, Estado, CAST(UsuarioAsignado AS TEXT)';
export type CandidateValues = [string | null, string | null, string | null, string | null, unknown, unknown, string | null];

export const candidateOf = ([id, shown, expediente, organisme, texp, estado, usuario]: CandidateValues) => ({
  id,
  idShown: shown ?? 'NULL',
  expediente: trimmed(expediente),
  expedientePadded: (expediente ?? '') !== trimmed(expediente),
  organisme: trimmed(organisme),
  texp: wholeNumber(texp),
  estado: wholeNumber(estado),
  usuario: trimmed(usuario),
});

/** Whole rows: one query for the recursos and one per joined table, so that joins cannot multiply them. */
export const readRows = (connection: Connection, rowids: Iterable<string>): SourceRow[] => {
  const { recursos } = layoutOf(connection);
  const further = [...recursos].filter(([name]) => !judgedColumns.has(name));
  const columns = further.map(([, spelling]) => `, ${quoted(spelling)}`).join('');
  const rows = connection
    .sql(`SELECT ${candidateColumns}${columns} FROM RecursosExp WHERE rowid IN (SELECT value FROM json_each(?))`)
    .raw()
    .all(`[${Array.from(rowids).join(',')}]`) as unknown[][];
  const names = further.map(([, spelling]) => knownAs('RecursosExp', spelling));
  const split = rows.map((values) => ({
    judged: values.slice(0, 7) as CandidateValues,
    own: Object.fromEntries(names.map((name, at) => [name, clean(values[at + 7])])) as Fields,
  }));
  const join = joiner(
    connection,
    split.map(({ own }) => own),
  );
  return split.map(({ judged, own }) => ({ ...candidateOf(judged), usuarioRaw: judged[6], fields: { ...own, ...join(own) } }));
};

const clean = (value: unknown): Value => {
  if (value === null || value === undefined) return null;
  return typeof value === 'number' ? value : trimmed(value);
};

/** The joined facts of each recurso; of several rows for one recurso, the first. */
const joiner = (connection: Connection, recursos: readonly Fields[]): ((own: Fields) => Fields) => {
  const keys = (name: string) => recursos.map((own) => keyOf(own[name]));
  const clients = lookup(connection, 'clientes', 'numerocliente', keys('numclient'));
  const files = lookup(connection, 'expedientes', 'idexpediente', keys('IdExp'));
  const publicationKey = (own: Fields) => keyOf(own.IdPublic) ?? keyOf(files(own.IdExp)?.['expedientes.Idpublic']);
  const publications = lookup(connection, 'pubExp', 'idpublic', recursos.map(publicationKey));
  const drivers = lookup(connection, 'DadesIdentif', 'idexp', keys('IdExp'));
  return (own) => ({ ...clients(own.numclient), ...files(own.IdExp), ...publications(publicationKey(own)), ...drivers(own.IdExp) });
};

const keyOf = (value: Value | undefined): string | null => canonicalId(value);

/** Rows of a joined table by key, their columns named `table.column`; nothing when the table or its key is missing. */
const lookup = (
  connection: Connection,
  table: JoinedTable,
  key: string,
  wanted: (string | null)[],
): ((value: unknown) => Fields | undefined) => {
  const layout = layoutOf(connection).joined[table];
  const keys = new Set(wanted.filter((one) => one !== null));
  if (!layout.has(key) || keys.size === 0) return () => undefined;
  const found = new Map<string, Fields>();
  for (const row of rowsByKey(connection, table, layout, key, keys)) {
    const at = canonicalId(row[layout.get(key) as string]);
    if (at !== null && !found.has(at)) found.set(at, prefixed(table, row));
  }
  return (value) => found.get(canonicalId(value) ?? '');
};

const rowsByKey = (connection: Connection, table: JoinedTable, layout: TableLayout, key: string, keys: Iterable<string>) =>
  connection
    .sql(`SELECT * FROM ${quoted(table)} WHERE ${quoted(layout.get(key) as string)} IN (SELECT value FROM json_each(?))`)
    .all(spellings(keys)) as Record<string, unknown>[];

const prefixed = (table: JoinedTable, row: Record<string, unknown>): Fields =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [`${table}.${knownAs(table, name)}`, clean(value)]));

/** Attachments by idRecurso, in order of their id; the join goes through `automatic_id`. */
export const readAttachments = (connection: Connection, rowids: Iterable<string>): Map<string, Attachment[]> => {
  const { recursos, joined } = layoutOf(connection);
  const layout = joined.attachments_resource_documents;
  const own = recursos.get('automatic_id');
  if (!own || !layout.has('automatic_id') || !layout.has('id')) return new Map();
  const owners = connection
    .sql(`SELECT cerebro_id(idRecurso), cerebro_id(${quoted(own)}) FROM RecursosExp WHERE rowid IN (SELECT value FROM json_each(?))`)
    .raw()
    .all(`[${Array.from(rowids).join(',')}]`) as [string, string | null][];
  const keys = new Set(owners.map(([, key]) => key).filter((key) => key !== null));
  const byKey = Map.groupBy(rowsByKey(connection, 'attachments_resource_documents', layout, 'automatic_id', keys), (row) =>
    canonicalId(row[layout.get('automatic_id') as string]),
  );
  const pairs = owners.map(([id, key]) => [id, attachmentsOf(byKey.get(key) ?? [], layout)] as const);
  return new Map(pairs.filter(([, list]) => list.length > 0));
};

const attachmentsOf = (rows: Record<string, unknown>[], layout: TableLayout): Attachment[] => {
  const value = (row: Record<string, unknown>, name: string) => row[layout.get(name) ?? ''];
  const list = rows.map((row) => ({
    id: canonicalId(value(row, 'id')) ?? trimmed(value(row, 'id')),
    filename: trimmed(value(row, 'filename')),
  }));
  return [...new Map(list.map((one) => [one.id, one])).values()].sort((a, b) => byId(a.id, b.id));
};
