import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '#server/db/open.ts';
import { judgeFlatness, type Verdict } from './flat.ts';
import { copiesKept, logsFolder, logsKept, openSoakHouse, type SoakHouse } from './house.ts';
import { createMeter, type Sample } from './measure.ts';
import { countOld, type Planted } from './plant.ts';

export type SoakOrder = { readonly hours: number; readonly tramites: number; readonly folder: string };

export type SoakReport = {
  readonly samples: readonly Sample[];
  readonly verdicts: readonly Verdict[];
  readonly completed: number;
  readonly numbers: number;
  /** What was planted older than what is kept, and what is left of it. */
  readonly old: readonly Planted[];
  /** Copies made whole, and those that lie there. */
  readonly copies: { readonly made: number; readonly kept: number };
  /** Past log files that were begun, and those that lie there, of the part that has most. */
  readonly logs: { readonly begun: number; readonly kept: number };
  /** Avisos ever raised: of some hundred failures that were mended by themselves nobody is to be told. */
  readonly avisos: number;
  /** Failures of cycles still standing at the end. */
  readonly failing: readonly string[];
};

/** A claim cycle comes every five minutes: what arrives meanwhile comes at once. */
const arrivalMs = 5 * 60_000;
const arrivalsAnHour = 12;
const planted = 300;
/** Retries come late: hours given to what is left after the last arrival, at most. */
const lastHours = 3;

/** Lives those hours with that many trámites and measures at the end of each; `tell` hears every measure. */
export const soak = async (order: SoakOrder, tell: (sample: Sample) => void): Promise<SoakReport> => {
  const house = await openSoakHouse(order.folder, planted);
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
    return { samples, verdicts: judgeFlatness(samples), ...accounts(house, order.folder) };
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

const countCompleted = (db: Db): number =>
  db.sql("SELECT count(*) AS n FROM tramite_queue WHERE status = 'completed' AND site_id <> 'x'").get()?.n as number;

const accounts = ({ db, scheduler, deps }: SoakHouse, folder: string): Omit<SoakReport, 'samples' | 'verdicts'> => {
  const one = (sql: string): number => db.sql(sql).get()?.n as number;
  const past = readdirSync(logsFolder(folder)).flatMap((name) => /^cerebro-.*-(\d+)\.log$/.exec(name)?.[1] ?? []);
  const copies = readdirSync(join(deps.config.DATA_DIR, 'copias')).filter((name) => name.endsWith('.db'));
  return {
    completed: countCompleted(db),
    numbers: one("SELECT count(DISTINCT json_extract(result, '$.numero')) AS n FROM tramite_queue"),
    old: countOld(db, deps.config.DATA_DIR, planted),
    copies: { made: one('SELECT count(*) AS n FROM copias WHERE verificada = 1'), kept: copies.length },
    logs: { begun: Math.max(0, ...past.map(Number)), kept: past.length },
    avisos: one("SELECT count(*) AS n FROM avisos WHERE clave NOT LIKE 'vieja-%'"),
    failing: scheduler.state().flatMap(({ name, lastError }) => (lastError ? [`${name}: ${lastError.message}`] : [])),
  };
};

/** What did not hold, in sentences. Pure. */
export const faultsOf = (report: SoakReport, tramites: number): readonly string[] => [
  ...report.verdicts.flatMap(({ what, second, last, most, flat }) =>
    flat ? [] : [`${what}: ${last} en el último cuarto; ${second} en el segundo, y se admitían ${most}`],
  ),
  ...(report.completed === tramites ? [] : [`se han presentado ${report.completed} de ${tramites}`]),
  ...(report.numbers === report.completed ? [] : [`hay ${report.numbers} números de registro para ${report.completed} presentados`]),
  ...report.old
    .filter(({ goes, left }) => goes && left > 0)
    .map(({ kind, left }) => `la limpieza ha dejado ${left} de lo antiguo: ${kind}`),
  ...report.old
    .filter(({ goes, planted: all, left }) => !goes && left < all)
    .map(({ kind, planted: all, left }) => `la limpieza se ha llevado ${all - left} de lo que no se toca: ${kind}`),
  ...(report.copies.kept > copiesKept ? [`hay ${report.copies.kept} copias y se conservan ${copiesKept}`] : []),
  ...(report.copies.made === 0 ? ['no se ha hecho ninguna copia'] : []),
  ...(report.logs.kept > logsKept ? [`hay ${report.logs.kept} registros pasados y se conservan ${logsKept}`] : []),
  ...(report.avisos > 0 ? [`hay ${report.avisos} avisos de lo que se arregla solo`] : []),
  ...report.failing.map((sentence) => `un ciclo acaba fallando: ${sentence}`),
];
