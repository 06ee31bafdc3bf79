import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { invalid, Refusal } from './refusal.ts';
import type { Room } from './room.ts';

const stopOrder = z.object({ stop_executions: z.object({ execution_ids: z.array(z.string()).min(1) }) });
const resetOrder = z.object({ deviceIds: z.object({ ids: z.array(z.coerce.string()).min(1) }) });

/** Orders about runs under way. */
export const addManageRoutes = (app: FastifyInstance, room: Room): void => {
  app.post('/v3/activity/manage', ({ body }) => {
    const asked = stopOrder.safeParse(body);
    if (!asked.success) throw invalid('stop_executions.execution_ids is required.');
    if (room.faults.take('parada_500')) throw new Refusal(500, 'INTERNAL', 'Internal server error');
    room.runs.advance();
    const errors = asked.data.stop_executions.execution_ids.flatMap((id) => {
      const reason = stop(room, id);
      return reason === null ? [] : [{ execution_id: id, error_response: reason }];
    });
    return { manage_action_errors: errors };
  });

  app.post('/v2/devices/reset', ({ body }) => {
    const asked = resetOrder.safeParse(body);
    if (!asked.success) throw invalid('deviceIds.ids is required.');
    const { ids } = asked.data.deviceIds;
    const unknown = ids.find((id) => !room.script.devices.some((device) => device.id === id));
    if (unknown !== undefined) throw new Refusal(404, 'NOT_FOUND', `Device with id ${unknown} was not found.`);
    room.runs.advance();
    for (const run of room.journal.open()) if (run.started !== null && ids.includes(run.deviceId)) room.runs.stop(run);
    return {};
  });
};

/** Stops that execution; the reason why not, or null. A deploymentId is nobody's execution id. */
const stop = ({ faults, journal, runs }: Room, id: string): string | null => {
  if (faults.take('parada_rechazada')) return 'The execution cannot be stopped now.';
  const run = /^\d{1,15}$/.test(id) ? journal.find(Number(id)) : undefined;
  if (!run) return `Execution with id ${id} was not found.`;
  if (run.ended !== null) return `Execution with id ${id} is not in progress.`;
  runs.stop(run);
  return null;
};
