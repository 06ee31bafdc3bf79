/**
 * The kill campaign of the launcher: `npm run caos -- --a360 --veces 20 [--semilla 7]`. Kills the whole process group of the demo
 * around deploys, callbacks, reconciliations and synchronisations, over one data folder; then lets everything end and compares
 * the Control Room's own register with our book.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { createRandom, type Random } from '#server/demo/source/random.ts';
import { asError } from '#server/lib/errors.ts';
import type { Difference } from '../check.ts';
import { type Eyes, type FaultDoor, openEyes, until, untilCommits } from '../doors.ts';
import { type Group, survivors } from '../group.ts';
import { type Books, differencesOf, type Filing, type OwnRun, type RoomRun } from './check.ts';
import { filingsEach, filingsSql, queueSome, scheduleOne, settleIn } from './work.ts';

/** The instants around which a run could be lost or launched twice; each is a request the Control Room holds. */
export const roomPoints = {
  pausa_deploy_antes: 'el lanzamiento está apuntado y pedido, A360 aún no lo ha aceptado',
  pausa_deploy_despues: 'A360 lo ha aceptado, la respuesta no ha llegado',
  pausa_callback: 'el robot ha terminado, el aviso no ha salido',
  pausa_actividad: 'conciliando',
  pausa_equipos: 'sincronizando',
} as const;
type RoomPoint = keyof typeof roomPoints;

/** Lost answers, callbacks and listings that go with the kills; each mends itself through the conciliador. */
const mishaps = [
  ...[
    'deploy_perdido_despues',
    'deploy_perdido_antes',
    'deploy_efecto_tardio',
    'deploy_sin_id',
    'deploy_500_despues',
    'deploy_412_ocupado',
  ],
  ...['callback_perdido', 'callback_doble', 'callback_antes'],
  ...['ejecucion_unknown', 'ejecucion_repetida', 'ejecucion_falla'],
  ...['actividad_500', 'actividad_vacia', 'actividad_cortada', 'equipos_media_pagina', 'rafaga_401', 'token_caducado'],
];
/** Of them, with each kill. */
const mishapsEach = 3;

export type RoomScene = {
  readonly dataDir: string;
  readonly queueFile: string;
  readonly room: FaultDoor;
  /** Address of the Control Room. */
  readonly origin: string;
  start(): Group;
  tell(line: string): void;
};

type RoomKill = { readonly kind: 'punto'; readonly point: RoomPoint } | { readonly kind: 'cambio'; readonly changes: number };

const planOf = (times: number, random: Random): RoomKill[] => {
  const points = Object.keys(roomPoints) as RoomPoint[];
  return random.shuffled(
    Array.from({ length: times }, (_, index): RoomKill => {
      const point = points[index];
      return point === undefined ? { kind: 'cambio', changes: 1 + random.below(60) } : { kind: 'punto', point };
    }),
  );
};

const nameOf = (kill: RoomKill): string => (kill.kind === 'punto' ? kill.point : 'al azar (cambio)');

/** Kills `times` times, then drains. Answers the differences; what happened is told as it goes. */
export const runRoomKills = async (times: number, seed: number, scene: RoomScene): Promise<Difference[]> => {
  const random = createRandom(seed);
  const differences: Difference[] = [];
  for (const [at, kill] of planOf(times, random).entries()) {
    const began = performance.now();
    const group = scene.start();
    await meet({ nth: at + 1, kill, group }, scene, random).catch((thrown) => {
      differences.push({ rule: 'punto_no_alcanzado', told: `muerte ${at + 1}, ${nameOf(kill)}: ${asError(thrown).message}` });
    });
    if (!group.isAlive()) differences.push({ rule: 'termina_por_su_cuenta', told: `muerte ${at + 1}: el grupo había terminado` });
    await group.kill();
    const outliving = await survivors(scene.dataDir);
    differences.push(...outliving.map((told) => ({ rule: 'proceso_superviviente', told: `muerte ${at + 1}: ${told}` })));
    scene.tell(
      `${String(at + 1).padStart(3)}  ${nameOf(kill).padEnd(22)} ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s`,
    );
  }
  scene.tell('Esperando a que todo termine…');
  const books = await drain(scene, times);
  scene.tell(tally(books));
  return [...differences, ...tooLittle(times, books), ...differencesOf(books)];
};

