import { type JoinedTable, knownAs, requiredColumns } from './columns.ts';
import type { Connection, Row } from './mssql-connect.ts';
import type { Layout, Table } from './mssql-layout.ts';
import { joinedStatement, rowsStatement } from './mssql-sql.ts';
import { type Column, isOpaque, keyList, keyType, mostIds } from './mssql-types.ts';
import { type Attachment, byId, type Candidate, canonicalId, type SourceRow } from './origen.ts';

type Value = string | number | null;
type Fields = Readonly<Record<string, Value>>;

/** What a recurso is judged by, and the values as they stand. */
export type RawCandidate = Candidate & {
  readonly rawId: string | null;
  readonly rawOrganisme: string | null;
  readonly usuarioRaw: string | null;
};

const candidateOf = ({ id, expediente, organisme, texp, estado, usuario }: Row, readId: typeof canonicalId): RawCandidate => ({
  id: readId(id),
  idShown: id === null ? 'NULL' : shownNumber(String(id)),
  expediente: trimmed(expediente),
  expedientePadded: textOrNull(expediente) !== null && String(expediente) !== trimmed(expediente),
  organisme: trimmed(organisme),
  texp: wholeNumber(texp),
  estado: wholeNumber(estado),
  usuario: trimmed(usuario),
  rawId: textOrNull(id),
  rawOrganisme: textOrNull(organisme),
  usuarioRaw: textOrNull(usuario),
});

/** The rows of that table as candidates. */
export const candidateIn = (layout: Layout): ((row: Row) => RawCandidate) => {
  const readId = keyType(layout.column('idRecurso')) === null ? spelledId : canonicalId;
  return (row) => candidateOf(row, readId);
};

/** In a column of texts only what `textKeys` asks for is found again; blanks at the end do not count for SQL Server. */
const spelledId = (raw: unknown): string | null => {
  const id = canonicalId(raw);
  const text = String(raw).replace(/ +$/, '');
  return text === id || text === `${id}.0` ? id : null;
};

const textOrNull = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));

/** A value as text without blank ends; '' for NULL. */
export const trimmed = (value: unknown): string => (textOrNull(value) ?? '').trim();

/** 7.50 is 7.5, as people write it. */
const shownNumber = (text: string): string => (/^-?\d+\.\d+$/.test(text) ? text.replace(/\.?0+$/, '') : text);

/** TExp or Estado as a number; null for NULL and for anything that is no whole number. */
const wholeNumber = (value: unknown): number | null => {
  const number = typeof value === 'boolean' ? Number(value) : typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
};

const none: ReadonlySet<string> = new Set();

/** A column of a statement's answer: its place, and the name it goes by afterwards. */
type Field = { readonly column: Column; readonly alias: string; readonly name: string };

/** The columns a payload may be made of. */
export const fieldsOf = (table: string, { columns }: Table, except: ReadonlySet<string> = none): Field[] =>
  [...columns]
    .filter(([design, column]) => !except.has(design) && !isOpaque(column.type))
    .map(([design, column], at) => ({ column, alias: `f${at}`, name: nameOf(table, design, column) }));

/** The design's spelling where it knows the column, the base's own where it does not. */
const nameOf = (table: string, design: string, column: Column): string => {
  const spelled = knownAs(table, design);
  return spelled === design ? column.name : spelled;
};

const judged: ReadonlySet<string> = new Set(requiredColumns.map((name) => name.toLowerCase()));

/** How dates are told: the wall clock of the server, whatever zone the driver reads it in. */
export type Reading = { readonly useUtc: boolean };

const clean = (value: unknown, { type }: Column, { useUtc }: Reading): Value => {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return dateText(useUtc ? value : new Date(value.getTime() - value.getTimezoneOffset() * 60_000), type);
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return Number(value);
  const text = trimmed(value);
  return numeric.has(type) ? numberIfSafe(text) : text;
};

const dateText = (date: Date, type: string): string => {
  const text = date
    .toISOString()
    .replace('T', ' ')
    .replace(/(\.000)?Z$/, '');
  if (type === 'date') return text.slice(0, 10);
  return type === 'time' ? text.slice(11) : text;
};

const numeric: ReadonlySet<string> = new Set(['decimal', 'numeric', 'bigint', 'float', 'real', 'money', 'smallmoney']);

/** A number JavaScript can hold without losing digits; else its text. */
const numberIfSafe = (text: string): Value => {
  const number = Number(text);
  return Number.isFinite(number) && Math.abs(number) <= Number.MAX_SAFE_INTEGER ? number : text;
};

const readFields = (row: Row, fields: readonly Field[], reading: Reading, prefix = ''): Fields =>
  Object.fromEntries(fields.map(({ column, alias, name }) => [`${prefix}${name}`, clean(row[alias], column, reading)]));

/** Where rows are read from. */
export type Reader = { readonly connection: Connection; readonly layout: Layout; readonly reading: Reading };

