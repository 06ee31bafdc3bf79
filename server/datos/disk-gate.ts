import { statfsSync } from 'node:fs';
import type { Deps } from '#server/deps.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';

export type DiskGate = { readonly open: true } | { readonly open: false; readonly sentence: string };

const open: DiskGate = { open: true };

/**
 * Whether there is room to begin anything: the one place where claiming, dispatching and launching ask. What is under way ends. Looks at the
 * disk itself, so that it opens again as soon as there is room; a disk that cannot be asked stops nobody.
 */
export const diskGate = ({ db, config }: Pick<Deps, 'db' | 'config'>): DiskGate => {
  const min = readLiveSettings(db, config).DISCO_LIBRE_MIN_MB;
  const free = freeMb(config.DATA_DIR);
  if (free === null || free >= min) return open;
  const sentence = `Quedan ${free} MB libres en el disco de los datos y hacen falta ${min}: no empieza nada nuevo hasta que haya sitio.`;
  return { open: false, sentence };
};

/** Megabytes free where that folder is; null = it cannot be told. */
export const freeMb = (folder: string): number | null => {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return Math.floor((bavail * bsize) / 1e6);
  } catch {
    return null;
  }
};
