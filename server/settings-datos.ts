import type { Setting } from './settings.ts';
import { most, text, whole } from './settings-read.ts';

const days = (key: string, what: string, fallback: string) =>
  ({ key, meaning: `Días que se conservan ${what}; 0 = siempre`, fallback, schema: whole(0, most.days), editable: true }) as const;

/** What is kept, for how long, and where. */
export const datosSettings = {
  LOG_DIRECTORIO: {
    key: 'LOG_DIRECTORIO',
    formerly: ['LOG_DIRECTORY'],
    meaning: 'Carpeta de los registros; por defecto logs/ en la de datos',
    schema: text,
  },
  LOG_BACKUP_COUNT: {
    key: 'LOG_BACKUP_COUNT',
    meaning: 'Archivos de registro de cada parte que se conservan',
    fallback: '7',
    schema: whole(1, 1000),
  },
  LOG_TAMANO_MAX_MB: {
    key: 'LOG_TAMANO_MAX_MB',
    meaning: 'Tamaño al que se empieza otro archivo de registro, además de cada día',
    fallback: '50',
    schema: whole(1, 10_000),
  },
  COPIA_INTERVALO_HORAS: {
    key: 'COPIA_INTERVALO_HORAS',
    meaning: 'Horas entre dos copias de seguridad de la base de datos; 0 = solo a mano',
    fallback: '24',
    schema: whole(0, most.hours),
    editable: true,
  },
  COPIA_CONSERVAR: {
    key: 'COPIA_CONSERVAR',
    meaning: 'Copias de seguridad que se conservan',
    fallback: '7',
    schema: whole(1, 1000),
    editable: true,
  },
  COPIA_DIRECTORIO: {
    key: 'COPIA_DIRECTORIO',
    meaning: 'Carpeta de las copias; por defecto copias/ en la de datos. Mejor en otro disco',
    schema: text,
  },
  DISCO_LIBRE_MIN_MB: {
    key: 'DISCO_LIBRE_MIN_MB',
    meaning: 'Con menos espacio libre no se reclama ni se presenta nada nuevo',
    fallback: '500',
    schema: whole(0, most.megabytes),
    editable: true,
  },
  DISCO_LIBRE_AVISO_MB: {
    key: 'DISCO_LIBRE_AVISO_MB',
    meaning: 'Con menos espacio libre se avisa',
    fallback: '2000',
    schema: whole(0, most.megabytes),
    editable: true,
  },
  RETENCION_INTERVALO_HORAS: {
    key: 'RETENCION_INTERVALO_HORAS',
    meaning: 'Horas entre dos limpiezas de lo que ya no se conserva; 0 = solo a mano',
    fallback: '24',
    schema: whole(0, most.hours),
    editable: true,
  },
  // The receipt is what proves a filing: nothing of it goes before somebody decides so.
  RETENCION_EVIDENCIAS_DIAS: days(
    'RETENCION_EVIDENCIAS_DIAS',
    'las capturas, los documentos y el justificante de los trámites presentados',
    '0',
  ),
  RETENCION_EJECUCIONES_DIAS: days('RETENCION_EJECUCIONES_DIAS', 'las ejecuciones terminadas sin trámite', '365'),
  RETENCION_EVENTOS_DIAS: days('RETENCION_EVENTOS_DIAS', 'los sucesos que no son de un trámite', '365'),
  RETENCION_CICLOS_DIAS: days('RETENCION_CICLOS_DIAS', 'los ciclos y lo que descartaron', '90'),
  RETENCION_BALANCE_DIAS: days('RETENCION_BALANCE_DIAS', 'las decisiones del reparto de equipos', '365'),
  RETENCION_AVISOS_DIAS: days('RETENCION_AVISOS_DIAS', 'los avisos resueltos y sus envíos', '365'),
  RETENCION_ERRORES_DIAS: days('RETENCION_ERRORES_DIAS', 'los errores inesperados', '90'),
  RETENCION_AUDITORIA_DIAS: days('RETENCION_AUDITORIA_DIAS', 'lo que hicieron las personas', '1825'),
} as const satisfies Record<string, Setting>;
