import { join } from 'node:path';
import { buildApp } from '#server/app.ts';
import { enqueue } from '#server/cola/enqueue.ts';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createDispatcher } from '#server/ejecuciones/dispatch.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import type { Origen } from '#server/gateways/origen/origen.ts';
import { createRobotPool } from '#server/gateways/pool/piscina.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { createScheduler } from '#server/scheduler/clock.ts';
import { cyclesOf } from '#server/scheduler/cycles.ts';
import { newTramite } from '../../lib/queue-house.ts';
import { robotForm, steadySteps } from '../../lib/robot.ts';
import { now } from '../../lib/speed.ts';

/** The panel and two robots that file one trámite per second, without a browser, over a folder that is there already. */
export type WorkingHouse = {
  readonly url: string;
  /** Puts `n` trámites into the queue; nobody works on them yet. Answers their ids. */
  add(n: number): Promise<readonly number[]>;
  /** Lets the robots work, and answers when they have filed everything. @throws when something was not filed */
  drain(): Promise<void>;
  close(): Promise<void>;
};

export const openWorkingHouse = async (folder: string): Promise<WorkingHouse> => {
  const db = openDatabase(folder);
  const log = silentLog();
  const entry = join(import.meta.dirname, '../../lib/steady-robot.ts');
  const pool = createRobotPool({ size: 2, databaseFile: db.sqlite.name, browser: { headless: true, args: [] }, log, entry });
  const deps: Deps = {
    config: parseConfig({ ORIGEN_URL: 'sqlite:none.db', BOT_USER: 'bench', DATA_DIR: folder }),
    ...{ clock: systemClock, db, log, hub: createHub(log), evidence: createEvidence(folder), pool },
    origen: {} as Origen,
    papers: { download: async () => [], check: async () => undefined },
    a360: null,
    correo: null,
    webhook: null,
    carga: [],
    wake: () => undefined,
  };
  const dispatcher = createDispatcher(deps, { forms: { bench: robotForm(steadySteps) } });
  const scheduler = createScheduler(deps, cyclesOf(deps, dispatcher));
  const app = buildApp(deps, { scheduler, dispatcher, firstLink: null });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  dispatcher.start();
  const left = "SELECT count(*) AS n FROM tramite_queue WHERE site_id = 'bench' AND status <> 'completed' AND id >= ?";
  let number = 0;
  let first = 0;
  return {
    url,
    add: async (n) => {
      const rows = Array.from({ length: n }, () => newTramite(++number));
      await db.write(() => enqueue(db, now(), rows));
      const ids = db.sql('SELECT id FROM tramite_queue ORDER BY id DESC LIMIT ?').all(n);
      first = Math.min(...ids.map(({ id }) => id as number));
      return ids.map(({ id }) => id as number);
    },
    drain: async () => {
      await dispatcher.pass();
      while (dispatcher.busy().used > 0) await systemClock.sleep(20);
      if (db.sql(left).get(first)?.n !== 0) throw new Error('a trámite was not filed');
    },
    close: async () => {
      await dispatcher.stop(1000);
      await app.close();
      await pool.close(0);
      db.close();
    },
  };
};
