/**
 * The proof of a deployment: `npm run prueba-despliegue`. Clones what is committed into a fresh folder, installs and runs it as the systemd
 * unit says, as a user without rights (root makes one and takes it away), breaks each dependency in turn and looks at what
 * people are told, at what comes back and at the books. What this version or this machine cannot try is told as «pendiente».
 * Exit code 0 only if every promise that could be tried was kept.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { openDatabase } from '#server/db/open.ts';
import { prepareDemo } from '#server/demo/prepare.ts';
import { asError } from '#server/lib/errors.ts';
import { isWhole, readBooks } from './books.ts';
import { breaks, type Parts, type Stage } from './breaks.ts';
import { openOutside } from './outside.ts';
import { install, makePlace } from './place.ts';
import { startService } from './service.ts';
import { type Outcome, tryBreak, until } from './try-break.ts';
import { readUnit } from './unit.ts';

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

const freePort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as { port: number };
  await new Promise((closed) => server.close(closed));
  return port;
};

/** Cycles that come round while somebody waits, and a disk whose limits suit its size. */
const paces = {
  ...{ CICLO_INTERVALO_SEG: '2', LANZADOR_SYNC_INTERVALO_SEG: '2', LANZADOR_CONCILIACION_INTERVALO_SEG: '2' },
  ...{
    AVISOS_ENVIO_INTERVALO_SEG: '1',
    REINTENTO_BASE_SEG: '1',
    WORKERS: '1',
    GRACIA_PARADA_SEG: '20',
    LANZADOR_SHUTDOWN_TIMEOUT_SEG: '20',
  },
  ...{ DISCO_LIBRE_MIN_MB: '500', DISCO_LIBRE_AVISO_MB: '600', COPIA_INTERVALO_HORAS: '0' },
};

const switchOn = async (stage: Stage): Promise<void> => {
  const db = openDatabase(stage.place.data);
  await db.write(() => prepareDemo(db, stage.outside.world.sede));
  db.close();
};

/** Told by its files: what `/sistema` shows of a part is what the proof has to find. */
const findParts = (app: string): Parts => ({
  mail: existsSync(join(app, 'server/gateways/correo')),
  diskGuard: existsSync(join(app, 'server/datos')),
});

const firstFilings = async ({ outside, databaseFile }: Stage): Promise<void> => {
  const whole = await until(async () => (isWhole(await readBooks(outside.sourceFile, databaseFile, outside.world.sede)) ? true : null));
  if (!whole) throw new Error('the first recursos were not filed');
};

const breakAll = async (stage: Stage): Promise<readonly Outcome[]> => {
  await switchOn(stage);
  await firstFilings(stage);
  const parts = findParts(stage.place.app);
  const outcomes: Outcome[] = [];
  for (const one of breaks) {
    const outcome = await tryBreak(one, stage, parts);
    outcomes.push(outcome);
    for (const line of linesOf(outcome)) tell(line);
  }
  return outcomes;
};

const linesOf = ({ name, pending, seen }: Outcome): readonly string[] =>
  pending === null
    ? seen.map(({ promise, kept, told }) => `${name.padEnd(20)} ${promise.padEnd(18)} ${(kept ? 'sí' : 'NO').padEnd(4)} ${told}`)
    : [`${name.padEnd(20)} ${'pendiente'.padEnd(18)} ${'—'.padEnd(4)} ${pending}`];

const began = Date.now();
const place = makePlace();
let failed = true;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    place.drop();
    process.exit(130);
  });
}
try {
  tell(`Clonado e instalado en ${place.app}, como ${place.who}…`);
  install(place);
  const outside = await openOutside(place.outside);
  try {
    const unit = readUnit(join(place.app, 'docs/despliegue/cerebro.service'), {
      '/opt/cerebro': place.app,
      '/var/lib/cerebro': place.data,
    });
    const service = await startService(place, unit, await freePort(), { ...outside.settings, ...paces });
    tell(`En marcha como dice cerebro.service (${Math.round((Date.now() - began) / 1000)} s desde el principio): ${service.url}`);
    try {
      const outcomes = await breakAll({ place, service, outside, databaseFile: join(place.data, 'cerebro.db') });
      failed = outcomes.some(({ seen }) => seen.some(({ kept }) => kept === false));
    } finally {
      await service.stop();
    }
  } finally {
    await outside.close();
  }
  tell(failed ? 'Algo no se cumple.' : 'Todo lo que se ha podido probar se cumple; la parada ha sido limpia.');
} catch (error) {
  failed = true;
  tell(`La prueba no ha podido seguir: ${asError(error).message}`);
  const journal = join(place.root, 'journal.log');
  if (existsSync(journal)) tell(readFileSync(journal, 'utf8').split('\n').slice(-15).join('\n'));
} finally {
  place.drop();
}
tell(`${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = failed ? 1 : 0;
