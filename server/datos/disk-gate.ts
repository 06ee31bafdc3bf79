import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Deps } from '#server/deps.ts';
import { freeMb } from '#server/lib/disk.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { roomAgain } from './rules.ts';

export type DiskGate = { readonly open: true } | { readonly open: false; readonly sentence: string };

const open: DiskGate = { open: true };

/** The aviso that stands open while a disk is nearly full. */
export const diskClave = 'disco';

/**
 * Whether there is room to begin anything: the one place where claiming, dispatching and launching ask. What is under way ends. Looks at the
 * disks of the data and of the captures themselves, so that it opens again as soon as there is room, and a little more where it was told
 * that there is none; a disk that cannot be asked stops nobody.
 */
export const diskGate = ({ db, config }: Pick<Deps, 'db' | 'config'>): DiskGate => {
  const least = readLiveSettings(db, config).DISCO_LIBRE_MIN_MB;
  const told = db.sql(`SELECT 1 FROM avisos WHERE clave = ? AND estado = 'abierto' AND nivel = 'CRITICO'`).get(diskClave) !== undefined;
  const min = told ? roomAgain(least) : least;
  const found = [config.DATA_DIR, join(config.DATA_DIR, 'evidencias')].map(freeIn).filter((mb) => mb !== null);
  const free = Math.min(...found);
  if (free >= min) return open;
  const sentence = `Quedan ${free} MB libres en el disco de los datos y hacen falta ${min}: no empieza nada nuevo hasta que haya sitio.`;
  return { open: false, sentence };
};

/** Megabytes free where that folder is; null = it cannot be told. */
const freeIn = (folder: string): number | null => {
  try {
    return freeMb(statfsSync(folder));
  } catch {
    return null;
  }
};
