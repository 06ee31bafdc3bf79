import assert from 'node:assert/strict';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { openDatabase } from '#server/db/open.ts';
import { runs } from '#server/demo/a360/script.ts';
import { temporaryFolder } from '#tests/db/support.ts';
import { type ControlRoomStand, standControlRoom } from '#tests/support/control-room.ts';
import { writeSource } from '#tests/support/source.ts';
import { type CerebroProcess, spawnCerebro } from './cerebro-process.ts';

const bot = 'Cerebro Prueba';
const ids = ['90001', '90002', '90003'];

/** The real house before a Control Room whose bot 4720 files, with three trámites for it and two machines. */
type Scene = {
  readonly room: ControlRoomStand;
  start(): CerebroProcess;
  /** Another program's hand on the data, while the house is down. */
  write(sql: string): void;
  tramites(): { expediente: string; status: string; error_code: string | null; numero: string | null }[];
  /** Runs that were asked of A360 and of which nobody knows whether it took them. */
  withoutDeployment(): number;
  until(what: string, holds: () => boolean): Promise<void>;
};

const openScene = async (t: TestContext): Promise<Scene> => {
  const folder = temporaryFolder(t);
  const source = join(folder, 'origen.db');
  const dataDir = join(folder, 'datos');
  const recurso = (id: string) => ({ idRecurso: Number(id), Expedient: `2026/${id}-MUL`, Organisme: 'REGISTRO', TExp: 1, Estado: 0 });
  writeSource(source, { RecursosExp: ids.map((id) => ({ ...recurso(id), UsuarioAsignado: bot, FAlta: null })) });
  const plan = { ...runs(300), files: true } as const;
  const room = await standControlRoom({ bots: [{ id: '4720', name: 'P10_Registro', path: 'Bots\\RPA\\P10', plans: [plan] }] });
  t.after(() => room.close());
  const db = openDatabase(dataDir);
  db.sqlite.exec(`
    INSERT INTO organismo_config (site_id, robot, modo, active) VALUES ('registro', '4720', 'enviar', 0);
    INSERT INTO robots (robot_id, robot, kind, es_online) VALUES ('4720', 'P10_Registro', 'a360', 1);
    INSERT INTO equipos (equipo_id, equipo, user_id, licencia) VALUES ('31', 'VM-1', '88', 'RUNTIME'), ('32', 'VM-2', '89', 'RUNTIME');
    INSERT INTO asignaciones (robot_id, equipo_id, reservado) VALUES ('4720', '31', 1), ('4720', '32', 1);`);
  for (const id of ids) {
    db.sql(
      "INSERT INTO reclamaciones (resource_id, site_id, texp_original, estado_original, state) VALUES (?, 'registro', 2, 0, 'claimed')",
    ).run(id);
    const values = [id, `2026/${id}-MUL`];
    db.sql("INSERT INTO tramite_queue (site_id, resource_id, expediente, payload) VALUES ('registro', ?, ?, '{}')").run(...values);
  }
  db.close();
  const file = join(dataDir, 'cerebro.db');
  const using = <T>(look: (db: Database.Database) => T): T => {
    const own = new Database(file, { timeout: 10_000 });
    try {
      return look(own);
    } finally {
      own.close();
    }
  };
  const env = {
    ...{ ORIGEN_URL: `sqlite:${source}`, BOT_USER: bot, DATA_DIR: dataDir, PORT: '0', LOG_NIVEL: 'silent', ...room.settings },
    ...{ CALLBACK_TOKEN: 'un secreto largo', LANZADOR_SYNC_HABILITAR: 'false', NAVEGADOR: '/bin/false' },
    ...{ LANZADOR_CICLO_INTERVALO_SEG: '1', LANZADOR_CONCILIACION_INTERVALO_SEG: '1' },
    ...{ LANZADOR_PAUSA_INICIO_HHMM: '00:00', LANZADOR_PAUSA_FIN_HHMM: '00:00' },
  };
  return {
    room,
    start: () => spawnCerebro(t, env),
    write: (sql) => using((own) => own.exec(sql)),
    tramites: () =>
      using((own) =>
        own.prepare("SELECT expediente, status, error_code, result ->> 'numero' AS numero FROM tramite_queue ORDER BY id").all(),
      ) as ReturnType<Scene['tramites']>,
    withoutDeployment: () =>
      using((own) => own.prepare('SELECT count(*) FROM ejecuciones WHERE deployment_id IS NULL').pluck().get()) as number,
    until: async (what, holds) => {
      const deadline = performance.now() + 60_000;
      while (!holds()) {
        if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`);
        await delay(50);
      }
    },
  };
};

type Filed = { readonly botInput: { readonly in_Expediente: { readonly string: string } } };

/** How often each expediente was filed there, and under which numbers. */
const registerOf = (room: ControlRoomStand): Map<string, unknown[]> =>
  new Map(
    [...Map.groupBy(room.register(), ({ body }) => (body as Filed).botInput.in_Expediente.string)].map(([expediente, entries]) => [
      expediente,
      entries.map(({ salida }) => (salida.out_NumeroRegistro as { string: string } | undefined)?.string),
    ]),
  );

const killedAt = async (scene: Scene, point: 'pausa_deploy_antes' | 'pausa_deploy_despues'): Promise<void> => {
  scene.room.faults.arm(point, 1);
  const house = scene.start();
  await house.url;
  await scene.until('a deploy that is held', () => scene.room.faults.view().retenidas.length > 0);
  house.child.kill('SIGKILL');
  await once(house.child, 'close');
};

const settled = (scene: Scene) => scene.tramites().every(({ status }) => status !== 'pending' && status !== 'processing');

test('killed when A360 had taken the deploy, every trámite is filed once and has its number', { timeout: 150_000 }, async (t) => {
  const scene = await openScene(t);
  await killedAt(scene, 'pausa_deploy_despues');
  await scene.start().url;
  await scene.until('every trámite', () => settled(scene));
  const register = registerOf(scene.room);
  assert.deepEqual(
    scene.tramites().map(({ expediente, status, numero }) => [expediente, status, [numero]]),
    ids.map((id) => [`2026/${id}-MUL`, 'completed', register.get(`2026/${id}-MUL`)]),
  );
});

test('killed before A360 had taken the deploy, nothing is filed twice and a person looks at the doubtful one', {
  timeout: 150_000,
}, async (t) => {
  const scene = await openScene(t);
  await killedAt(scene, 'pausa_deploy_antes');
  const asked = "deployment_id IS NULL AND error_code IS NULL AND estado = 'PENDING_EXECUTION'";
  scene.write(`UPDATE ejecuciones SET fecha_inicio = strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-4 minutes') WHERE ${asked}`);
  await scene.start().url;
  await scene.until('every trámite', () => settled(scene));
  const register = registerOf(scene.room);
  for (const [expediente, numbers] of register) assert.equal(numbers.length, 1, expediente);
  const doubtful = scene.tramites().filter(({ status }) => status === 'needs_review');
  assert.ok(doubtful.length >= 1 && doubtful.every(({ error_code }) => error_code === 'lanzamiento_sin_respuesta'));
  for (const one of scene.tramites().filter(({ status }) => status === 'completed'))
    assert.deepEqual(register.get(one.expediente), [one.numero]);
});

const heldDeploy = async (scene: Scene): Promise<CerebroProcess> => {
  scene.room.faults.arm('pausa_deploy_despues', 1);
  const house = scene.start();
  await house.url;
  await scene.until('a deploy that is held', () => scene.room.faults.view().retenidas.length > 0);
  return house;
};

test('asked to stop while A360 holds a deploy, it waits for the answer, writes it down and ends with code 0', {
  timeout: 150_000,
}, async (t) => {
  const scene = await openScene(t);
  const house = await heldDeploy(scene);
  house.child.kill('SIGTERM');
  // Who is being asked for no more has closed nothing yet: the panel still answers.
  assert.equal((await fetch(`${await house.url}/salud`)).status, 200);
  scene.room.faults.arm('pausa_deploy_despues', 0);
  assert.equal((await house.ended).code, 0);
  assert.deepEqual(scene.withoutDeployment(), 0);
});

test('a second signal does not wait for A360: the run stays in doubt and the next start finds it', { timeout: 150_000 }, async (t) => {
  const scene = await openScene(t);
  const house = await heldDeploy(scene);
  house.child.kill('SIGTERM');
  await delay(1_100);
  house.child.kill('SIGTERM');
  assert.equal((await house.ended).code, 0);
  scene.room.faults.arm('pausa_deploy_despues', 0);
  await scene.start().url;
  await scene.until('every trámite', () => settled(scene));
  for (const [expediente, numbers] of registerOf(scene.room)) assert.equal(numbers.length, 1, expediente);
});
