import { existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { raise, resolve } from '#server/avisos/raise.ts';
import { copiesFolder } from '#server/db/restore.ts';
import type { Deps } from '#server/deps.ts';
import { isoNow } from '#server/lib/clock.ts';
import { freeMb } from '#server/lib/disk.ts';
import { readLiveSettings } from '#server/sistema/ajustes.ts';
import { diskClave } from './disk-gate.ts';
import { endRestored } from './hold-restored.ts';
import { type DiskVerdict, judgeDisk } from './rules.ts';

type WatchDeps = Pick<Deps, 'db' | 'clock' | 'config' | 'wake'>;

export type Space = { readonly what: string; readonly folder: string; readonly freeMb: number; readonly vital: boolean };

/** What is free where the house writes. A folder that cannot be asked is left out. Only the disk of the data keeps the house from working. */
export const lookAtDisk = async ({ config }: Pick<Deps, 'config'>): Promise<Space[]> => {
  const folders = [
    { what: 'Datos', folder: config.DATA_DIR, vital: true },
    { what: 'Capturas', folder: join(config.DATA_DIR, 'evidencias'), vital: true },
    { what: 'Registros', folder: config.LOG_DIRECTORIO ?? join(config.DATA_DIR, 'logs'), vital: false },
    { what: 'Copias', folder: copiesFolder(config), vital: false },
  ];
  const spaces = await Promise.all(folders.map(async (one) => ({ ...one, freeMb: await freeIn(one.folder) })));
  return spaces.flatMap(({ freeMb, ...one }) => (freeMb === null ? [] : [{ ...one, freeMb }]));
};

/** Whether both folders are of one disk. */
export const onSameDisk = (one: string, other: string): boolean => statSync(nearest(one)).dev === statSync(nearest(other)).dev;

/** That folder; one that is not there yet will be where the nearest one above it is. Nothing is made to look at it. */
export const nearest = (folder: string): string => (existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder)));

const freeIn = async (folder: string): Promise<number | null> => {
  try {
    return freeMb(await statfs(nearest(folder)));
  } catch {
    return null;
  }
};

/** The cycle `vigilar`: raises and ends the aviso of the disk, and wakes what had stopped for it. */
export const watchHouse = async (deps: WatchDeps): Promise<void> => {
  const { db, config } = deps;
  const settings = readLiveSettings(db, config);
  const limits = { min: settings.DISCO_LIBRE_MIN_MB, warn: settings.DISCO_LIBRE_AVISO_MB };
  const known = openLevel(deps);
  const verdict = judgeDisk(await lookAtDisk(deps), limits, known);
  // One that stays as it was is not told again each minute.
  if (verdict?.nivel !== known) await db.write(() => tell(deps, verdict, limits.min, known));
  await endRestored(deps);
  if (known === 'CRITICO' && verdict?.nivel !== 'CRITICO')
    for (const cycle of ['reclamar', 'despachar', 'lanzar'] as const) deps.wake(cycle);
};

const openLevel = ({ db }: WatchDeps): DiskVerdict['nivel'] | undefined =>
  db.sql(`SELECT nivel FROM avisos WHERE clave = ? AND estado = 'abierto'`).get(diskClave)?.nivel as DiskVerdict['nivel'] | undefined;

const tell = ({ db, clock }: WatchDeps, verdict: DiskVerdict | null, min: number, known: DiskVerdict['nivel'] | undefined): void => {
  const at = isoNow(clock);
  // It stands under one clave: what gets worse, or better, is another aviso.
  if (known !== undefined && verdict?.nivel !== known) resolve(db, at, diskClave);
  if (verdict === null) return;
  const stopped = verdict.nivel === 'CRITICO';
  raise(db, at, {
    ...({ clave: diskClave, nivel: verdict.nivel, ambito: 'SISTEMA', naturaleza: 'UMBRAL' } as const),
    titulo: stopped ? 'Disco casi lleno: no empieza nada nuevo' : 'Queda poco sitio en el disco',
    detalle: `Quedan ${verdict.freeMb} MB libres en ${verdict.folder}.${stopped ? ` Por debajo de ${min} MB no se reclama, ni se presenta, ni se lanza nada; lo que está en marcha termina.` : ''} En cuanto haya sitio se sigue solo.`,
    acciones: ['Libere sitio en ese disco, o amplíelo.', 'Si es de Cerebro, baje lo que se conserva y limpie en la página Datos.'],
  });
};
