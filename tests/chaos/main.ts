/**
 * The kill campaign: `npm run caos -- --veces 50 [--semilla 7] [--puntos encolado,tras_el_registro] [--origen tds]`. Kills the whole
 * process group of the demo again and again over one data folder, drains what is left and compares the source, the
 * queue, the evidence and the sede's register. `--a360` kills the launcher instead (a360/campaign.ts). With `--origen tds` the source is a SQL Server, whose connections are cut at
 * random besides. `--restaurar` restores a copy in the middle of the work (restore/campaign.ts). Exit code 0 only if every promise was kept.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lockFolder } from '#server/db/open.ts';
import { createSampleSource } from '#server/demo/source/create.ts';
import { createRandom } from '#server/demo/source/random.ts';
import { startWorld } from '#server/demo/world-child.ts';
import { provisionBrowser } from '#server/gateways/navegador/provision.ts';
import { asError } from '#server/lib/errors.ts';
import { createLog } from '#server/lib/log.ts';
import { freePort } from '#tests/support/free-port.ts';
import { runRoomKills } from './a360/campaign.ts';
import { furtherMachines } from './a360/work.ts';
import { runKills } from './campaign.ts';
import { type Difference, findDifferences } from './check.ts';
import { disturber } from './disturb.ts';
import { faultDoor } from './doors.ts';
import type { RegisterFact } from './facts.ts';
import { gather } from './gather.ts';
import { type Group, startGroup, survivors } from './group.ts';
import { planKills } from './plan.ts';
import { type OrigenKind, type PointName, pointNamesOf } from './points.ts';
import { report } from './report.ts';
import { restoreOnce } from './restore/campaign.ts';
import { botUser, type Scene, setScene } from './scene.ts';

const dataDir = resolve(import.meta.dirname, '../../data/caos');
const logFile = join(dataDir, 'caos.log');

const tell = (line: string): void => void process.stdout.write(`${line}\n`);

type Order = { readonly times: number; readonly seed: number; readonly wanted: readonly PointName[]; readonly origen: OrigenKind };

const readOrder = (): Order => {
  const options = {
    veces: { type: 'string' },
    semilla: { type: 'string' },
    puntos: { type: 'string' },
    origen: { type: 'string' },
  } as const;
  const { values } = parseArgs({ options });
  const [times, seed, origen] = [Number(values.veces ?? 10), Number(values.semilla ?? 1), values.origen ?? 'sqlite'];
  if (!Number.isInteger(times) || times < 1 || !Number.isInteger(seed)) throw new Error('--veces y --semilla son números enteros.');
  if (origen !== 'sqlite' && origen !== 'tds') throw new Error('--origen es sqlite o tds.');
  const names = pointNamesOf(origen);
  const wanted = (values.puntos?.split(',') ?? names) as PointName[];
  const unknown = wanted.filter((point) => !names.includes(point));
  if (unknown.length > 0) throw new Error(`No hay ningún punto «${unknown.join(', ')}». Los que hay: ${names.join(', ')}.`);
  return { times, seed, wanted, origen };
};

/** `--a360` kills the launcher; the other orders are those of the trámites. */
const roomOrder = (): { times: number; seed: number } | null => {
  if (!process.argv.includes('--a360')) return null;
  const options = {
    a360: { type: 'boolean' },
    veces: { type: 'string', default: '20' },
    semilla: { type: 'string', default: '1' },
  } as const;
  const { values } = parseArgs({ options });
  return { times: Number(values.veces), seed: Number(values.semilla) };
};

type Ports = {
  readonly panel: number;
  readonly sede: number;
  readonly xvia: number;
  readonly origen: number | null;
  /** Of the simulated Control Room; null = none. */
  readonly a360: number | null;
};

/** What the demo is started with, each time the same. Cycles and retries come quickly so that every kill meets work. */
const environmentOf = (ports: Ports): NodeJS.ProcessEnv => {
  const { ORIGEN_URL: _source, XVIA_URL: _intranet, AA_URL: _controlRoom, ...inherited } = process.env;
  return {
    ...inherited,
    DATA_DIR: dataDir,
    PORT: String(ports.panel),
    DEMO_SEDE_PORT: String(ports.sede),
    DEMO_XVIA_PORT: String(ports.xvia),
    DEMO_ORIGEN_PORT: String(ports.origen ?? ''),
    DEMO_A360_PORT: String(ports.a360 ?? ''),
    DEMO_CARGA_PORT: '',
    BOT_USER: botUser,
    CICLO_INTERVALO_SEG: '1',
    REINTENTO_BASE_SEG: '1',
  };
};

/** Drains with `--vaciar`; again when it leaves something waiting for its next attempt. */
const drainAll = async (scene: Scene, start: (args: readonly string[]) => Group): Promise<Difference[]> => {
  for (let round = 1; round <= 5; round += 1) {
    const code = await start(['--vaciar']).ended;
    if (code !== 0) return [{ rule: 'vaciado_con_error', told: `--vaciar terminó con ${code}; véase ${logFile}` }];
    if (waiting(scene) === 0) break;
  }
  const outliving = await survivors(dataDir);
  return outliving.map((told) => ({ rule: 'proceso_superviviente', told: `tras vaciar: ${told}` }));
};

const waiting = (scene: Scene): number =>
  scene.queue((eyes) => eyes.one<number>("SELECT count(*) FROM tramite_queue WHERE status = 'pending' AND not_before IS NOT NULL")) ?? 0;

