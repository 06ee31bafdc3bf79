import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addRecursos, createSampleSource } from '#server/demo/source/create.ts';
import type { SampleRecurso } from '#server/demo/source/recurso.ts';
import { canonicalId } from '#server/gateways/origen/origen.ts';
import { type Eyes, type FaultDoor, faultDoor, type Lock, lockFile, openEyes } from './doors.ts';

export const botUser = 'Cerebro Demo';

/** The campaign's world: one data folder, fixed ports, and every way in that an outsider has. */
export type Scene = {
  readonly dataDir: string;
  readonly queueFile: string;
  readonly sourceFile: string;
  readonly sede: FaultDoor;
  readonly papers: FaultDoor;
  /** The simulated SQL Server; null when the source is used as the file it is. */
  readonly origen: FaultDoor | null;
  /** idRecurso of every recurso that must end filed. */
  readonly fileable: string[];
  /** Adds that many fileable recursos to the source and answers their ids. */
  add(count: number): string[];
  lockQueue(): Lock;
  lockSource(): Lock;
  /** Runs `look` with a pair of eyes on the queue's database, closed afterwards; null before its tables are made. */
  queue<T>(look: (eyes: Eyes) => T): T | null;
  source<T>(look: (eyes: Eyes) => T): T;
};

const looking = <T>(file: string, look: (eyes: Eyes) => T): T => {
  const eyes = openEyes(file);
  try {
    return look(eyes);
  } finally {
    eyes.close();
  }
};

/** The first start may die before its tables are made. */
const hasTables = (eyes: Eyes): boolean => eyes.one<number>("SELECT count(*) FROM sqlite_schema WHERE name = 'ejecuciones'") > 0;

/** A few of everything, and every trap: the campaign adds more as they are used up. */
const sample = { bodies: { xaloc: 10, base: 4, madrid: 3, traffic: 2 }, traps: true } as const;

export const idOf = (one: SampleRecurso): string => canonicalId(one.recurso.idRecurso) as string;

/** Writes the sample source where the demo looks for its own: it goes on with what it finds. */
export const setScene = (dataDir: string, ports: { sede: number; xvia: number; origen: number | null }): Scene => {
  const sourceFile = join(dataDir, 'mundo', 'origen.db');
  const queueFile = join(dataDir, 'cerebro.db');
  const fileable = createSampleSource(sourceFile, sample).flatMap((one) => (one.fate === 'fileable' ? [idOf(one)] : []));
  return {
    dataDir,
    queueFile,
    sourceFile,
    fileable,
    sede: faultDoor(`http://127.0.0.1:${ports.sede}`),
    papers: faultDoor(`http://127.0.0.1:${ports.xvia}`),
    origen: ports.origen === null ? null : faultDoor(`http://127.0.0.1:${ports.origen}`),
    add: (count) => {
      const ids = addRecursos(sourceFile, 'xaloc', count).map(idOf);
      fileable.push(...ids);
      return ids;
    },
    lockQueue: () => lockFile(queueFile),
    lockSource: () => lockFile(sourceFile),
    queue: (look) => (existsSync(queueFile) ? looking(queueFile, (eyes) => (hasTables(eyes) ? look(eyes) : null)) : null),
    source: (look) => looking(sourceFile, look),
  };
};
