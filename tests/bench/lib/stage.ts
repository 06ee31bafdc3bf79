import { parseConfig } from '#server/config.ts';
import { type Db, openDatabase } from '#server/db/open.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { addRecursos, createSampleSource } from '#server/demo/source/create.ts';
import { startWorld } from '#server/demo/world-child.ts';
import { silentLog } from '#server/lib/log.ts';
import { type Cerebro, startCerebro } from '#server/start.ts';

/** Cerebro whole, with real browsers, over a simulated world in a process of its own. */
export type Stage = {
  readonly cerebro: Cerebro;
  readonly sede: string;
  readonly xvia: string;
  /** Claims `n` new recursos, whose trámites then wait with the robot switched off. */
  claim(n: number): Promise<void>;
  /** Switches the robot on and answers when the queue is empty. @throws when one of them was not filed. */
  drain(): Promise<void>;
  close(): Promise<void>;
};

export type StageOptions = {
  /** Those of WORKERS; its own default when not given. */
  readonly threads?: number;
  /** May put rows into the database before Cerebro opens it. */
  readonly fill?: (db: Db) => void;
};

export const openStage = async (dataDir: string, { threads, fill = () => undefined }: StageOptions): Promise<Stage> => {
  const source = `${dataDir}/mundo/origen.db`;
  createSampleSource(source, { bodies: { xaloc: 1 }, traps: false });
  const world = await startWorld({ dataDir, sedePort: '0', xviaPort: '0', ownXvia: true });
  const xvia = world.xvia ?? '';
  const db = openDatabase(dataDir);
  await db.write(() => prepareDemo(db, world.sede));
  fill(db);
  db.close();
  const config = parseConfig({
    ...{ ORIGEN_URL: `sqlite:${source}`, BOT_USER: 'Cerebro Bench', DATA_DIR: dataDir, XVIA_URL: xvia },
    ...(threads === undefined ? {} : { WORKERS: String(threads) }),
    ...{ PORT: '0', CICLO_MAX_RECLAMACIONES: '1000000', LOG_NIVEL: 'silent' },
  });
  const cerebro = await startCerebro(config, { log: silentLog(), clockRuns: false, keepsStarts: false });
  await cerebro.robotsKnown;
  const robot = (activo: 0 | 1) =>
    cerebro.deps.db.write(() => cerebro.deps.db.sql("UPDATE robots SET activo = ? WHERE robot_id = 'xaloc_girona'").run(activo));
  return {
    ...{ cerebro, sede: world.sede, xvia },
    claim: async (n) => {
      await robot(0);
      addRecursos(source, 'xaloc', n);
      await cerebro.scheduler.run('reclamar');
    },
    drain: async () => {
      await robot(1);
      cerebro.deps.wake('despachar');
      await drained(cerebro);
    },
    close: async () => {
      await cerebro.stop();
      await world.stop();
    },
  };
};

const counts = "SELECT status, n FROM queue_counts WHERE site_id = 'xaloc_girona' AND n > 0 AND status <> 'completed'";
const why =
  "SELECT error_code, error_log FROM tramite_queue WHERE site_id = 'xaloc_girona' AND status IN ('failed', 'needs_review') LIMIT 1";

/** Looks at the counts whenever something changes. */
const drained = ({ deps: { db, hub } }: Cerebro): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = () => {
      const left = db.sql(counts).all();
      const failed = left.some((row) => row.status === 'failed' || row.status === 'needs_review') ? db.sql(why).get() : null;
      if (failed) end(() => reject(new Error(`a trámite was not filed: ${failed.error_code} ${failed.error_log}`)));
      else if (left.length === 0) end(resolve);
    };
    const stop = hub.listen(look);
    const end = (how: () => void) => {
      stop();
      how();
    };
    look();
  });