/** The register as the sede itself tells it, with nobody else running. */
const readRegister = async (ports: Ports): Promise<RegisterFact[]> => {
  const world = await startWorld({ dataDir, sedePort: String(ports.sede), xviaPort: String(ports.xvia), ownXvia: false });
  try {
    return (await (await fetch(`${world.sede}/registro.json`)).json()) as RegisterFact[];
  } finally {
    await world.stop();
  }
};

const freshFolder = (): void => {
  // Refuses while another campaign works in it.
  lockFolder(dataDir).release();
  rmSync(dataDir, { recursive: true, force: true });
  mkdirSync(dataDir, { recursive: true });
};

const main = async (): Promise<number> => {
  const order = readOrder();
  const plan = planKills(order.times, order.seed, order.wanted, pointNamesOf(order.origen));
  freshFolder();
  // A kill must never fall into the installation of a browser.
  await provisionBrowser({
    configured: process.env.NAVEGADOR,
    visible: false,
    certificate: false,
    install: true,
    log: createLog('info', logFile),
  });
  const ports: Ports = {
    panel: await freePort(),
    sede: await freePort(),
    xvia: await freePort(),
    origen: order.origen === 'tds' ? await freePort() : null,
    a360: null,
  };
  const scene = setScene(dataDir, ports);
  const env = environmentOf(ports);
  let running: Group | null = null;
  const start = (args: readonly string[], said?: (line: string) => void): Group => {
    running = startGroup({ args: ['--origen', order.origen, ...args], env, logFile, ...(said && { said }) });
    return running;
  };
  stopOnSignals(() => running);

  tell(`Campaña de ${order.times} muertes, semilla ${order.seed}, en ${dataDir}`);
  const kills = await runKills(plan.kills, { scene, start: () => start([]), disturb: disturber(scene, createRandom(order.seed)), tell });
  tell('Vaciando lo que queda…');
  const drained = await drainAll(scene, (args) => start(args, tell));
  const facts = gather(scene, await readRegister(ports), kills.sightings);
  const differences = [...kills.differences, ...drained, ...findDifferences(facts)];
  tell(report(plan.kills, plan.leftOut, facts, differences));
  return differences.length === 0 ? 0 : 1;
};

/** Cycles of the launcher that come quickly, and no other work: every kill meets a run. */
const hurried = {
  LANZADOR_CICLO_INTERVALO_SEG: '1',
  LANZADOR_CONCILIACION_INTERVALO_SEG: '2',
  LANZADOR_SYNC_INTERVALO_SEG: '5',
  AA_API_TIMEOUT_SECONDS: '10',
  CICLO_INTERVALO_SEG: '600',
  DEMO_A360_EQUIPOS: String(furtherMachines),
};

const killLauncher = async ({ times, seed }: { times: number; seed: number }): Promise<number> => {
  freshFolder();
  const ports: Ports = { panel: await freePort(), sede: await freePort(), xvia: await freePort(), origen: null, a360: await freePort() };
  createSampleSource(join(dataDir, 'mundo', 'origen.db'), { bodies: {}, traps: false });
  const origin = `http://127.0.0.1:${ports.a360}`;
  let running: Group | null = null;
  stopOnSignals(() => running);
  tell(`Campaña de ${times} muertes del lanzador, semilla ${seed}, en ${dataDir}`);
  const differences = await runRoomKills(times, seed, {
    ...{ dataDir, origin, tell, queueFile: join(dataDir, 'cerebro.db'), room: faultDoor(origin) },
    start: () => {
      running = startGroup({ args: [], env: { ...environmentOf(ports), ...hurried }, logFile });
      return running;
    },
  });
  return verdictOf(differences);
};

/** One restoration in the middle of the work of both halves. */
const restore = async (): Promise<number> => {
  freshFolder();
  const ports: Ports = { panel: await freePort(), sede: await freePort(), xvia: await freePort(), origen: null, a360: await freePort() };
  const scene = setScene(dataDir, ports);
  const env = { ...environmentOf(ports), ...hurried, CICLO_INTERVALO_SEG: '1' };
  const [panel, sede, room] = [ports.panel, ports.sede, ports.a360].map((port) => `http://127.0.0.1:${port}`) as [string, string, string];
  let running: Group | null = null;
  stopOnSignals(() => running);
  tell(`Restauración en mitad del trabajo, en ${dataDir}`);
  const differences = await restoreOnce({
    ...{ scene, env, tell, at: { panel, sede, room }, room: faultDoor(room) },
    start: () => {
      running = startGroup({ args: [], env, logFile });
      return running;
    },
  });
  return verdictOf(differences);
};

/** Tells them; the exit code. */
const verdictOf = (differences: readonly Difference[]): number => {
  tell(differences.length === 0 ? 'Diferencias: ninguna.' : `Diferencias: ${differences.length}`);
  for (const one of differences) tell(`  ${one.rule}: ${one.told}`);
  return differences.length === 0 ? 0 : 1;
};

/** The demo runs in a group of its own: Ctrl+C would leave it behind. */
const stopOnSignals = (running: () => Group | null): void => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      void Promise.resolve(running()?.kill()).then(() => process.exit(130));
    });
};

try {
  const room = roomOrder();
  if (process.argv.includes('--restaurar')) process.exitCode = await restore();
  else process.exitCode = room === null ? await main() : await killLauncher(room);
} catch (thrown) {
  process.stderr.write(`${asError(thrown).message}\n`);
  process.exitCode = 1;
}
