import { raise, resolve } from './avisos/raise.ts';
import type { Config } from './config.ts';
import type { Db } from './db/open.ts';
import { provisionBrowser } from './gateways/navegador/provision.ts';
import { createLatePool } from './gateways/pool/late.ts';
import { createRobotPool } from './gateways/pool/piscina.ts';
import type { RobotPool } from './gateways/pool/pool.ts';
import { type Clock, isoNow } from './lib/clock.ts';
import { asError } from './lib/errors.ts';
import type { Log } from './lib/log.ts';

type Tools = { readonly log: Log; readonly clock: Clock; readonly db: Db };

/** The threads, and when it is known whether they have a browser. */
export type Robots = { readonly pool: RobotPool; readonly known: Promise<void> };

const clave = 'navegador_no_disponible';
const preparing =
  'Se está preparando el navegador de los robots: si hay que instalarlo, tarda unos minutos. Los robots empiezan en cuanto esté.';

/**
 * The threads with their browser, which is looked for, and installed if need be, while the house is already open: until then no slot
 * works. Without one recursos wait, and an aviso says what to do.
 */
export const openRobots = (config: Config, tools: Tools, onReady: () => void): Robots => {
  const late = createLatePool(preparing);
  const bring = async (): Promise<void> => {
    try {
      late.fill(await openThreads(config, tools));
    } catch (thrown) {
      late.giveUp(asError(thrown));
      await tellMissing(tools, asError(thrown));
    }
    onReady();
  };
  // Whatever even that fails with: the house goes on without robots.
  const known = bring().catch((error) => tools.log.error({ err: asError(error) }, 'no se ha podido preparar el navegador'));
  return { pool: late.pool, known };
};

const openThreads = async (config: Config, { log, clock, db }: Tools): Promise<RobotPool> => {
  const browser = await provisionBrowser({
    configured: config.NAVEGADOR,
    visible: config.NAVEGADOR_VISIBLE,
    certificate: config.CERTIFICADO_PFX !== undefined,
    install: true,
    log,
  });
  await db.write(() => resolve(db, isoNow(clock), clave));
  return createRobotPool({ size: config.WORKERS, databaseFile: db.sqlite.name, browser, log });
};

const tellMissing = async ({ log, clock, db }: Tools, error: Error): Promise<void> => {
  if (!db.sqlite.open) return;
  log.error({ err: error }, 'sin navegador no se presenta nada');
  const acciones = [
    'Instale Edge o Chrome en esta máquina, o ponga en NAVEGADOR el camino del que haya.',
    'Reinicie Cerebro; «npm run doctor» dice antes si el navegador arranca.',
  ] as const;
  const aviso = { clave, nivel: 'CRITICO', ambito: 'SISTEMA', naturaleza: 'PERMANENTE' } as const;
  await db.write(() =>
    raise(db, isoNow(clock), { ...aviso, titulo: 'No hay navegador para los robots', detalle: error.message, acciones }),
  );
};
