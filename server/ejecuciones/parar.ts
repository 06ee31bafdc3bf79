import type { Deps } from '#server/deps.ts';
import { A360Error, type ControlRoom } from '#server/gateways/a360/a360.ts';
import { audit, record, type Who } from '#server/historial/record.ts';
import { isoNow } from '#server/lib/clock.ts';
import { InvalidInputError, NotFoundError } from '#server/lib/errors.ts';
import { isActive } from './estados.ts';
import { findRun, type RunRow } from './find-runs.ts';
import { latestByDeployment } from './plan.ts';

export type OrderDeps = Pick<Deps, 'db' | 'clock' | 'hub' | 'a360' | 'wake'>;

const refused = (sentence: string): InvalidInputError => new InvalidInputError({ parar: sentence });

/** A360 would not, for good; what it may do later is the failure of the door (502). */
const isRefusal = ({ failure }: A360Error): boolean => ['permiso', 'config', 'robot', 'usuario'].includes(failure);

/**
 * Asks A360 to stop a run. It ends when A360 says so (callback or conciliador), not before: until then it holds its equipo.
 * @throws NotFoundError, InvalidInputError when it cannot be stopped or A360 refuses, A360Error when A360 cannot be asked.
 */
export const parar = async (deps: OrderDeps, id: string, who: Who): Promise<void> => {
  const run = findRun(deps.db, id);
  if (run === null) throw new NotFoundError('Esa ejecución no existe.');
  const a360 = stoppable(deps, run);
  const activityId = await stopThere(a360, run);
  await deps.db.write(() => {
    const at = isoNow(deps.clock);
    deps.db
      .sql('UPDATE ejecuciones SET parada_pedida_at = ?, activity_id = ?, actualizada_at = ? WHERE ejecucion_id = ?')
      .run(at, activityId, at, id);
    record(deps.db, at, { entity: 'ejecucion', entityId: id, kind: 'stop_ordered', actor: who.usuario });
    const order = { accion: 'parar', entidad: 'ejecucion', entidadId: id, despues: { deployment: run.deployment_id } };
    audit(deps.db, at, { ...order, usuario: who.usuario, ...(who.host === undefined ? {} : { host: who.host }) });
  });
  deps.hub.changed({ entity: 'ejecucion', id });
  deps.wake('conciliar');
};

const stoppable = ({ a360 }: OrderDeps, run: RunRow): ControlRoom => {
  if (run.fase !== null) throw refused('La lleva un robot de este servidor: se para desde su trámite.');
  if (!isActive(run.estado) && run.estado !== 'UNKNOWN') throw refused('Ya ha terminado: no hay nada que parar.');
  if (a360 === null) throw refused('A360 no está configurado (AA_URL): no hay a quién pedírselo.');
  if (run.deployment_id === null) throw refused('Todavía no se sabe cuál es en A360: espere a la próxima conciliación.');
  return a360;
};

/** Its orders need the id of the activity, which the conciliador may not have seen yet. Answers that id. */
const stopThere = async (a360: ControlRoom, { deployment_id: deploymentId, activity_id }: RunRow): Promise<string> => {
  try {
    const found =
      activity_id ?? latestByDeployment(await a360.activity({ deploymentIds: [deploymentId as string] })).get(deploymentId as string)?.id;
    if (found === undefined) throw refused('A360 no la conoce: si no está en marcha, desbloquéela.');
    const [refusal] = await a360.stop([found]);
    if (refusal !== undefined) throw refused(`A360 no la para: ${refusal.reason}`);
    return found;
  } catch (error) {
    if (error instanceof A360Error && isRefusal(error)) throw refused(`A360 no la para: ${error.message}`);
    throw error;
  }
};
