import { catchInTheAct, until } from './doors.ts';
import type { PointName } from './points.ts';
import { botUser, type Scene } from './scene.ts';

/** Lets go whatever held the point; called after the kill. */
type LetGo = () => void;
type Reach = (scene: Scene) => Promise<LetGo>;

const nothingHeld: LetGo = () => undefined;

const countOf = (scene: Scene, sql: string, ids: readonly string[]): number =>
  scene.queue((eyes) => eyes.one<number>(sql, JSON.stringify(ids))) ?? 0;

const intended = `SELECT count(*) FROM reclamaciones WHERE state = 'intended' AND resource_id IN (SELECT value FROM json_each(?))`;
const known = `SELECT count(*) FROM reclamaciones WHERE resource_id IN (SELECT value FROM json_each(?))`;
const waiting = `SELECT count(*) FROM tramite_queue t JOIN reclamaciones r USING (resource_id)
  WHERE t.status = 'pending' AND t.attempts = 0 AND r.state = 'claimed' AND t.resource_id IN (SELECT value FROM json_each(?))`;

const claimedAtSource = (scene: Scene, ids: readonly string[]): number =>
  scene.source((eyes) =>
    eyes.one<number>(
      'SELECT count(*) FROM RecursosExp WHERE TExp = 1 AND trim(UsuarioAsignado) = ? AND idRecurso IN (SELECT CAST(value AS INTEGER) FROM json_each(?))',
      botUser,
      JSON.stringify(ids),
    ),
  );

/**
 * New recursos with their intents written, while the source's lock keeps every claim waiting. A cycle that claims them
 * in the instant between both costs another try.
 */
const intendedUnderLock = async (scene: Scene): Promise<{ ids: string[]; letGo: LetGo }> => {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const ids = scene.add(3);
    const lock = scene.lockSource();
    await until('una intención para los recursos nuevos', () => countOf(scene, known, ids) > 0);
    if (countOf(scene, intended, ids) > 0 && claimedAtSource(scene, ids) === 0) return { ids, letGo: lock.release };
    lock.release();
  }
  throw new Error('los recursos nuevos se reclaman antes de poder retener el origen');
};

/** A request of a robot, or of the main process for its papers, held by a fault of the world. */
const held =
  (server: 'sede' | 'papers', fault: string): Reach =>
  async (scene) => {
    await scene[server].arm(fault, 1);
    await until(`una petición retenida por ${fault}`, async () => (await scene[server].held(fault)) > 0);
    return nothingHeld;
  };

const origenOf = ({ origen }: Scene) => {
  if (origen === null) throw new Error('este origen no está detrás de ninguna red');
  return origen;
};

/** An UPDATE of the claim, held by the simulated SQL Server before it is done or before it is answered. */
const updateHeld =
  (fault: 'pausa_antes' | 'pausa_despues'): Reach =>
  async (scene) => {
    await origenOf(scene).arm(fault, 1);
    scene.add(3);
    await until(`un UPDATE retenido por ${fault}`, async () => (await origenOf(scene).held(fault)) > 0);
    return nothingHeld;
  };

/** The connection of a claim, cut; what Cerebro does about it has hardly begun. */
const claimCut =
  (fault: 'corta_antes' | 'corta_despues'): Reach =>
  async (scene) => {
    await origenOf(scene).arm(fault, 1);
    scene.add(3);
    await until(`una conexión cortada por ${fault}`, async () => (await origenOf(scene).left(fault)) === 0);
    return nothingHeld;
  };

const receiptHeld = held('sede', 'pausa_recibo');

const completedIn = (scene: Scene): number =>
  scene.queue((eyes) => eyes.one<number>("SELECT count(*) FROM tramite_queue WHERE status = 'completed'")) ?? 0;

const notedAndOpen = `SELECT count(*) FROM ejecuciones JOIN tramite_queue t ON t.id = tramite_id
  WHERE fase = 'submitted' AND t.status = 'processing'`;

/** How each named point is reached; the group is killed as soon as the promise resolves. */
export const reach: Readonly<Record<PointName, Reach>> = {
  update_retenido: updateHeld('pausa_antes'),
  update_sin_respuesta: updateHeld('pausa_despues'),
  corte_antes_de_confirmar: claimCut('corta_antes'),
  corte_tras_confirmar: claimCut('corta_despues'),

  intencion_sin_reclamar: async (scene) => (await intendedUnderLock(scene)).letGo,

  reclamado_sin_encolar: async (scene) => {
    const { ids, letGo } = await intendedUnderLock(scene);
    const queue = scene.lockQueue();
    letGo();
    await until('la reclamación en el origen', () => claimedAtSource(scene, ids) > 0);
    return queue.release;
  },

  encolado: async (scene) => {
    // With every robot waiting for its papers, nobody takes what is queued now.
    await scene.papers.arm('pausa_documento', 1000);
    await until('un robot esperando sus documentos', async () => (await scene.papers.held('pausa_documento')) > 0);
    const ids = scene.add(5);
    await until('un trámite nuevo en la cola', () => countOf(scene, waiting, ids) > 0);
    return nothingHeld;
  },

  descargando_documentos: held('papers', 'pausa_documento'),
  formulario_abierto: held('sede', 'pausa_formulario'),
  subiendo_documentos: held('sede', 'pausa_subida'),
  antes_del_registro: held('sede', 'pausa_envio_antes'),
  tras_el_registro: held('sede', 'pausa_envio_despues'),
  recibo_retenido: held('sede', 'pausa_recibo'),

  tras_completar: async (scene) => {
    const before = completedIn(scene);
    await until('un trámite recién completado', () => completedIn(scene) > before);
    return nothingHeld;
  },

  recibo_anotado: async (scene) => {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await receiptHeld(scene);
      const before = completedIn(scene);
      await scene.sede.arm('pausa_recibo', 0);
      const lock = await catchInTheAct(scene.queueFile, notedAndOpen, () => completedIn(scene) > before);
      if (lock) return lock.release;
    }
    throw new Error('el trámite se cierra siempre antes de poder sorprenderlo');
  },
};

/** The phase in which an attempt must be found dead at that point; null where no attempt is under way. */
export const phaseAt: Readonly<Record<PointName, readonly string[] | null>> = {
  update_retenido: null,
  update_sin_respuesta: null,
  corte_antes_de_confirmar: null,
  corte_tras_confirmar: null,
  intencion_sin_reclamar: null,
  reclamado_sin_encolar: null,
  encolado: null,
  descargando_documentos: ['preparing'],
  formulario_abierto: ['ready'],
  subiendo_documentos: ['ready'],
  antes_del_registro: ['submitting'],
  tras_el_registro: ['submitting'],
  recibo_retenido: ['submitting'],
  tras_completar: null,
  recibo_anotado: ['submitted'],
};
