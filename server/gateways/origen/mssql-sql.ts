import sql from 'mssql';
import type { Parameter, Statement } from './mssql-connect.ts';
import type { Layout } from './mssql-layout.ts';
import { bracketed, type Column, type KeyList, keyType, numberParameter, reading, textParameter } from './mssql-types.ts';
import type { TableName } from './mssql-url.ts';
import type { Original } from './origen.ts';

/*
 * Every statement Cerebro sends to SQL Server, readable whole (XVIA.md 1.7: it holds on SQL Server 2016 and later and on
 * Babelfish). Values travel as parameters only; what is spliced in are names the base itself told, in brackets.
 */

/** The columns of some tables. Names are compared without case. */
export const columnsStatement = (tables: readonly TableName[]): Statement => ({
  text: `
    SELECT c.TABLE_SCHEMA AS esquema, c.TABLE_NAME AS tabla, c.COLUMN_NAME AS columna, c.DATA_TYPE AS tipo,
           c.CHARACTER_MAXIMUM_LENGTH AS longitud, c.NUMERIC_PRECISION AS [precision], c.NUMERIC_SCALE AS escala
    FROM INFORMATION_SCHEMA.COLUMNS AS c
    WHERE ${tables.map((_, at) => `(LOWER(c.TABLE_SCHEMA) = LOWER(@esquema${at}) AND LOWER(c.TABLE_NAME) = LOWER(@tabla${at}))`).join(' OR ')}`,
  parameters: tables.flatMap(({ schema, name }, at) => [
    { name: `esquema${at}`, type: sql.NVarChar(128), value: schema },
    { name: `tabla${at}`, type: sql.NVarChar(128), value: name },
  ]),
});

/** What a recurso is judged by, under the aliases `candidateIn` reads. */
const candidate = (layout: Layout): string => {
  const read = (name: Parameters<Layout['column']>[0]) => reading(layout.column(name), 'r');
  return `${read('idRecurso')} AS id, ${read('Expedient')} AS expediente, ${read('Organisme')} AS organisme,
           ${read('TExp')} AS texp, ${read('Estado')} AS estado, ${read('UsuarioAsignado')} AS usuario`;
};

const idColumn = (layout: Layout): string => `r.${bracketed(layout.column('idRecurso').name)}`;
const named = (layout: Layout, name: Parameters<Layout['column']>[0], alias = 'r'): string =>
  `${alias}.${bracketed(layout.column(name).name)}`;
const bare = (layout: Layout, name: Parameters<Layout['column']>[0]): string => bracketed(layout.column(name).name);

/** A page of a scan over the table in the order of its key. */
export type Page = {
  readonly take: number;
  readonly after: string | null | 'without';
  /** Goes past the rows others hold instead of waiting for them. */
  readonly passHeld?: boolean;
  readonly where: string;
  readonly parameters: readonly Parameter[];
};

/** `after`: null begins; the key of the last row goes on; 'without' asks for the rows that have no key at all. */
export const pageStatement = (layout: Layout, { take, after, passHeld = false, where, parameters }: Page): Statement => {
  const id = idColumn(layout);
  const from = after === 'without' ? `${id} IS NULL` : after === null ? `${id} IS NOT NULL` : `${id} > ${cast(layout, '@despues')}`;
  return {
    text: `
    SELECT TOP (@cuantos) ${candidate(layout)}
    FROM ${layout.recursos.sql} AS r${passHeld ? ' WITH (READPAST)' : ''}
    WHERE ${from} AND ${where}
    ORDER BY ${id}`,
    parameters: [
      { name: 'cuantos', type: sql.Int(), value: take },
      ...(after === null || after === 'without' ? [] : [keyParameter(layout.column('idRecurso'), after)]),
      ...parameters,
    ],
  };
};

const cast = (layout: Layout, variable: string): string => {
  const type = keyType(layout.column('idRecurso'));
  return type === null ? variable : `CAST(${variable} AS ${type})`;
};

const keyParameter = (column: Column, after: string): Parameter =>
  keyType(column) === null ? textParameter('despues', column, after) : { name: 'despues', type: sql.VarChar(60), value: after };

/** One row, to know that they can be read. */
export const oneRowStatement = (layout: Layout): Statement => ({
  text: `
    SELECT TOP (1) ${candidate(layout)}
    FROM ${layout.recursos.sql} AS r`,
  parameters: [],
});

