import type { Format } from '#server/lib/format.ts';
import type { Pause } from './rules.ts';

/** What every page says while the house is paused; null = nothing. */
export const presentBanner = (pause: Pause | null, format: Format) =>
  pause && { ...pause, since: format.instant(pause.desde), why: pause.motivo.trim() };

export type Banner = ReturnType<typeof presentBanner>;
