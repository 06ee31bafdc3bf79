/** A SQL Server as its own tools name it. */
export type SqlHost = { readonly host: string; readonly port: number; readonly instance: string | null };

/** `servidor`, `servidor,puerto`, `servidor:puerto` or `servidor\instancia`; with both, the port wins. null = it is none of these. */
export const readSqlHost = (given: string): SqlHost | null => {
  const text = given.trim().replace(/^tcp:/i, '');
  const [, bracketed, bare, instance, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\\,:\s[\]]+))(?:\\([^\\,:\s]+))?(?:\s*[,:]\s*(\d{1,5}))?$/i.exec(text) ?? [];
  const host = bracketed ?? bare;
  const port = digits === undefined ? null : Number(digits);
  if (host === undefined || port === 0 || (port ?? 0) > 65_535) return null;
  return {
    host: /^(\.|\(local\))$/i.test(host) ? 'localhost' : host,
    port: port ?? 1433,
    instance: port === null ? (instance ?? null) : null,
  };
};