/** The same of a joined table. */
export const oneJoinedRowStatement = (table: string, columns: readonly { column: Column; alias: string }[]): Statement => ({
  text: `
    SELECT TOP (1) ${columns.map(({ column, alias }) => `${reading(column, 'j')} AS ${bracketed(alias)}`).join(', ')}
    FROM ${table} AS j`,
  parameters: [],
});

/** A condition with its parameters. */
export type Condition = { readonly where: string; readonly parameters: readonly Parameter[] };

/** Free, of an accepted TExp, and with an Organisme one of the patterns could be about; the exact judgement comes after. */
export const freeCondition = (layout: Layout, texp: readonly number[], patterns: readonly string[]): Condition => {
  const organisme = reading(layout.column('Organisme'), 'r');
  const like = patterns.map((_, at) => `UPPER(${organisme}) LIKE @patron${at}`).join(' OR ');
  return {
    where: `${named(layout, 'Estado')} = @libre AND ${named(layout, 'TExp')} IN (${texp.map((_, at) => `@texp${at}`).join(', ')})${like === '' ? '' : ` AND (${like})`}`,
    parameters: [
      ...freeParameters(layout, texp),
      ...patterns.map((value, at): Parameter => ({ name: `patron${at}`, type: sql.NVarChar(sql.MAX), value })),
    ],
  };
};

const freeParameters = (layout: Layout, texp: readonly number[]): Parameter[] => [
  numberParameter('libre', layout.column('Estado'), 0),
  ...texp.map((value, at) => numberParameter(`texp${at}`, layout.column('TExp'), value)),
];

/** Claimed, by somebody whose name could be that one. */
export const heldCondition = (layout: Layout, pattern: string): Condition => ({
  where: `${named(layout, 'TExp')} = @reclamado AND UPPER(${reading(layout.column('UsuarioAsignado'), 'r')}) LIKE @quien`,
  parameters: [numberParameter('reclamado', layout.column('TExp'), 1), { name: 'quien', type: sql.NVarChar(sql.MAX), value: pattern }],
});

/** Some recursos by id, with those further columns. */
export const rowsStatement = (layout: Layout, keys: KeyList, further: readonly { column: Column; alias: string }[] = []): Statement => ({
  text: `
    SELECT ${candidate(layout)}${further.map(({ column, alias }) => `, ${reading(column, 'r')} AS ${bracketed(alias)}`).join('')}
    FROM ${layout.recursos.sql} AS r
    WHERE ${idColumn(layout)} IN (${keys.sql})`,
  parameters: keys.parameters,
});

/** Rows of a joined table by its key. */
export const joinedStatement = (
  table: string,
  columns: readonly { column: Column; alias: string }[],
  key: Column,
  keys: KeyList,
): Statement => ({
  text: `
    SELECT ${columns.map(({ column, alias }) => `${reading(column, 'j')} AS ${bracketed(alias)}`).join(', ')}
    FROM ${table} AS j
    WHERE j.${bracketed(key.name)} IN (${keys.sql})`,
  parameters: keys.parameters,
});

/** The rows a change is about, and what must still be so. */
export type Guard = Condition & { readonly keys: KeyList };

/**
 * TExp and UsuarioAsignado of some recursos, if everything still holds; and which ones. OUTPUT goes through a table, since a
 * table with triggers allows it no other way, and nothing is read here that others could hold.
 */
const changeStatement = (layout: Layout, guard: Guard, parameters: readonly Parameter[]): Statement => {
  const id = layout.column('idRecurso');
  const type = keyType(id) ?? 'nvarchar(400)';
  return {
    text: `
    DECLARE @cambiados TABLE (id ${type} NOT NULL);
    UPDATE ${layout.recursos.sql}
    SET ${bare(layout, 'TExp')} = @nuevo_texp, ${bare(layout, 'UsuarioAsignado')} = @nuevo_usuario
    OUTPUT inserted.${bracketed(id.name)} INTO @cambiados (id)
    WHERE ${bracketed(id.name)} IN (${guard.keys.sql}) AND ${guard.where};
    SELECT CAST(c.id AS varchar(60)) AS id FROM @cambiados AS c`,
    parameters: [...parameters, ...guard.keys.parameters, ...guard.parameters],
  };
};

