import type { Db } from '#server/db/open.ts';
import { judgeFlatness, type Verdict } from './flat.ts';
import { countOldRows, openSoakHouse, plantOldRows, type SoakHouse } from './house.ts';
import { createMeter, type Sample } from './measure.ts';

export type SoakOrder = { readonly hours: number; readonly tramites: number; readonly folder: string };

export type SoakReport = {
  readonly samples: readonly Sample[];
  readonly verdicts: readonly Verdict[];
  readonly completed: number;
  readonly numbers: number;
  /** Rows older than what is kept: those planted, and those left; null while nothing cleans. */
  readonly old: { readonly planted: number; readonly left: number } | null;
  /** Failures of cycles still standing at the end. */
  readonly failing: readonly string[];
};

/** A claim cycle comes every five minutes: what arrives meanwhile comes at once. */
const arrivalMs = 5 * 60_000;
const arrivalsAnHour = 12;
const planted = 2000;
/** Retries come late: hours given to what is left after the last arrival, at most. */
const lastHours = 3;

/** Lives those hours with that many trámites and measures at the end of each; `tell` hears every measure. */
export const soak = async (order: SoakOrder, tell: (sample: Sample) => void): Promise<SoakReport> => {
  const house = await openSoakHouse(order.folder);
  await plantOldRows(house.db, planted, house.clock.now().toISOString());
  const meter = createMeter(house.db.sqlite.name);
  const samples: Sample[] = [];
  try {
    for (let hour = 1; hour <= order.hours; hour += 1) {
      await liveAnHour(house, order, hour);
      house.forget();
      const sample = meter.read(hour, countCompleted(house.db));
      samples.push(sample);
      tell(sample);
    }
    for (let more = 0; more < lastHours && countCompleted(house.db) < order.tramites; more += 1) await house.pass(60 * 60_000);
    return { samples, verdicts: judgeFlatness(samples), ...accounts(house) };
  } finally {
    meter.stop();
    await house.close();
  }
};

const liveAnHour = async (house: SoakHouse, { hours, tramites }: SoakOrder, hour: number): Promise<void> => {
  const slots = hours * arrivalsAnHour;
  for (let n = 0; n < arrivalsAnHour; n += 1) {
    const slot = (hour - 1) * arrivalsAnHour + n;
    const share = Math.floor((tramites * (slot + 1)) / slots) - Math.floor((tramites * slot) / slots);
    if (share > 0) house.arrive(share);
    await house.pass(arrivalMs);
    await look(house);
  }
};

/** Somebody has the panel open. */
const look = async ({ app }: SoakHouse): Promise<void> => {
  for (const url of ['/', '/cola', '/historial', '/sistema']) {
    const { statusCode } = await app.inject({ url, headers: { host: '127.0.0.1' } });
    if (statusCode !== 200) throw new Error(`${url} answered ${statusCode}`);
  }
};

const countCompleted = (db: Db): number => db.sql("SELECT count(*) AS n FROM tramite_queue WHERE status = 'completed'").get()?.n as number;

const accounts = ({ db, scheduler }: SoakHouse): Pick<SoakReport, 'completed' | 'numbers' | 'old' | 'failing'> => {
  const cycles = scheduler.state();
  return {
    completed: countCompleted(db),
    numbers: db.sql("SELECT count(DISTINCT json_extract(result, '$.numero')) AS n FROM tramite_queue").get()?.n as number,
    old: cycles.some(({ name }) => name === 'limpiar') ? { planted, left: countOldRows(db) } : null,
    failing: cycles.flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError.message}`] : [])),
  };
};

/** What did not hold, in sentences. Pure. */
export const faultsOf = (report: SoakReport, tramites: number): readonly string[] => [
  ...report.verdicts.flatMap(({ what, second, last, most, flat }) =>
    flat ? [] : [`${what}: ${last} en el último cuarto; ${second} en el segundo, y se admitían ${most}`],
  ),
  ...(report.completed === tramites ? [] : [`se han presentado ${report.completed} de ${tramites}`]),
  ...(report.numbers === report.completed ? [] : [`hay ${report.numbers} números de registro para ${report.completed} presentados`]),
  ...(report.old && report.old.left > 0 ? [`la limpieza ha dejado ${report.old.left} de ${report.old.planted} filas antiguas`] : []),
  ...report.failing.map((sentence) => `un ciclo acaba fallando: ${sentence}`),
];
