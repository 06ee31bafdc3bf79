/**
 * The proof of a deployment: `npm run prueba-despliegue`. Clones what is committed into a fresh folder, installs and runs it as the systemd
 * unit says, as a user without rights over a program it cannot write (root makes all that and takes it away), breaks each dependency
 * in turn and looks at what people are told, at what comes back and at the books.
 * Exit code 0 if every promise was kept, 1 if one was not, 2 if the rest was kept and one could not be tried here (it takes root).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDatabase } from '#server/db/open.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { asError } from '#server/lib/errors.ts';
import { freePort } from '#tests/support/free-port.ts';
import { isWhole, readBooks } from './books.ts';
import { breaks, type Stage } from './breaks.ts';
import { openOutside } from './outside.ts';
import { install, makePlace } from './place.ts';
import { lookAtRights } from './rights.ts';
import { type Service, startService } from './service.ts';
import { codeOf, linesOf, tableOf, verdicts } from './table.ts';
import { type Outcome, tryBreak, until } from './try-break.ts';
import { readUnit } from './unit.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

/** Cycles that come round while somebody waits, retries that outlive an outage, and a disk whose limits suit its size. */
const paces = {
  ...{ CICLO_INTERVALO_SEG: '2', LANZADOR_SYNC_INTERVALO_SEG: '2', LANZADOR_CONCILIACION_INTERVALO_SEG: '2' },
  ...{ LANZADOR_CICLO_INTERVALO_SEG: '2', AVISOS_ENVIO_INTERVALO_SEG: '1', REINTENTO_BASE_SEG: '1', REINTENTOS_MAX: '10' },
  ...{ WORKERS: '1', GRACIA_PARADA_SEG: '20', LANZADOR_SHUTDOWN_TIMEOUT_SEG: '20' },
  ...{ DISCO_LIBRE_MIN_MB: '500', DISCO_LIBRE_AVISO_MB: '600', COPIA_INTERVALO_HORAS: '0' },
};

const switchOn = async (stage: Stage): Promise<void> => {
  const db = openDatabase(stage.place.data);
  await db.write(() => prepareDemo(db, stage.outside.world.sede));
  db.close();
};

const firstFilings = async ({ outside, databaseFile }: Stage): Promise<void> => {
  const whole = await until(async () => (isWhole(await readBooks(outside, databaseFile)) ? true : null));
  if (!whole) throw new Error('the first recursos were not filed');
};

const proveAll = async (stage: Stage): Promise<readonly Outcome[]> => {
  const only = process.argv.slice(2);
  await switchOn(stage);
  await firstFilings(stage);
  const outcomes: Outcome[] = [];
  const note = (outcome: Outcome): void => {
    outcomes.push(outcome);
    for (const line of linesOf(outcome)) tell(line);
  };
  note({ name: 'el servicio', seen: lookAtRights({ place: stage.place, pid: stage.service.pid() }) });
  for (const one of breaks) if (only.length === 0 || only.includes(one.name)) note(await tryBreak(one, stage));
  return outcomes;
};

const began = Date.now();
const seconds = (): number => Math.round((Date.now() - began) / 1000);
const place = makePlace();
const outcomes: Outcome[] = [];
let failure: Error | null = null;
let running: Service | null = null;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    running?.kill();
    place.drop();
    process.exit(130);
  });
}
try {
  tell(`Se clona e instala en ${place.app}; el servicio será ${place.user ?? 'de quien lanza la prueba'}…`);
  install(place);
  const outside = await openOutside(place.outside);
  try {
    const unit = readUnit(join(place.app, 'docs/despliegue/cerebro.service'), {
      '/opt/cerebro': place.app,
      '/var/lib/cerebro': place.data,
    });
    const service = await startService(place, unit, await freePort(), { ...outside.settings, ...paces });
    running = service;
    tell(`En marcha como dice cerebro.service (${seconds()} s desde el principio): ${service.url}`);
    try {
      outcomes.push(...(await proveAll({ place, service, outside, databaseFile: join(place.data, 'cerebro.db') })));
    } finally {
      await service.stop();
    }
  } finally {
    await outside.close();
  }
} catch (error) {
  failure = asError(error);
  tell(`La prueba no ha podido seguir: ${failure.message}`);
  const journal = join(place.root, 'journal.log');
  if (existsSync(journal)) tell(readFileSync(journal, 'utf8').split('\n').slice(-15).join('\n'));
} finally {
  place.drop();
}
const code = failure ? 1 : codeOf(outcomes);
tell('');
for (const line of tableOf(outcomes)) tell(line);
tell(`${failure ? 'La prueba no ha llegado al final.' : `${verdicts[code]} La parada ha sido limpia.`} ${seconds()} s.`);
process.exitCode = code;