/** Values that were read and judged, repeated: what became another one since is left alone. */
export type Judged = {
  readonly texp: readonly number[];
  readonly organismes: readonly (string | null)[];
  readonly users: readonly (string | null)[] | null;
};

export const claimStatement = (layout: Layout, keys: KeyList, judged: Judged, user: string): Statement => {
  const { texp, organismes, users } = judged;
  const conditions = [
    `${bare(layout, 'Estado')} = @libre AND ${bare(layout, 'TExp')} IN (${texp.map((_, at) => `@texp${at}`).join(', ')})`,
    among(layout, 'Organisme', 'organisme', organismes),
    ...(users === null ? [] : [among(layout, 'UsuarioAsignado', 'usuario', users)]),
  ];
  const parameters = [
    ...freeParameters(layout, texp),
    ...amongParameters(layout.column('Organisme'), 'organisme', organismes),
    ...(users === null ? [] : amongParameters(layout.column('UsuarioAsignado'), 'usuario', users)),
  ];
  const guard = { keys, where: conditions.join(' AND '), parameters };
  return changeStatement(layout, guard, newValues(layout, 1, user));
};

/** Back to what it was, if it is still claimed in the name it was read with. */
export const releaseStatement = (layout: Layout, keys: KeyList, original: Original, usuarioNow: string): Statement => {
  const where = `${bare(layout, 'TExp')} = @reclamado AND ${among(layout, 'UsuarioAsignado', 'usuario', [usuarioNow])}`;
  const parameters = [
    numberParameter('reclamado', layout.column('TExp'), 1),
    ...amongParameters(layout.column('UsuarioAsignado'), 'usuario', [usuarioNow]),
  ];
  return changeStatement(layout, { keys, where, parameters }, newValues(layout, original.texp, original.usuario));
};

/** An UPDATE that changes no row, and needs the permission all the same. */
export const harmlessStatement = (layout: Layout, user: string): Statement => ({
  text: `
    UPDATE ${layout.recursos.sql}
    SET ${bare(layout, 'TExp')} = @nuevo_texp, ${bare(layout, 'UsuarioAsignado')} = @nuevo_usuario
    WHERE 1 = 0`,
  parameters: newValues(layout, 1, user),
});

/** What the base says the user may change; NULL where it does not say. The permission may be on the columns alone. */
export const permissionsStatement = (layout: Layout): Statement => ({
  text: `
    SELECT HAS_PERMS_BY_NAME(@tabla, N'OBJECT', N'UPDATE', @texp, N'COLUMN') AS texp,
           HAS_PERMS_BY_NAME(@tabla, N'OBJECT', N'UPDATE', @usuario, N'COLUMN') AS usuario`,
  parameters: [
    { name: 'tabla', type: sql.NVarChar(300), value: layout.recursos.sql },
    { name: 'texp', type: sql.NVarChar(128), value: layout.column('TExp').name },
    { name: 'usuario', type: sql.NVarChar(128), value: layout.column('UsuarioAsignado').name },
  ],
});

const newValues = (layout: Layout, texp: number | null, usuario: string | null): Parameter[] => [
  numberParameter('nuevo_texp', layout.column('TExp'), texp),
  textParameter('nuevo_usuario', layout.column('UsuarioAsignado'), usuario),
];

/** One of those values; NULL is none of any list. */
const among = (layout: Layout, name: 'Organisme' | 'UsuarioAsignado', prefix: string, values: readonly (string | null)[]): string => {
  const column = layout.column(name);
  const sqlName = /^n?text$/.test(column.type) ? `CAST(${bracketed(column.name)} AS nvarchar(max))` : bracketed(column.name);
  const given = values.filter((value) => value !== null);
  const list = given.length === 0 ? [] : [`${sqlName} IN (${given.map((_, at) => `@${prefix}${at}`).join(', ')})`];
  return `(${[...list, ...(values.includes(null) ? [`${bracketed(column.name)} IS NULL`] : [])].join(' OR ')})`;
};

const amongParameters = (column: Column, prefix: string, values: readonly (string | null)[]): Parameter[] =>
  values.filter((value) => value !== null).map((value, at) => textParameter(`${prefix}${at}`, column, value));
