import type { Activity, ActivityQuery, ControlRoom } from '#server/gateways/a360/a360.ts';

/** A row of A360's activity; what a test does not say is a run that is going on. */
export const activityRow = (deploymentId: string, more: Partial<Activity> = {}): Activity => ({
  ...{ id: `a-${deploymentId}`, deploymentId, status: 'RUNNING', startedAt: '2026-03-02T08:31:00.000Z', endedAt: null },
  ...{ fileId: '4711', deviceId: '31', userId: '88', message: '', output: null },
  ...more,
});

/** A Control Room that answers what it is told, and remembers what it was asked. */
export type ToldA360 = ControlRoom & {
  /** Rows of its activity, active or ended. */
  rows: Activity[];
  readonly asked: ActivityQuery[];
  readonly stopped: string[];
  /** Called before each answer: throws to fail it, writes to race it. */
  before: (query: ActivityQuery | 'stop') => unknown;
  refuses: Readonly<Record<string, string>>;
};

const actives: readonly string[] = ['PENDING_EXECUTION', 'DEPLOYED', 'QUEUED', 'RUNNING', 'UPDATE', 'RUN_PAUSED'];

const matches = (row: Activity, query: ActivityQuery): boolean => {
  if ('active' in query) return actives.includes(row.status);
  if ('deploymentIds' in query) return query.deploymentIds.includes(row.deploymentId);
  const launches = 'launches' in query ? query.launches : [query];
  // One that does not say whose it is was found all the same.
  const isTheirs = launches.some(({ fileId, userId }) => (row.fileId ?? fileId) === fileId && (row.userId ?? userId) === userId);
  return isTheirs && (row.startedAt === null || row.startedAt >= query.since);
};

export const toldA360 = (): ToldA360 => {
  const nothing = () => Promise.reject(new Error('nobody asked for that here'));
  const told: ToldA360 = {
    ...{ shownAs: 'http://127.0.0.1:9', rows: [], asked: [], stopped: [], before: () => undefined, refuses: {} },
    ...{ bots: nothing, devices: nothing, users: nothing, deploy: nothing },
    activity: async (query) => {
      told.asked.push(query);
      await told.before(query);
      return told.rows.filter((row) => matches(row, query));
    },
    stop: async (ids) => {
      await told.before('stop');
      told.stopped.push(...ids);
      return ids.flatMap((id) => (told.refuses[id] === undefined ? [] : [{ id, reason: told.refuses[id] }]));
    },
    check: async () => undefined,
    close: async () => undefined,
  };
  return told;
};
