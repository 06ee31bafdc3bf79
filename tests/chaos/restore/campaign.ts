/**
 * `npm run caos -- --restaurar`: the demo files and launches at full speed, a copy is made in the middle, the work goes on, the power fails and the
 * copy is put in the place of the database. Then a person answers what is held, from the registers of the sede and of the Control Room,
 * the house ends its work, and the books are compared: nothing filed twice, nothing launched twice, nothing lost.
 */
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Filing, OwnRun, RoomRun } from '../a360/check.ts';
import { filingsEach, filingsSql, leaveFewAtWork, queueSome, scheduleOne, settleIn } from '../a360/work.ts';
import type { Difference } from '../check.ts';
import { type FaultDoor, until } from '../doors.ts';
import type { RegisterFact } from '../facts.ts';
import { gather } from '../gather.ts';
import { type Group, survivors } from '../group.ts';
import { botUser, type Scene } from '../scene.ts';
import { restoredDifferences } from './check.ts';
import { type Person, personAt } from './person.ts';

export type RestoreStage = {
  readonly scene: Scene;
  readonly room: FaultDoor;
  /** Addresses of the panel, the sede and the Control Room. */
  readonly at: { readonly panel: string; readonly sede: string; readonly room: string };
  readonly env: NodeJS.ProcessEnv;
  start(): Group;
  tell(line: string): void;
};

type Entry = RegisterFact & { readonly instante: string };

const program = resolve(import.meta.dirname, '../../../server/restaurar.ts');

export const restoreOnce = async (stage: RestoreStage): Promise<Difference[]> => {
  const { copy, copiedAt } = await workAround(stage);
  const outliving = await survivors(stage.scene.dataDir);
  await putInPlace(stage, copy);
  const restartedAt = new Date().toISOString();
  const group = stage.start();
  try {
    await ready(group);
    const lostRuns = await afterThe(stage, copiedAt);
    const registered = await everyNumber(stage);
    await answerAll(stage);
    await ended(stage);
    const facts = gather(stage.scene, await everyNumber(stage), []);
    const room = { room: await runsOf(stage), own: own(stage), filings: filings(stage), queued: 2 * filingsEach };
    stage.tell(`Al final: ${facts.register.length} presentados (${registered.length} al restaurar) y ${room.room.length} lanzamientos.`);
    return [
      ...outliving.map((told) => ({ rule: 'proceso_superviviente', told })),
      ...restoredDifferences({ facts, room, lostRuns, restartedAt }),
    ];
  } finally {
    await group.kill();
  }
};

const ready = async (group: Group): Promise<void> => {
  if (!(await group.ready)) throw new Error('la demostración no ha arrancado');
};

/** Works, copies in the middle, works on, dies. What is due at the copy is launched only after it. */
const workAround = async (stage: RestoreStage): Promise<{ copy: string; copiedAt: string }> => {
  const { scene, room, at } = stage;
  const person = personAt(at.panel);
  const group = stage.start();
  try {
    await ready(group);
    await settleIn(scene.queueFile);
    leaveFewAtWork(scene.queueFile);
    await room.arm('ejecucion_breve', 10_000);
    due(stage, 1);
    await until('lo primero, presentado y lanzado', async () => (await counted(stage)).every((n) => n >= 6));
    await person.order('/lanzador/retener', { motivo: 'Para copiar' });
    due(stage, 2);
    const copy = await copyNow(stage, person);
    await person.order('/lanzador/soltar');
    const copiedAt = new Date().toISOString();
    scene.add(6);
    const before = await counted(stage);
    const more = async () => (await counted(stage)).every((n, index) => n >= (before[index] as number) + 6);
    await until('lo de después de la copia, presentado y lanzado', async () => (await more()) && allFiled(stage));
    stage.tell(
      `Copia ${copy}, con ${before.join(' en el registro y ')} lanzamientos; la muerte, con ${(await counted(stage)).join(' y ')}.`,
    );
    return { copy, copiedAt };
  } finally {
    await group.kill();
  }
};

const due = ({ scene }: RestoreStage, nth: number): void => {
  scheduleOne(scene.queueFile, nth, new Date());
  queueSome(scene.queueFile, scene.sourceFile, nth);
};

/** What was due at the copy has been launched. */
const allFiled = (stage: RestoreStage): boolean =>
  filings(stage).every(({ status }) => status === 'completed') &&
  one(stage, `SELECT count(*) FROM ejecuciones WHERE programacion_id = 'campaña-2' AND deployment_id IS NOT NULL`) > 0;

const counted = async (stage: RestoreStage): Promise<readonly [number, number]> => [
  (await registerOf(stage)).length,
  (await runsOf(stage)).length,
];

const goodCopy = `SELECT archivo FROM copias WHERE motivo = 'a_mano' AND verificada = 1`;

const copyNow = async ({ scene }: RestoreStage, person: Person): Promise<string> => {
  const made = () => scene.queue((eyes) => eyes.one<string | undefined>(goodCopy));
  await person.order('/datos/copias');
  await until('la copia', () => typeof made() === 'string');
  return made() as string;
};

/** As `npm run restaurar` does, with the settings of the demo. */
const putInPlace = async ({ scene, env, tell }: RestoreStage, copy: string): Promise<void> => {
  const given = { ...env, ORIGEN_URL: `sqlite:${scene.sourceFile}`, BOT_USER: botUser };
  const { stdout } = await promisify(execFile)(process.execPath, [program, copy], { env: given });
  tell(stdout.split('\n')[0] as string);
};

