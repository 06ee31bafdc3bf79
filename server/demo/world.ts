import { join } from 'node:path';
import { type SimulatedControlRoom, startControlRoom } from './a360/control-room.ts';
import { onDemandBots, sampleAccount, sampleScript } from './a360/sample.ts';
import type { Script } from './a360/script.ts';
import { type Clouders, startClouders } from './carga/clouders.ts';
import { type PapersServer, startPapers } from './papers/papers.ts';
import { type Sede, startSede } from './sede/sede.ts';
import { type SqlServer, startSqlServer } from './tds/server.ts';

/**
 * The simulated outside as a process of its own. Environment: `DATA_DIR`, `DEMO_SEDE_PORT` (3100), `DEMO_XVIA_PORT`
 * (3101; given empty = no papers), `DEMO_A360_PORT` (3102; given empty = no Control Room), `DEMO_ORIGEN_PORT` (the SQL Server over
 * `DATA_DIR/mundo/origen.db`; empty = none), 0 = any free port; `DEMO_A360_EQUIPOS` (0), machines the Control Room has besides its
 * sample's; `DEMO_CARGA_PORT` (Clouders, who counts tickets; empty or not given = none); who enters it: `AA_USER`, `AA_API_KEY` and `AA_PWD` where given. Says one line of JSON with its addresses when it listens, and ends when its stdin closes, so that it
 * never outlives the demo.
 */
const environment = process.env;

const portOf = (name: string, usual: number): number => {
  const port = Number(environment[name] ?? usual);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`${name} («${environment[name]}») debe ser un puerto entre 0 y 65535.`);
  return port;
};

const furtherMachines = (): number => {
  const count = Number(environment.DEMO_A360_EQUIPOS || 0);
  if (!Number.isInteger(count) || count < 0 || count > 5000) fail('DEMO_A360_EQUIPOS debe ser un número entre 0 y 5000.');
  return count;
};

const fail = (sentence: string): never => {
  process.stderr.write(`El mundo de la demostración no puede arrancar: ${sentence}\n`);
  process.exit(1);
};

const sentenceOf = (error: NodeJS.ErrnoException & { port?: number }): string =>
  error.code === 'EADDRINUSE'
    ? `el puerto ${error.port} está ocupado. Cierre el programa que lo usa o elija otro con DEMO_SEDE_PORT, DEMO_XVIA_PORT, DEMO_A360_PORT, DEMO_CARGA_PORT o DEMO_ORIGEN_PORT.`
    : error.message;

type Servers = {
  readonly sede: Sede;
  readonly xvia: PapersServer | undefined;
  readonly a360: SimulatedControlRoom | undefined;
  readonly carga: Clouders | undefined;
  readonly origen: SqlServer | undefined;
};

/** Whoever runs the demo may have credentials in the environment: they open this Control Room too. */
const account = () => ({
  username: environment.AA_USER || sampleAccount.username,
  apiKey: environment.AA_API_KEY || sampleAccount.apiKey,
  password: environment.AA_PWD || sampleAccount.password,
});

const controlRoom = (): Script => {
  const sample = sampleScript(furtherMachines());
  return { ...sample, bots: [...sample.bots, ...onDemandBots()], account: account() };
};

const start = async (dataDir: string): Promise<Servers> => {
  const sede = await startSede({ port: portOf('DEMO_SEDE_PORT', 3100), dataDir });
  const xvia = environment.DEMO_XVIA_PORT === '' ? undefined : await startPapers({ port: portOf('DEMO_XVIA_PORT', 3101) });
  const carga = environment.DEMO_CARGA_PORT ? await startClouders({ port: portOf('DEMO_CARGA_PORT', 0), dataDir }) : undefined;
  const a360 =
    environment.DEMO_A360_PORT === ''
      ? undefined
      : await startControlRoom({
          port: portOf('DEMO_A360_PORT', 3102),
          dataDir,
          script: controlRoom(),
          onEnded: ({ fileId, status }) => {
            if (status === 'COMPLETED') carga?.worked(fileId);
          },
        });
  const port = environment.DEMO_ORIGEN_PORT ? portOf('DEMO_ORIGEN_PORT', 0) : null;
  const origen = port === null ? undefined : await startSqlServer({ port, file: join(dataDir, 'mundo', 'origen.db') });
  return { sede, xvia, a360, carga, origen };
};

const main = async (): Promise<void> => {
  const dataDir = environment.DATA_DIR || fail('falta DATA_DIR.');
  const { sede, xvia, a360, carga, origen } = await start(dataDir).catch((error: NodeJS.ErrnoException) => fail(sentenceOf(error)));
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('close', resolve).resume();
    process.once('SIGTERM', resolve);
  });
  // Ctrl+C reaches the whole group; the demo asks for things until it has stopped, so the world waits for its stdin.
  process.on('SIGINT', () => undefined);
  const addresses = {
    sede: sede.url,
    ...(xvia && { xvia: xvia.url }),
    ...(a360 && { a360: a360.url }),
    ...(carga && { carga: carga.url }),
    ...(origen && { origen: origen.url }),
  };
  process.stdout.write(`${JSON.stringify(addresses)}\n`);
  await ended;
  await Promise.all([sede.close(), xvia?.close(), a360?.close(), origen?.close()]);
  await carga?.close();
};

await main();
