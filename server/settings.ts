import { z } from 'zod';
import { a360Settings } from './settings-a360.ts';
import { avisosSettings } from './settings-avisos.ts';
import { balanceSettings } from './settings-balance.ts';
import { datosSettings } from './settings-datos.ts';
import { addresses, flag, headerName, httpUrl, logLevel, sourceUrl, text, whole, zeroOr, zone } from './settings-read.ts';
import { samSettings } from './settings-sam.ts';

/** One setting of the product: where it may come from, what it means, and how it is read. */
export type Setting = {
  readonly key: string;
  /** What the operator is told it means (Spanish, shown on pages and in .env.example). */
  readonly meaning: string;
  /** Text as it would stand in `.env`; undefined = no default: the part it belongs to is off, or it is required. */
  readonly fallback?: string;
  readonly schema: z.ZodType<unknown, string>;
  readonly required?: boolean;
  /** Never shown whole anywhere. */
  readonly secret?: boolean;
  /** Names it had before: still read, and told. */
  readonly formerly?: readonly string[];
  /** May be edited in the panel (`ajustes`), read afresh at each cycle; the others need a restart. */
  readonly editable?: boolean;
};

/** Every setting the product reads, in the order `.env.example` lists them. */
export const settings = {
  HOST: {
    key: 'HOST',
    formerly: ['INTERFAZ_WEB_HOST'],
    meaning: 'Dirección en la que escucha el panel',
    fallback: '127.0.0.1',
    schema: text,
  },
  PORT: { key: 'PORT', formerly: ['INTERFAZ_WEB_PUERTO'], meaning: 'Puerto del panel', fallback: '3000', schema: whole(0, 65535) },
  URL_PUBLICA: {
    key: 'URL_PUBLICA',
    meaning: 'Dirección con la que se abre el panel desde otras máquinas, si no es la que él mismo ve',
    schema: httpUrl,
  },
  ADMIN_PASSWORD: {
    key: 'ADMIN_PASSWORD',
    meaning: 'Contraseña con la que se crea el usuario admin si todavía no existe; nunca cambia la de uno que ya está',
    schema: z.string(),
    secret: true,
  },
  INTERFAZ_WEB_SESION_TIMEOUT_MIN: {
    key: 'INTERFAZ_WEB_SESION_TIMEOUT_MIN',
    meaning: 'Minutos sin usar el panel tras los que hay que volver a entrar',
    fallback: '480',
    schema: whole(1, 525_600),
    editable: true,
  },
  PROXY_USUARIO_CABECERA: {
    key: 'PROXY_USUARIO_CABECERA',
    meaning: 'Cabecera en la que un proxy de confianza dice qué usuario ha entrado (autenticación de Windows)',
    schema: headerName,
  },
  PROXY_DIRECCIONES: {
    key: 'PROXY_DIRECCIONES',
    meaning: 'Direcciones IP del proxy, separadas por comas: solo a ellas se les cree quién llama',
    schema: addresses,
  },
  DATA_DIR: { key: 'DATA_DIR', meaning: 'Carpeta de datos: cerebro.db, evidencias/, logs/', fallback: './data', schema: text },
  TZ_NEGOCIO: { key: 'TZ_NEGOCIO', meaning: 'Zona horaria de las páginas y los calendarios', fallback: 'Europe/Madrid', schema: zone },
  ORIGEN_URL: {
    key: 'ORIGEN_URL',
    meaning: 'Dónde están los recursos: sqlite:<archivo> o mssql://usuario:clave@servidor:1433/base',
    schema: sourceUrl,
    required: true,
    secret: true,
  },
  ORIGEN_SOLO_LECTURA: {
    key: 'ORIGEN_SOLO_LECTURA',
    meaning: '1 = nunca se escribe en el origen: los ciclos miran y no reclaman; los ensayos funcionan y los robots siguen con la cola',
    fallback: '0',
    schema: flag,
  },
  ORIGEN_USE_UTC: {
    key: 'ORIGEN_USE_UTC',
    meaning: 'SQL Server: 1 = sus fechas, que no llevan zona, se leen como UTC; 0 = como hora de esta máquina',
    fallback: '1',
    schema: flag,
  },
  BOT_USER: {
    key: 'BOT_USER',
    meaning: 'Nombre que se escribe en UsuarioAsignado al reclamar',
    schema: text.pipe(z.string().max(100, 'no puede pasar de 100 caracteres')),
    required: true,
  },
  CICLO_INTERVALO_SEG: {
    key: 'CICLO_INTERVALO_SEG',
    meaning: 'Segundos entre dos ciclos de reclamación',
    fallback: '300',
    schema: whole(1),
    editable: true,
  },
  CICLO_MAX_RECLAMACIONES: {
    key: 'CICLO_MAX_RECLAMACIONES',
    meaning: 'Recursos que se reclaman como mucho en un ciclo, entre todos los organismos',
    fallback: '50',
    schema: whole(1),
    editable: true,
  },
  WORKERS: {
    key: 'WORKERS',
    meaning: 'Hilos que presentan trámites a la vez, cada uno con su navegador; dos por núcleo aprovechan una máquina dedicada',
    fallback: '2',
    schema: whole(1, 64),
  },
  REINTENTOS_MAX: {
    key: 'REINTENTOS_MAX',
    meaning: 'Fallos pasajeros seguidos tras los que un trámite queda como fallido',
    fallback: '4',
    schema: whole(1, 100),
    editable: true,
  },
  REINTENTO_BASE_SEG: {
    key: 'REINTENTO_BASE_SEG',
    meaning: 'Segundos de espera tras el primer fallo pasajero; se dobla con cada uno',
    fallback: '30',
    schema: whole(1, 86_400),
    editable: true,
  },
  XVIA_URL: { key: 'XVIA_URL', meaning: 'Intranet de la que se descargan los documentos', schema: httpUrl },
  NAVEGADOR: { key: 'NAVEGADOR', meaning: 'Canal (msedge, chrome…) o ruta del navegador; vacío = se busca o se instala', schema: text },
  NAVEGADOR_VISIBLE: {
    key: 'NAVEGADOR_VISIBLE',
    meaning: '1 = los robots trabajan con el navegador a la vista',
    fallback: '0',
    schema: flag,
  },
  CERTIFICADO_PFX: { key: 'CERTIFICADO_PFX', meaning: 'Archivo .pfx o .p12 con el certificado de la empresa', schema: text },
  CERTIFICADO_PASSWORD: { key: 'CERTIFICADO_PASSWORD', meaning: 'Contraseña de ese certificado', schema: z.string(), secret: true },
  GRACIA_PARADA_SEG: {
    key: 'GRACIA_PARADA_SEG',
    meaning: 'Segundos que se da a los robots para terminar al parar',
    fallback: '30',
    schema: whole(0, 3600),
  },
  VIGILANTE_BLOQUEO_SEG: {
    key: 'VIGILANTE_BLOQUEO_SEG',
    meaning: 'Segundos sin dar señales tras los que un Cerebro bloqueado se termina, para que el servicio lo vuelva a arrancar; 0 = nunca',
    fallback: '120',
    schema: zeroOr(30, 86_400),
  },
  ...a360Settings,
  ...samSettings,
  ...balanceSettings,
  ...avisosSettings,
  ...datosSettings,
  LOG_NIVEL: {
    key: 'LOG_NIVEL',
    formerly: ['NIVEL_LOG', 'LOG_LEVEL'],
    meaning: 'Detalle de los registros: debug, info, warn, error o silent',
    fallback: 'info',
    schema: logLevel,
    editable: true,
  },
} as const satisfies Record<string, Setting>;

export type SettingKey = keyof typeof settings;
type Output<K extends SettingKey> = z.output<(typeof settings)[K]['schema']>;
type Always<K extends SettingKey> = (typeof settings)[K] extends { fallback: string } | { required: true } ? true : false;

/** Every setting by name, typed; those without default and not required may be undefined. */
export type SettingValues = { readonly [K in SettingKey]: Always<K> extends true ? Output<K> : Output<K> | undefined };

/** The keys whose values may be edited in the panel. */
export type EditableKey = { [K in SettingKey]: (typeof settings)[K] extends { editable: true } ? K : never }[SettingKey];
