import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { projectFolder } from '#server/config.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { DemoPlace } from './environment.ts';

/** The simulated outside, running in a process of its own. */
export type World = {
  /** Origin of the sede electrónica. */
  readonly sede: string;
  /** Origin of the papers' server; null when somebody else's intranet takes its place. */
  readonly xvia: string | null;
  /** ORIGEN_URL of the simulated SQL Server; null when the sample is used as a file. */
  readonly origen: string | null;
  /** Origin of the Control Room; null when there is none. */
  readonly a360: string | null;
  /** Origin of Clouders, who counts tickets; null when there is none. */
  readonly carga: string | null;
  /** Resolves when the process has ended, for whatever reason. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
};

/** Machines of the Control Room besides its sample's: enough to see them go from one robot to another. */
const usualMachines = '12';

const program = join(projectFolder, 'server/demo/world.ts');

type WorldPlace = Pick<DemoPlace, 'dataDir' | 'sedePort' | 'xviaPort' | 'ownXvia'> &
  Partial<Pick<DemoPlace, 'origenPort' | 'a360Port' | 'cargaPort'>>;

/**
 * Starts the world over `DATA_DIR/mundo`. Its stdin is a pipe of ours: when this process dies, however it dies, the pipe
 * closes and the world ends with it.
 * @throws CerebroError `mundo_no_arranca` (it has told why on stderr).
 */
export const startWorld = async (place: WorldPlace): Promise<World> => {
  const child = spawn(process.execPath, [program], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATA_DIR: place.dataDir,
      DEMO_SEDE_PORT: place.sedePort,
      DEMO_XVIA_PORT: place.ownXvia ? place.xviaPort : '',
      DEMO_ORIGEN_PORT: place.origenPort ?? '',
      DEMO_A360_PORT: place.a360Port ?? '',
      DEMO_CARGA_PORT: place.cargaPort ?? '',
      DEMO_A360_EQUIPOS: process.env.DEMO_A360_EQUIPOS || usualMachines,
    },
  });
  const ended = once(child, 'exit').then(() => undefined);
  const { sede, xvia, origen, a360, carga } = await firstLine(child, ended);
  const others = { xvia: xvia ?? null, origen: origen ?? null, a360: a360 ?? null, carga: carga ?? null };
  return { sede, ...others, ended, stop: () => stop(child, ended) };
};

type Addresses = {
  readonly sede: string;
  readonly xvia?: string;
  readonly origen?: string;
  readonly a360?: string;
  readonly carga?: string;
};

const firstLine = async (child: ChildProcess, ended: Promise<void>): Promise<Addresses> => {
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const said = await Promise.race([once(lines, 'line').then(([line]) => line as string), ended.then(() => null)]);
  if (said === null) throw new CerebroError('mundo_no_arranca', 'El mundo simulado de la demostración no ha arrancado.');
  return JSON.parse(said) as Addresses;
};

/** Closing its stdin is how the world is told to end. */
const stop = async (child: ChildProcess, ended: Promise<void>): Promise<void> => {
  child.stdin?.end();
  await ended;
};
