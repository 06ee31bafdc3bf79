import { openStates, sqlList } from '#server/ejecuciones/estados.ts';
import type { SettingKey } from '#server/settings.ts';

/** What may be removed of a table once it is old. */
export type Kept = {
  /** As it stands in `limpiezas.que`. */
  readonly que: string;
  readonly setting: Extract<SettingKey, `RETENCION_${string}_DIAS`>;
  /** In Spanish, for people. */
  readonly word: string;
  readonly table: string;
  /** Integer key the table is walked by, in the order in which rows came. */
  readonly key: string;
  /** Column that grows with the key: where it passes the limit, the walk ends. */
  readonly born: string;
  /**
   * Which of the rows go; `@limit` is the instant before which they ended. Asked of a few rows by their key: nothing in it may make SQLite
   * walk another index (`+column`), nor read the whole table each time.
   */
  readonly goes: string;
  /** Removed with them, by the keys in `@keys` (JSON list). */
  readonly along?: readonly string[];
};

const open = sqlList(openStates);

/**
 * All that retention removes. What protects from filing twice is not among it: the queue, the reclamaciones, runs and events of trámites and
 * recursos, open avisos.
 */
export const kept: readonly Kept[] = [
  {
    ...{ que: 'ejecuciones', setting: 'RETENCION_EJECUCIONES_DIAS', word: 'Ejecuciones sin trámite' },
    ...{ table: 'ejecuciones', key: 'rowid', born: 'fecha_inicio' },
    goes: `+tramite_id IS NULL AND fecha_fin < @limit AND coalesce(fecha_teorica, fecha_fin) < @limit AND +estado NOT IN ${open}`,
  },
  {
    ...{ que: 'eventos', setting: 'RETENCION_EVENTOS_DIAS', word: 'Sucesos que no son de un trámite' },
    ...{ table: 'events', key: 'event_id', born: 'at' },
    goes: `entity NOT IN ('tramite', 'recurso') AND at < @limit`,
  },
  {
    ...{ que: 'ciclos', setting: 'RETENCION_CICLOS_DIAS', word: 'Ciclos' },
    ...{ table: 'cycles', key: 'cycle_id', born: 'started_at' },
    goes: `outcome <> 'running' AND started_at < @limit
             AND EXISTS (SELECT 1 FROM cycles AS later WHERE later.name = cycles.name AND later.cycle_id > cycles.cycle_id)`,
    along: ['DELETE FROM cycle_organismos WHERE cycle_id IN (SELECT value FROM json_each(@keys))'],
  },
  {
    ...{ que: 'descartes', setting: 'RETENCION_CICLOS_DIAS', word: 'Recursos descartados' },
    ...{ table: 'discards', key: 'discard_id', born: 'at', goes: 'at < @limit' },
  },
  {
    ...{ que: 'sincronizaciones', setting: 'RETENCION_CICLOS_DIAS', word: 'Sincronizaciones' },
    ...{ table: 'sincronizaciones', key: 'sincronizacion_id', born: 'started_at' },
    goes: `started_at < @limit AND EXISTS (
             SELECT 1 FROM sincronizaciones AS later WHERE later.que = sincronizaciones.que
                AND later.outcome = sincronizaciones.outcome AND later.sincronizacion_id > sincronizaciones.sincronizacion_id)`,
  },
  {
    ...{ que: 'balance', setting: 'RETENCION_BALANCE_DIAS', word: 'Decisiones del reparto' },
    ...{ table: 'historico_balanceo', key: 'historico_id', born: 'fecha_balanceo', goes: 'fecha_balanceo < @limit' },
  },
  {
    ...{ que: 'avisos', setting: 'RETENCION_AVISOS_DIAS', word: 'Avisos resueltos' },
    ...{ table: 'avisos', key: 'aviso_id', born: 'abierto_at' },
    goes: `estado = 'resuelto' AND resuelto_at < @limit`,
    along: [`DELETE FROM envios WHERE aviso_id IN (SELECT value FROM json_each(@keys)) AND estado <> 'pendiente'`],
  },
  {
    ...{ que: 'envios', setting: 'RETENCION_AVISOS_DIAS', word: 'Envíos de avisos' },
    ...{ table: 'envios', key: 'envio_id', born: 'creado_at' },
    goes: `estado <> 'pendiente' AND creado_at < @limit`,
  },
  {
    ...{ que: 'errores', setting: 'RETENCION_ERRORES_DIAS', word: 'Errores inesperados' },
    ...{ table: 'error_log', key: 'error_log_id', born: 'fecha_hora', goes: 'fecha_hora < @limit' },
  },
  {
    ...{ que: 'auditoria', setting: 'RETENCION_AUDITORIA_DIAS', word: 'Auditoría' },
    ...{ table: 'auditoria', key: 'auditoria_id', born: 'fecha', goes: 'fecha < @limit' },
  },
];