/** Waits until nothing runs at A360 any more, as whoever lets the launcher go should; answers what no copy could know. */
const afterThe = async (stage: RestoreStage, copiedAt: string): Promise<ReadonlySet<string>> => {
  await until('que A360 acabe', async () => (await runsOf(stage)).every(({ fin }) => fin !== null));
  const known = new Set(own(stage).map(({ deploymentId }) => deploymentId));
  const runs = (await runsOf(stage)).filter(({ deploymentId, aceptado }) => aceptado > copiedAt && !known.has(deploymentId));
  return new Set(runs.map(({ deploymentId }) => deploymentId));
};

/** Puts into the queue what is ours and unknown, answers everything from the registers, lets the launcher go. */
const answerAll = async (stage: RestoreStage): Promise<void> => {
  const { scene, at, tell } = stage;
  const person = personAt(at.panel);
  await until('que nada más se presente solo', () => one(stage, `SELECT count(*) FROM tramite_queue WHERE status = 'processing'`) === 0);
  // 409 while a cycle runs, which says so: a person tries again.
  await until('los desajustes', () =>
    person.order('/ciclos/desajustes').then(
      () => true,
      () => false,
    ),
  );
  const unknown = scene.queue((eyes) => eyes.all<{ id: string }>(`SELECT resource_id AS id FROM mismatches WHERE kind = 'unknown_here'`));
  for (const { id } of unknown ?? []) await person.order(`/ciclos/desajustes/${id}/encolar`);
  const filed = await filedBefore(stage);
  const held = scene.queue((eyes) => eyes.all<{ id: number; expediente: string }>(heldSql)) ?? [];
  for (const { id, expediente } of held) await person.order(`/cola/${id}/resolver`, answerOf(filed.get(expediente)));
  await person.order('/lanzador/soltar');
  const known = held.filter(({ expediente }) => filed.has(expediente)).length;
  tell(`Por responder ${held.length}, de ellos ${known} ya presentados; ${unknown?.length} eran nuestros y desconocidos.`);
};

const heldSql = `SELECT id, expediente FROM tramite_queue WHERE status = 'needs_review' AND error_code = 'restaurado'`;

type Filed = { readonly numero: string; readonly fecha: string };

const answerOf = (filed: Filed | undefined): Record<string, string> =>
  filed ? { resultado: 'presentado', ...filed } : { resultado: 'no_presentado' };

/** Everything filed, at the sede and by A360, with its number. */
const everyNumber = async (stage: RestoreStage): Promise<Entry[]> => {
  const byRoom = (await runsOf(stage)).flatMap(({ body, salida, fin }) => {
    const [expediente, numero] = [body?.botInput?.in_Expediente?.string, salida?.out_NumeroRegistro?.string];
    return expediente === undefined || numero === undefined ? [] : [{ expediente, numero, instante: fin ?? '' }];
  });
  return [...(await registerOf(stage)), ...byRoom];
};

const filedBefore = async (stage: RestoreStage): Promise<ReadonlyMap<string, Filed>> =>
  new Map((await everyNumber(stage)).map(({ expediente, numero, instante }) => [expediente, { numero, fecha: instante }]));

/** Nothing waits that a robot could do, and nothing runs. */
const working = `
  SELECT (SELECT count(*) FROM tramite_queue WHERE status = 'processing' OR (status = 'pending'
            AND site_id IN (SELECT robot_id FROM robots WHERE kind = 'playwright' AND activo = 1)))
       + (SELECT count(*) FROM tramite_queue WHERE status = 'pending' AND site_id = 'registro_a360')`;
const running = `SELECT count(*) FROM ejecuciones WHERE fase IS NULL AND fecha_fin IS NULL`;

const ended = async (stage: RestoreStage): Promise<void> => {
  await until('que la cola se vacíe', () => one(stage, working) === 0, 180_000);
  await personAt(stage.at.panel).order('/lanzador/retener', { motivo: 'Para comparar' });
  await until('que lo lanzado acabe', () => one(stage, running) === 0, 60_000);
};

const one = ({ scene }: RestoreStage, sql: string): number => scene.queue((eyes) => eyes.one<number>(sql)) ?? 0;

const ownSql = `SELECT ejecucion_id AS ejecucionId, deployment_id AS deploymentId, robot_id AS robotId, equipo_id AS equipoId, estado,
  programacion_id AS programacionId, fecha_teorica AS fechaTeorica, fecha_fin AS fechaFin FROM ejecuciones WHERE fase IS NULL`;

const own = ({ scene }: RestoreStage): OwnRun[] => scene.queue((eyes) => eyes.all<OwnRun>(ownSql)) ?? [];
const filings = ({ scene }: RestoreStage): Filing[] => scene.queue((eyes) => eyes.all<Filing>(filingsSql)) ?? [];

const jsonOf = async <T>(origin: string): Promise<T> => (await (await fetch(`${origin}/registro.json`)).json()) as T;
const registerOf = ({ at }: RestoreStage): Promise<Entry[]> => jsonOf(at.sede);
const runsOf = ({ at }: RestoreStage): Promise<RoomRun[]> => jsonOf(at.room);