/** Deaths that met no work prove nothing. */
const tooLittle = (times: number, { room }: Books): Difference[] =>
  room.length >= times ? [] : [{ rule: 'poco_trabajo', told: `${room.length} lanzamientos para ${times} muertes` }];

type Meeting = { readonly nth: number; readonly kill: RoomKill; readonly group: Group };

const meet = async ({ nth, kill, group }: Meeting, scene: RoomScene, random: Random): Promise<void> => {
  if (!(await group.ready)) throw new Error('la demostración no ha arrancado');
  if (nth === 1) await settleIn(scene.queueFile);
  // Runs that end at once: there is a launch, an end and a callback every few seconds.
  await scene.room.arm('ejecucion_breve', 10_000);
  for (const mishap of random.shuffled(mishaps).slice(0, mishapsEach)) await scene.room.arm(mishap, 1);
  scheduleOne(scene.queueFile, nth, new Date());
  queueSome(scene.queueFile, join(scene.dataDir, 'mundo', 'origen.db'), nth);
  if (kill.kind === 'cambio') return untilCommits(scene.queueFile, kill.changes, 15_000);
  await scene.room.arm(kill.point, 1);
  await until(`una petición retenida por ${kill.point}`, async () => (await scene.room.held(kill.point)) > 0, lostMs);
};

/** A lost deploy is given up after three minutes: nothing may be open longer. */
const patienceMs = 6 * 60_000;

/** An equipo whose launch was lost is free again after three minutes. */
const lostMs = 200_000;

/** Nothing new is launched; whatever runs ends, and is told or found. */
const drain = async (scene: RoomScene, deaths: number): Promise<Books> => {
  const group = scene.start();
  try {
    if (!(await group.ready)) throw new Error('la demostración no ha arrancado para terminar');
    switchRobotsOff(scene.queueFile);
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline && looking(scene, (eyes) => eyes.one<number>(open)) > 0) await delay(500);
    return await readBooks(scene, deaths);
  } finally {
    await group.kill();
  }
};

const switchRobotsOff = (file: string): void => {
  const db = new Database(file, { fileMustExist: true, timeout: 10_000 });
  db.exec("UPDATE robots SET activo = 0 WHERE kind = 'a360'");
  db.close();
};

const open = `SELECT count(*) FROM ejecuciones WHERE fase IS NULL AND fecha_fin IS NULL`;

const own = `SELECT ejecucion_id AS ejecucionId, deployment_id AS deploymentId, robot_id AS robotId, equipo_id AS equipoId, estado,
  programacion_id AS programacionId, fecha_teorica AS fechaTeorica, fecha_fin AS fechaFin FROM ejecuciones WHERE fase IS NULL`;

const looking = <T>(scene: RoomScene, look: (eyes: Eyes) => T): T => {
  if (!existsSync(scene.queueFile)) throw new Error('no hay base de datos');
  const eyes = openEyes(scene.queueFile);
  try {
    return look(eyes);
  } finally {
    eyes.close();
  }
};

const readBooks = async (scene: RoomScene, deaths: number): Promise<Books> => {
  const room = (await (await fetch(`${scene.origin}/registro.json`)).json()) as RoomRun[];
  return {
    ...{ room, own: looking(scene, (eyes) => eyes.all<OwnRun>(own)) },
    ...{ filings: looking(scene, (eyes) => eyes.all<Filing>(filingsSql)), queued: deaths * filingsEach },
  };
};

const tally = ({ room, own: runs, filings = [] }: Books): string =>
  [
    `Lanzamientos que A360 aceptó: ${room.length} · ejecuciones aquí: ${runs.length}`,
    ...[...Map.groupBy(runs, (run) => run.estado)].map(([estado, some]) => `  ${estado.padEnd(22)} ${String(some.length).padStart(3)}`),
    `Trámites que presenta A360: ${filings.length}`,
    ...[...Map.groupBy(filings, ({ status, code }) => (code === null ? status : `${status} ${code}`))].map(
      ([what, some]) => `  ${what.padEnd(44)} ${String(some.length).padStart(3)}`,
    ),
  ].join('\n');
