import { enqueue } from '#server/cola/enqueue.ts';
import { parseConfig } from '#server/config.ts';
import { openDatabase } from '#server/db/open.ts';
import type { Deps } from '#server/deps.ts';
import { createDispatcher } from '#server/ejecuciones/dispatch.ts';
import { createEvidence } from '#server/gateways/evidencias/evidence.ts';
import type { Origen } from '#server/gateways/origen/origen.ts';
import type { RobotPool } from '#server/gateways/pool/pool.ts';
import { systemClock } from '#server/lib/clock.ts';
import { createHub } from '#server/lib/hub.ts';
import { silentLog } from '#server/lib/log.ts';
import { createScheduler } from '#server/scheduler/clock.ts';
import { cyclesOf } from '#server/scheduler/cycles.ts';
import { percentile } from '../lib/figures.ts';
import { newTramite } from '../lib/queue-house.ts';
import { addRobot, robotForm } from '../lib/robot.ts';
import type { Bench, Section } from '../lib/section.ts';
import { now } from '../lib/speed.ts';

const perRound = 200;

/** A pool that only tells the instant at which a robot would begin. */
const startPool = (began: (at: number) => void): RobotPool => ({
  size: 2,
  run: async () => {
    began(performance.now());
    return { kind: 'awaiting' };
  },
  askToStop: () => undefined,
  onHint: () => () => undefined,
  close: async () => undefined,
});

/** The dispatcher and its clock as in production, over a real file; doors that answer at once. */
const openHouse = (folder: string) => {
  const db = openDatabase(folder);
  addRobot(db);
  const log = silentLog();
  let began: (at: number) => void = () => undefined;
  const late: { wake?: () => void } = {};
  const deps: Deps = {
    config: parseConfig({ ORIGEN_URL: 'sqlite:none.db', BOT_USER: 'bench', DATA_DIR: folder }),
    ...{ clock: systemClock, db, log, hub: createHub(log), evidence: createEvidence(folder) },
    origen: {} as Origen,
    papers: { download: async () => [], check: async () => undefined },
    a360: null,
    correo: null,
    webhook: null,
    carga: [],
    pool: startPool((at) => began(at)),
    wake: () => late.wake?.(),
  };
  const dispatcher = createDispatcher(deps, { forms: { bench: robotForm(['abrir', 'enviar']) } });
  const scheduler = createScheduler(deps, cyclesOf(deps, dispatcher));
  late.wake = () => scheduler.wakeNow('despachar');
  dispatcher.start();
  scheduler.start(['despachar']);
  let number = 0;
  return {
    /** Milliseconds from the first line of the enqueue to the start of the robot. */
    measure: async (): Promise<number> => {
      const start = new Promise<number>((resolve) => {
        began = resolve;
      });
      const asked = performance.now();
      await db.write(() => enqueue(db, now(), [newTramite(++number)]));
      deps.wake('despachar');
      return (await start) - asked;
    },
    idle: async (): Promise<void> => {
      while (dispatcher.busy().used > 0) await systemClock.sleep(1);
    },
    close: async (): Promise<void> => {
      await scheduler.stop(1000);
      await dispatcher.stop(1000);
      db.close();
    },
  };
};

const run = async (bench: Bench): Promise<void> => {
  const house = openHouse(bench.folder('arranque'));
  try {
    const p95 = async (): Promise<number> => {
      const times: number[] = [];
      for (let sample = 0; sample < perRound; sample++) {
        times.push(await house.measure());
        await house.idle();
      }
      return percentile(times, 0.95);
    };
    const { byName } = await bench.rounds([{ name: 'p95', run: p95 }]);
    const goal = { sign: '<', value: 10 } as const;
    bench.report({ section: 'arranque', what: 'de encolar a empezar, p95', values: byName.get('p95') ?? [], unit: 'ms', goal });
  } finally {
    await house.close();
  }
};

export const arranqueSection: Section = { name: 'arranque', about: 'cuánto tarda en empezar lo que se encola', run };
