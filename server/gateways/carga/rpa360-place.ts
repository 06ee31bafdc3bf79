import { CerebroError } from '#server/lib/errors.ts';

export type SqlHost = { readonly host: string; readonly port: number; readonly instance: string | null };

/**
 * `servidor`, `servidor,puerto`, `servidor:puerto` or `servidor\instancia`, as SQL Server's own tools have it: with both, the port wins.
 * @throws CerebroError
 */
export const readSqlHost = (given: string): SqlHost => {
  const text = given.trim().replace(/^tcp:/i, '');
  const [, bracketed, bare, instance, port] =
    /^(?:\[([\da-f:.]+)\]|([^\\,:\s[\]]+))(?:\\([^\\,:\s]+))?(?:\s*[,:]\s*(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? bare;
  if (host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0)
    throw new CerebroError(
      'configuracion_no_valida',
      `SQL_RPA360_HOST («${given}») debe ser servidor, servidor,puerto o servidor\\instancia.`,
    );
  return {
    host: /^(\.|\(local\))$/i.test(host) ? 'localhost' : host,
    port: port === undefined ? 1433 : Number(port),
    instance: port === undefined ? (instance ?? null) : null,
  };
};
