/** Names of the older programs that nothing reads any more: accepted, and told with what holds instead. */
export type Retired = { readonly names: readonly string[]; readonly why: string };

const named = (start: string, ...ends: readonly string[]): string[] => ends.map((end) => `${start}${end}`);

export const retired: readonly Retired[] = [
  {
    names: [
      ...named('SQL_SAM_', 'HOST', 'DB_NAME', 'UID', 'PWD', 'DRIVER', 'TIMEOUT_CONEXION_INICIAL', 'MAX_REINTENTOS_QUERY'),
      ...named('SQL_SAM_', 'DELAY_REINTENTO_QUERY_BASE_SEG', 'CODIGOS_SQLSTATE_REINTENTABLES'),
    ],
    why: 'los datos de SAM ya no están en SQL Server, sino en cerebro.db, dentro de DATA_DIR',
  },
  { names: ['SQL_RPA360_DRIVER'], why: 'se entra en SQL Server sin controlador ODBC' },
  { names: ['SQL_RPA360_CODIGOS_SQLSTATE_REINTENTABLES'], why: 'Cerebro sabe qué errores de SQL Server son pasajeros' },
  { names: ['LOG_FORMAT', 'LOG_DATEFMT'], why: 'los registros son líneas JSON con la hora en UTC' },
  {
    names: [...named('APP_LOG_FILENAME_', 'LANZADOR', 'BALANCEADOR'), ...named('', 'CALLBACK_LOG_FILENAME', 'INTERFAZ_WEB_LOG_FILENAME')],
    why: 'cada parte escribe en su archivo, dentro de LOG_DIRECTORIO',
  },
  { names: ['CALLBACK_SERVER_THREADS'], why: 'los avisos de A360 se atienden sin hilos propios' },
  {
    names: ['CALLBACK_AUTH_MODE'],
    why: 'no hay modos: los avisos de A360 traen siempre el secreto de CALLBACK_TOKEN, y sin él se rechazan',
  },
  {
    names: ['XVIA_EMAIL', 'XVIA_PASSWORD', 'CLIENT_DOCS_BASE_PATH'],
    why: 'esta versión descarga los documentos de XVIA_URL sin entrar con usuario',
  },
];

export const retiredWhy: ReadonlyMap<string, string> = new Map(
  retired.flatMap(({ names, why }) => names.map((name) => [name, why] as const)),
);
