/** What A360 is asked, as it wants it: pure (SAM.md 2). */
import { A360Error, type ActivityQuery, type DeployOrder, type Launch } from './a360.ts';
import { anyOf, type Condition } from './listing.ts';

/** States of a run that has not ended. */
const activeStates = ['DEPLOYED', 'QUEUED', 'PENDING_EXECUTION', 'UPDATE', 'RUNNING', 'RUN_PAUSED'] as const;

const eq = (field: string, value: string): Condition => ({ operator: 'eq', field, value });

const idsPerQuery = 100;
const launchesPerQuery = 50;

/** The filters that together answer a question; a run that waits its turn has no start to be compared. */
export const filtersOf = (query: ActivityQuery): readonly Condition[] => {
  const active = anyOf(activeStates.map((state) => eq('status', state)));
  if ('active' in query) return [active];
  if ('deploymentIds' in query) {
    const lots = inLots([...new Set(query.deploymentIds)], idsPerQuery);
    return lots.map((lot) => anyOf(lot.map((id) => eq('deploymentId', id))));
  }
  const since = anyOf([{ operator: 'ge', field: 'startDateTime', value: query.since }, active]);
  if ('fileId' in query) return [{ operator: 'and', operands: [...launchedBy(query), since] }];
  return inLots(query.launches, launchesPerQuery).map((lot) => {
    const launches = anyOf(lot.map((launch): Condition => ({ operator: 'and', operands: launchedBy(launch) })));
    return { operator: 'and', operands: [launches, since] };
  });
};

const launchedBy = ({ fileId, userId }: Launch): readonly Condition[] => [eq('fileId', fileId), eq('userId', userId)];

const inLots = <One>(all: readonly One[], size: number): readonly One[][] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));

export const botsFilter: Condition = eq('type', 'application/vnd.aa.taskbot');

type Deploy = { readonly path: string; readonly body: unknown };

const numberOf = (id: string, what: string): number => {
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new A360Error('config', `«${id}» no puede ser el identificador de un ${what} en A360: no se ha lanzado nada.`);
};

/** @param version of the call: 3 or 4. @throws A360Error `config` for what can be no id of A360 */
export const deployOf = ({ fileId, userId, callback, botInput }: DeployOrder, version: number): Deploy => {
  const rest = { ...(callback === null ? {} : { callbackInfo: callback }), botInput };
  const botId = numberOf(fileId, 'bot');
  const runAsUserIds = [numberOf(userId, 'usuario')];
  if (version === 3) {
    const body = { fileId: botId, runAsUserIds, poolIds: [], overrideDefaultDevice: false, ...rest };
    return { path: '/v3/automations/deploy', body };
  }
  const unattendedRequest = { runAsUserIds, deviceUsageType: 'RUN_ONLY_ON_DEFAULT_DEVICE' };
  return { path: '/v4/automations/deploy', body: { botId, unattendedRequest, ...rest } };
};
