import type { Setting } from './settings.ts';

/** How settings are told together on the page and in the manual; a setting belongs to the group with the longest beginning of its name. */
export type SettingGroup = { readonly id: string; readonly title: string; readonly starts: readonly string[] };

export const settingGroups: readonly SettingGroup[] = [
  { id: 'panel', title: 'Panel y acceso', starts: ['HOST', 'PORT', 'URL_PUBLICA', 'ADMIN_PASSWORD', 'INTERFAZ_WEB_SESION_', 'PROXY_'] },
  { id: 'casa', title: 'Carpeta, zona horaria y parada', starts: ['DATA_DIR', 'TZ_NEGOCIO', 'GRACIA_PARADA_', 'VIGILANTE_'] },
  { id: 'origen', title: 'Origen y reclamación', starts: ['ORIGEN_', 'BOT_USER', 'CICLO_'] },
  { id: 'presentacion', title: 'Presentación de trámites', starts: ['WORKERS', 'REINTENTO', 'XVIA_', 'NAVEGADOR', 'CERTIFICADO_'] },
  { id: 'a360', title: 'Control Room (A360)', starts: ['AA_', 'API_'] },
  { id: 'fin', title: 'Avisos de fin de A360', starts: ['AA_CALLBACK_', 'CALLBACK_', 'APIGW_'] },
  { id: 'lanzador', title: 'Lanzador', starts: ['LANZADOR_'] },
  { id: 'sincronizacion', title: 'Sincronización de robots y equipos', starts: ['LANZADOR_SYNC_'] },
  { id: 'conciliacion', title: 'Conciliación', starts: ['LANZADOR_CONCILIACION_'] },
  { id: 'demora', title: 'Ejecuciones demoradas', starts: ['INTERFAZ_WEB_EJECUCION_'] },
  { id: 'balance', title: 'Reparto de equipos', starts: ['BALANCEADOR_'] },
  { id: 'tickets', title: 'Fuentes de tickets', starts: ['BALANCEADOR_CARGA_', 'BALANCEADOR_PROVEEDOR_', 'ROBOTS_MAPA_'] },
  { id: 'clouders', title: 'Clouders', starts: ['CLOUDERS_'] },
  { id: 'rpa360', title: 'RPA360', starts: ['SQL_RPA360_'] },
  { id: 'avisos', title: 'Correo y avisos', starts: ['EMAIL_', 'AVISOS_'] },
  { id: 'registros', title: 'Registros', starts: ['LOG_'] },
  { id: 'copias', title: 'Copias de seguridad y disco', starts: ['COPIA_', 'DISCO_'] },
  { id: 'retencion', title: 'Cuánto se conserva', starts: ['RETENCION_'] },
];

const rest: SettingGroup = { id: 'otros', title: 'Otros', starts: [] };

/** Where it is told. */
export const groupOf = (key: string): SettingGroup => {
  const reach = (group: SettingGroup) => Math.max(0, ...group.starts.filter((start) => key.startsWith(start)).map((start) => start.length));
  const best = settingGroups.toSorted((a, b) => reach(b) - reach(a))[0] as SettingGroup;
  return reach(best) > 0 ? best : rest;
};

const units: readonly (readonly [RegExp, string])[] = [
  [/_(SEG|SEC|SECONDS)$|_TIMEOUT_CONEXION_INICIAL$/, 'segundos'],
  [/_MIN$/, 'minutos'],
  [/_HORAS$/, 'horas'],
  [/_DIAS$/, 'días'],
  [/_MB$/, 'MB'],
];

/** What its number counts, as its name says; '' when it is no measure. */
export const unitOf = (key: string): string => units.find(([end]) => end.test(key))?.[1] ?? '';

/** Read once, at the start: what may be edited in the panel is read afresh instead. */
export const needsRestart = (setting: Pick<Setting, 'editable'>): boolean => setting.editable !== true;
