import type { Item } from './envelope.ts';
import type { Run } from './journal.ts';
import { a360Instant, outputOf, statusAt } from './progress.ts';
import type { Room } from './room.ts';

/** The fields of an execution that a list may be filtered and sorted by. */
export const activityFields = [
  ...['id', 'deploymentId', 'status', 'startDateTime', 'endDateTime', 'fileId', 'fileName', 'automationName', 'deviceId', 'userId'],
  'deviceName',
];

/** Every execution as A360 lists it now; those that vanished are not there. */
export const activityItems = ({ runs, journal, script, clock }: Room): Item[] => {
  runs.advance();
  const now = clock.now().getTime();
  const seen = journal.all().filter((run) => !run.marks.includes('ejecucion_desaparece'));
  const bots = new Map(script.bots.map((bot) => [bot.id, bot.name]));
  const devices = new Map(script.devices.map((device) => [device.id, device.hostName]));
  return seen.flatMap((run) => {
    const item = toItem(run, { now, bot: bots.get(run.fileId) ?? '', device: devices.get(run.deviceId) ?? '' });
    return run.marks.includes('ejecucion_repetida') ? [earlierAttempt(run, item), item] : [item];
  });
};

const toItem = (run: Run, { now, bot, device }: { now: number; bot: string; device: string }): Item => ({
  id: String(run.id),
  deploymentId: run.deploymentId,
  status: statusAt(run, now),
  // A run that waits for its device has not begun.
  startDateTime: a360Instant(run.started, run.id),
  endDateTime: a360Instant(run.ended, run.id),
  ...{ fileId: run.fileId, fileName: bot, automationName: `${bot}.${run.id}`, deviceId: run.deviceId, deviceName: device },
  userId: run.userId,
  progress: run.ended === null ? 0 : 100,
  message: run.message,
  outputVariables: outputOf(run),
});

/** A first try of the same deployment that came to nothing a minute earlier. */
const earlierAttempt = (run: Run, item: Item): Item => {
  const before = new Date(Date.parse(run.accepted) - 60_000).toISOString();
  return {
    ...{ ...item, id: `${run.id}0000`, status: 'DEPLOY_FAILED', progress: 0, message: 'First attempt failed.', outputVariables: {} },
    ...{ startDateTime: a360Instant(before, run.id), endDateTime: a360Instant(before, run.id) },
  };
};
