import { diskGate } from '#server/datos/disk-gate.ts';
import type { Deps } from '#server/deps.ts';
import { maintenanceOf } from '#server/mantenimiento/queries.ts';
import type { Pause } from '#server/mantenimiento/rules.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { restingUntil } from './rest.ts';
import { pauseAt } from './rules.ts';

/** Whether anything may be launched at all, and who or what says no. */
export type Gate =
  | { readonly kind: 'abierto' }
  /** A360 is not configured. */
  | { readonly kind: 'apagado' }
  /** The whole house is paused. */
  | ({ readonly kind: 'mantenimiento' } & Pause)
  | { readonly kind: 'retenido'; readonly motivo: string; readonly usuario: string; readonly desde: string | null }
  | { readonly kind: 'pausa'; readonly hasta: string }
  /** The disk is nearly full. */
  | { readonly kind: 'disco'; readonly sentence: string }
  /** A360 asked for it (429). */
  | { readonly kind: 'descanso'; readonly hasta: string };

/** What a person says comes before what the clock says. Another program may have emptied the table: then nobody holds it. */
export const gateOf = ({ db, config, clock, a360 }: Pick<Deps, 'db' | 'config' | 'clock' | 'a360'>): Gate => {
  if (a360 === null) return { kind: 'apagado' };
  const maintenance = maintenanceOf(db);
  if (maintenance) return { kind: 'mantenimiento', ...maintenance };
  const held = db.sql('SELECT motivo, usuario, desde FROM lanzador WHERE id = 1 AND retenido = 1').get();
  if (held)
    return {
      kind: 'retenido',
      motivo: (held.motivo as string | null) ?? '',
      usuario: (held.usuario as string | null) ?? 'otro programa',
      desde: held.desde as string | null,
    };
  const disk = diskGate({ db, config });
  if (!disk.open) return { kind: 'disco', sentence: disk.sentence };
  const settings = readLiveSettings(db, config);
  const hasta = pauseAt(clock.now(), config.TZ_NEGOCIO, settings.LANZADOR_PAUSA_INICIO_HHMM, settings.LANZADOR_PAUSA_FIN_HHMM);
  if (hasta !== null) return { kind: 'pausa', hasta: hasta.toISOString() };
  const rest = restingUntil({ db, clock });
  return rest === null ? { kind: 'abierto' } : { kind: 'descanso', hasta: rest.toISOString() };
};
