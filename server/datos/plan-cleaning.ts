import type { Deps } from '#server/deps.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { previewFolders } from './evidencias.ts';
import { preview } from './remove.ts';
import { kept } from './retencion.ts';
import { keepFrom } from './rules.ts';

/** What would go now of one kind; `limit` null = it is kept for ever. */
export type Planned = {
  readonly que: string;
  readonly word: string;
  readonly setting: string;
  readonly days: number;
  readonly limit: string | null;
  readonly count: number;
  readonly oldest: string | null;
  /** Only of files; null = not told. */
  readonly bytes: number | null;
  /** Bytes are of the first ones only. */
  readonly more: boolean;
};

/** What a cleaning would remove if it began now, kind by kind. Removes nothing. */
export const planCleaning = async (deps: Pick<Deps, 'db' | 'clock' | 'config' | 'evidence'>): Promise<Planned[]> => {
  const settings = readLiveSettings(deps.db, deps.config);
  const now = deps.clock.now();
  const none = { count: 0, oldest: null, bytes: null, more: false };
  const days = settings.RETENCION_EVIDENCIAS_DIAS;
  const limit = keepFrom(now, days);
  const folders = limit === null ? none : await previewFolders(deps, limit);
  const files = {
    que: 'evidencias',
    word: 'Capturas y justificantes de lo presentado',
    setting: 'RETENCION_EVIDENCIAS_DIAS',
    days,
    limit,
    ...folders,
  };
  const planned: Planned[] = [files];
  for (const one of kept) {
    const from = keepFrom(now, settings[one.setting]);
    const gone = from === null ? none : { ...none, ...(await preview(deps.db, one, { limit: from, now: now.toISOString() })) };
    planned.push({ que: one.que, word: one.word, setting: one.setting, days: settings[one.setting], limit: from, ...gone });
  }
  return planned;
};
