import { join, resolve } from 'node:path';
import { type Environment, projectFolder } from '#server/config.ts';
import { CerebroError } from '#server/lib/errors.ts';
import type { DemoOrder } from './arguments.ts';
import { a360Environment, cargaEnvironment } from './environment-a360.ts';

/** Where the demo lives and which parts of the outside it has to bring itself. */
export type DemoPlace = {
  /** Absolute. */
  readonly dataDir: string;
  /** The folder was not given: the demo begins with an empty one each time. */
  readonly fresh: boolean;
  /** SQLite file of the sample source; null when ORIGEN_URL was given. */
  readonly sampleFile: string | null;
  readonly ownXvia: boolean;
  readonly sedePort: string;
  readonly xviaPort: string;
  /** Port of the simulated SQL Server; null when the sample is used as the file it is. */
  readonly origenPort: string | null;
  /** Port of the simulated Control Room; null when AA_URL was given, or DEMO_A360_PORT empty. */
  readonly a360Port: string | null;
  /** Port of the simulated Clouders; null without a Control Room of its own, when another Clouders was given, or DEMO_CARGA_PORT empty. */
  readonly cargaPort: string | null;
};

/** Reads the place from the process environment alone: a `.env` meant for production must never reach the demo. */
export const demoPlace = (env: Environment, origen: DemoOrder['origen'] = 'sqlite'): DemoPlace => {
  if (origen === 'tds' && env.ORIGEN_URL !== undefined)
    throw new CerebroError('argumento_no_valido', '--origen tds y ORIGEN_URL no van juntos: los recursos son los de uno o los del otro.');
  const dataDir = resolve(projectFolder, env.DATA_DIR ?? 'data/demo');
  return {
    dataDir,
    fresh: env.DATA_DIR === undefined,
    sampleFile: env.ORIGEN_URL === undefined ? join(dataDir, 'mundo', 'origen.db') : null,
    ownXvia: env.XVIA_URL === undefined,
    sedePort: env.DEMO_SEDE_PORT ?? '3100',
    xviaPort: env.DEMO_XVIA_PORT ?? '3101',
    origenPort: origen === 'tds' ? (env.DEMO_ORIGEN_PORT ?? '3103') : null,
    a360Port: env.AA_URL === undefined ? (env.DEMO_A360_PORT ?? '3102') || null : null,
    cargaPort: cargaPortOf(env),
  };
};

/** Tickets go down as runs end, so it needs the Control Room. Where that one was moved, any free port will do. */
const cargaPortOf = (env: Environment): string | null => {
  const isOthers = [env.AA_URL, env.CLOUDERS_URL, env.CLOUDERS_SSH_HOST].some((given) => given !== undefined);
  if (isOthers || env.DEMO_A360_PORT === '') return null;
  return (env.DEMO_CARGA_PORT ?? (env.DEMO_A360_PORT === undefined ? '3104' : '0')) || null;
};

/** The environment Cerebro is started with: what was given, and the demo's own defaults for the rest. */
export const demoEnvironment = (
  env: Environment,
  place: DemoPlace,
  world: { xvia: string | null; origen: string | null; a360: string | null; carga?: string | null },
): Environment => ({
  BOT_USER: 'Cerebro Demo',
  CICLO_INTERVALO_SEG: '20',
  ...(place.sampleFile === null ? {} : { ORIGEN_URL: world.origen ?? `sqlite:${place.sampleFile}` }),
  ...(world.xvia === null ? {} : { XVIA_URL: world.xvia }),
  ...env,
  ...(world.a360 === null ? {} : a360Environment(env, world.a360)),
  ...(world.carga ? cargaEnvironment(env, world.carga) : {}),
  DATA_DIR: place.dataDir,
});