/** Whole rows: one question for the recursos and one per joined table, so that joins cannot multiply them. At most `mostIds` ids. */
export const readRows = async (reader: Reader, ids: readonly string[]): Promise<SourceRow[]> => {
  const { connection, layout, reading } = reader;
  const keys = keyList(layout.column('idRecurso'), ids);
  if (keys === null) return [];
  const fields = fieldsOf('RecursosExp', layout.recursos, judged);
  const rows = await connection.ask(rowsStatement(layout, keys, fields));
  const candidate = candidateIn(layout);
  const read = rows.map((row) => ({ candidate: candidate(row), own: readFields(row, fields, reading) }));
  const join = await joiner(
    reader,
    read.map(({ own }) => own),
  );
  return read.map(({ candidate: { rawId: _, rawOrganisme: __, ...candidate }, own }) => ({
    ...candidate,
    fields: { ...own, ...join(own) },
  }));
};

/** The joined facts of each recurso; of several rows for one recurso, the first. */
const joiner = async (reader: Reader, recursos: readonly Fields[]): Promise<(own: Fields) => Fields> => {
  const keys = (name: string) => recursos.map((own) => own[name]);
  const [clients, files, drivers] = await Promise.all([
    lookup(reader, 'clientes', 'numerocliente', keys('numclient')),
    lookup(reader, 'expedientes', 'idexpediente', keys('IdExp')),
    lookup(reader, 'DadesIdentif', 'idexp', keys('IdExp')),
  ]);
  const publicationKey = (own: Fields) => canonicalId(own.IdPublic) ?? canonicalId(files(own.IdExp)?.['expedientes.Idpublic']);
  const publications = await lookup(reader, 'pubExp', 'idpublic', recursos.map(publicationKey));
  return (own) => ({ ...clients(own.numclient), ...files(own.IdExp), ...publications(publicationKey(own)), ...drivers(own.IdExp) });
};

/** Rows of a joined table by key, their columns named `table.column`; nothing when the table or its key is missing. */
const lookup = async (
  reader: Reader,
  table: JoinedTable,
  key: string,
  wanted: readonly unknown[],
): Promise<(value: unknown) => Fields | undefined> => {
  const found = new Map<string, Fields>();
  const there = reader.layout.joined[table];
  const fields = there ? fieldsOf(table, there) : [];
  for (const row of await rowsByKey(reader, table, key, wanted)) {
    const at = canonicalId(row.llave);
    if (at !== null && !found.has(at)) found.set(at, readFields(row, fields, reader.reading, `${table}.`));
  }
  return (value) => found.get(canonicalId(value) ?? '');
};

/** Every column of those rows, and the key as `llave`. */
const rowsByKey = async ({ connection, layout }: Reader, table: JoinedTable, key: string, wanted: readonly unknown[]): Promise<Row[]> => {
  const there = layout.joined[table];
  const column = there?.columns.get(key);
  if (!there || !column) return [];
  const fields = fieldsOf(table, there);
  const found: Row[] = [];
  for (const some of chunksOf([...new Set(wanted.map(canonicalId).filter((one) => one !== null))])) {
    const keys = keyList(column, some, 'llave');
    if (keys) found.push(...(await connection.ask(joinedStatement(there.sql, [...fields, { column, alias: 'llave' }], column, keys))));
  }
  return found;
};

/** Attachments by idRecurso, in order of their id; the join goes through `automatic_id`. At most `mostIds` ids. */
export const readAttachments = async (reader: Reader, ids: readonly string[]): Promise<Map<string, Attachment[]>> => {
  const { connection, layout } = reader;
  const own = layout.recursos.columns.get('automatic_id');
  const columns = layout.joined.attachments_resource_documents?.columns;
  const keys = keyList(layout.column('idRecurso'), ids);
  if (!own || !columns?.has('automatic_id') || !columns.has('id') || keys === null) return new Map();
  const owners = await connection.ask(rowsStatement(layout, keys, [{ column: own, alias: 'llave' }]));
  const candidate = candidateIn(layout);
  const links = owners.map((row) => [candidate(row).id, canonicalId(row.llave)] as const);
  const rows = await rowsByKey(
    reader,
    'attachments_resource_documents',
    'automatic_id',
    links.map(([, key]) => key),
  );
  const fields = fieldsOf('attachments_resource_documents', layout.joined.attachments_resource_documents as Table);
  const aliasOf = (design: string) => fields.find(({ column }) => column === columns.get(design))?.alias ?? '';
  const [id, filename] = [aliasOf('id'), aliasOf('filename')];
  const byKey = Map.groupBy(rows, (row) => canonicalId(row.llave));
  const lists = links.flatMap(([recurso, key]) => {
    const list =
      key === null
        ? []
        : (byKey.get(key) ?? []).map((row) => ({ id: canonicalId(row[id]) ?? trimmed(row[id]), filename: trimmed(row[filename]) }));
    return recurso === null || list.length === 0 ? [] : [[recurso, inOrder(list)] as const];
  });
  return new Map(lists);
};

const inOrder = (list: readonly Attachment[]): Attachment[] =>
  [...new Map(list.map((one) => [one.id, one])).values()].sort((a, b) => byId(a.id, b.id));

/** Lists short enough for one statement. */
export function* chunksOf(ids: readonly string[]): Generator<readonly string[]> {
  for (let at = 0; at < ids.length; at += mostIds) yield ids.slice(at, at + mostIds);
}
