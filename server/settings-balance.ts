import { z } from 'zod';
import { readSqlHost } from './lib/sql-host.ts';
import type { Setting } from './settings.ts';
import { flag, httpUrl, most, text, whole } from './settings-read.ts';

/** Who may count tickets outside; the local queue always counts its own. */
export const outsideProviders = ['clouders', 'rpa360'] as const;

const providers = z
  .string()
  .transform((list) => list.split(/[,;]/).flatMap((name) => name.trim().toLowerCase() || []))
  .pipe(z.array(z.enum(outsideProviders, { error: `debe ser una lista de ${outsideProviders.join(' y ')}, separados por comas` })));

const nameMap = z.string().transform((json, context): Readonly<Record<string, string>> => {
  const map = z.record(z.string(), z.string()).safeParse(parsed(json));
  if (map.success) return map.data;
  context.addIssue('debe ser un objeto JSON de nombre de fuera a nombre del robot (ejemplo: {"RBT_A": "P01_Altas"})');
  return z.NEVER;
});

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
};

const hostKey = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'debe ser la huella SHA256:… que da ssh-keygen -lf');

const sqlServer = text.refine((given) => readSqlHost(given) !== null, 'debe ser servidor, servidor,puerto o servidor\\instancia');

/** How the machines are shared out, and who counts the tickets: the names the customer knows; `formerly` = the older ones, still read. */
export const balanceSettings = {
  BALANCEADOR_CICLO_INTERVALO_SEG: {
    key: 'BALANCEADOR_CICLO_INTERVALO_SEG',
    formerly: ['BALANCEADOR_INTERVALO_CICLO_SEG'],
    meaning: 'Segundos entre dos repartos de equipos',
    fallback: '120',
    schema: whole(1),
    editable: true,
  },
  BALANCEADOR_TICKETS_DEFAULT_POR_EQUIPO: {
    key: 'BALANCEADOR_TICKETS_DEFAULT_POR_EQUIPO',
    formerly: ['BALANCEADOR_DEFAULT_TICKETS_POR_EQUIPO'],
    meaning: 'Tickets por equipo de los robots que no dicen otra cosa',
    fallback: '10',
    schema: whole(1, 100_000),
    editable: true,
  },
  BALANCEADOR_POOL_ENFRIAMIENTO_SEG: {
    key: 'BALANCEADOR_POOL_ENFRIAMIENTO_SEG',
    meaning: 'Segundos entre dos cambios de equipos de un mismo robot',
    fallback: '300',
    schema: whole(0, most.seconds),
    editable: true,
  },
  BALANCEADOR_POOL_AISLAMIENTO_ESTRICTO: {
    key: 'BALANCEADOR_POOL_AISLAMIENTO_ESTRICTO',
    meaning: '1 = un robot solo recibe equipos de su pool; 0 = también del General',
    fallback: '1',
    schema: flag,
    editable: true,
  },
  BALANCEADOR_PREEMPTION_HABILITAR: {
    key: 'BALANCEADOR_PREEMPTION_HABILITAR',
    formerly: ['BALANCEO_PREEMPTION_MODE'],
    meaning: '1 = a un robot más importante se le dan equipos libres de los menos importantes',
    fallback: '0',
    schema: flag,
    editable: true,
  },
  BALANCEADOR_CARGA_PROVEEDORES: {
    key: 'BALANCEADOR_CARGA_PROVEEDORES',
    meaning: 'Fuentes de tickets que se usan, si están configuradas: clouders, rpa360',
    fallback: 'clouders,rpa360',
    schema: providers,
  },
  BALANCEADOR_PROVEEDOR_FALLOS_ALERTA: {
    key: 'BALANCEADOR_PROVEEDOR_FALLOS_ALERTA',
    meaning: 'Fallos seguidos de una fuente de tickets antes de avisar',
    fallback: '3',
    schema: whole(1),
    editable: true,
  },
  BALANCEADOR_CARGA_EDAD_MAX_SEG: {
    key: 'BALANCEADOR_CARGA_EDAD_MAX_SEG',
    meaning: 'Segundos que vale la última respuesta de una fuente que falla',
    fallback: '900',
    schema: whole(0, most.seconds),
    editable: true,
  },
  ROBOTS_MAPA_JSON: {
    key: 'ROBOTS_MAPA_JSON',
    formerly: ['MAPA_ROBOTS'],
    meaning: 'Cómo se llaman fuera los robots: objeto JSON de nombre de fuera a nombre del robot',
    fallback: '{}',
    schema: nameMap,
  },
  CLOUDERS_URL: { key: 'CLOUDERS_URL', meaning: 'Clouders por HTTP; no va junto con CLOUDERS_SSH_HOST', schema: httpUrl },
  CLOUDERS_AUTH: { key: 'CLOUDERS_AUTH', meaning: 'Cabecera Authorization de Clouders por HTTP', schema: z.string(), secret: true },
  CLOUDERS_TIMEOUT_SEG: {
    key: 'CLOUDERS_TIMEOUT_SEG',
    meaning: 'Segundos que se espera a Clouders',
    fallback: '30',
    schema: whole(1, 3600),
  },
  CLOUDERS_SSL_VERIFICAR: {
    key: 'CLOUDERS_SSL_VERIFICAR',
    meaning: '0 = no se comprueba el certificado de Clouders (solo en una red de confianza)',
    fallback: '1',
    schema: flag,
  },
  CLOUDERS_SSH_HOST: { key: 'CLOUDERS_SSH_HOST', meaning: 'Clouders por SSH y MySQL: máquina a la que se entra', schema: text },
  CLOUDERS_SSH_PORT: { key: 'CLOUDERS_SSH_PORT', meaning: 'Puerto de SSH', fallback: '22', schema: whole(1, 65_535) },
  CLOUDERS_SSH_USER: { key: 'CLOUDERS_SSH_USER', meaning: 'Usuario de SSH', schema: text },
  CLOUDERS_SSH_PASS: { key: 'CLOUDERS_SSH_PASS', meaning: 'Contraseña de SSH', schema: z.string(), secret: true },
  CLOUDERS_SSH_HOST_KEY: {
    key: 'CLOUDERS_SSH_HOST_KEY',
    meaning: 'Huella de la clave de esa máquina (SHA256:…): no se entra en otra',
    schema: hostKey,
  },
  CLOUDERS_MYSQL_DB_HOST: {
    key: 'CLOUDERS_MYSQL_DB_HOST',
    meaning: 'MySQL de Clouders, visto desde esa máquina',
    fallback: '127.0.0.1',
    schema: text,
  },
  CLOUDERS_MYSQL_DB_PORT: { key: 'CLOUDERS_MYSQL_DB_PORT', meaning: 'Puerto de ese MySQL', fallback: '3306', schema: whole(1, 65_535) },
  CLOUDERS_MYSQL_DB_NAME: { key: 'CLOUDERS_MYSQL_DB_NAME', meaning: 'Base de datos de Clouders', schema: text },
  CLOUDERS_MYSQL_USER: { key: 'CLOUDERS_MYSQL_USER', meaning: 'Usuario de ese MySQL', schema: text },
  CLOUDERS_MYSQL_PASS: { key: 'CLOUDERS_MYSQL_PASS', meaning: 'Contraseña de ese MySQL', schema: z.string(), secret: true },
  CLOUDERS_MAX_REINTENTOS_SSH_CONNECT: {
    key: 'CLOUDERS_MAX_REINTENTOS_SSH_CONNECT',
    meaning: 'Intentos de entrar por SSH',
    fallback: '3',
    schema: whole(1, 20),
  },
  CLOUDERS_DELAY_REINTENTO_SSH_SEG: {
    key: 'CLOUDERS_DELAY_REINTENTO_SSH_SEG',
    meaning: 'Segundos entre dos de esos intentos; crece con cada uno',
    fallback: '5',
    schema: whole(0, 600),
  },
  CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY: {
    key: 'CLOUDERS_MAX_REINTENTOS_MYSQL_QUERY',
    meaning: 'Intentos de la consulta a MySQL si se pierde la conexión',
    fallback: '2',
    schema: whole(1, 20),
  },
  CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG: {
    key: 'CLOUDERS_DELAY_REINTENTO_MYSQL_QUERY_SEG',
    meaning: 'Segundos entre dos de esos intentos',
    fallback: '3',
    schema: whole(0, 600),
  },
  SQL_RPA360_HOST: {
    key: 'SQL_RPA360_HOST',
    meaning: 'SQL Server que cuenta los tickets (servidor, servidor,puerto o servidor\\instancia)',
    schema: sqlServer,
  },
  SQL_RPA360_DB_NAME: { key: 'SQL_RPA360_DB_NAME', meaning: 'Su base de datos', schema: text },
  SQL_RPA360_UID: { key: 'SQL_RPA360_UID', meaning: 'Usuario con el que se lee', schema: text },
  SQL_RPA360_PWD: { key: 'SQL_RPA360_PWD', meaning: 'Contraseña de ese usuario', schema: z.string(), secret: true },
  SQL_RPA360_CIFRAR: {
    key: 'SQL_RPA360_CIFRAR',
    meaning: '0 = la conexión no va cifrada (solo en una red de confianza)',
    fallback: '1',
    schema: flag,
  },
  SQL_RPA360_CONFIAR_CERTIFICADO: {
    key: 'SQL_RPA360_CONFIAR_CERTIFICADO',
    meaning: '1 = no se comprueba su certificado (solo en una red de confianza)',
    fallback: '0',
    schema: flag,
  },
  SQL_RPA360_TIMEOUT_CONEXION_INICIAL: {
    key: 'SQL_RPA360_TIMEOUT_CONEXION_INICIAL',
    meaning: 'Segundos que se espera a conectar con él',
    fallback: '30',
    schema: whole(1, 3600),
  },
  SQL_RPA360_MAX_REINTENTOS_QUERY: {
    key: 'SQL_RPA360_MAX_REINTENTOS_QUERY',
    meaning: 'Intentos de la consulta si se pierde la conexión',
    fallback: '3',
    schema: whole(1, 20),
  },
  SQL_RPA360_DELAY_REINTENTO_QUERY_BASE_SEG: {
    key: 'SQL_RPA360_DELAY_REINTENTO_QUERY_BASE_SEG',
    meaning: 'Segundos antes del segundo intento; se dobla en cada uno',
    fallback: '2',
    schema: whole(0, 600),
  },
} as const satisfies Record<string, Setting>;
