import { joinedTables } from './columns.ts';
import { fieldsOf, type Reader } from './mssql-rows.ts';
import { harmlessStatement, oneJoinedRowStatement, oneRowStatement, permissionsStatement } from './mssql-sql.ts';
import { OrigenError } from './origen.ts';

/** One row of every table that is there, so that one that may not be read says so before it is needed. */
export const checkReading = async ({ connection, layout }: Reader): Promise<void> => {
  await connection.ask(oneRowStatement(layout));
  for (const name of joinedTables) {
    const table = layout.joined[name];
    if (table) await connection.ask(oneJoinedRowStatement(table.sql, fieldsOf(name, table)));
  }
};

/** Asks the base what it allows, and carries out an UPDATE of no rows that is taken back. */
export const checkClaim = async ({ connection, layout }: Reader, user: string): Promise<void> => {
  const { length } = layout.column('UsuarioAsignado');
  if (length !== null && length > 0 && user.length > length)
    throw new OrigenError(
      'origen_rechaza',
      `BOT_USER («${user}») no cabe en UsuarioAsignado, que admite ${length} caracteres: elija uno más corto.`,
    );
  const [allowed] = await connection.ask(permissionsStatement(layout));
  const missing = [layout.column('TExp'), layout.column('UsuarioAsignado')].filter(
    (_, at) => (at === 0 ? allowed?.texp : allowed?.usuario) === 0,
  );
  if (missing.length > 0)
    throw new OrigenError(
      'origen_sin_permiso',
      `El usuario de ORIGEN_URL no puede cambiar ${missing.map(({ name }) => name).join(' ni ')} en la tabla de recursos: pida GRANT UPDATE (docs/sql-server.md).`,
    );
  await connection.rehearse(harmlessStatement(layout, user));
};
