import type { FastifyInstance, FastifyReply } from 'fastify';
import { loseAnswer } from '../wire.ts';
import { type A360FaultName, runMarks } from './a360-faults.ts';
import { readOrder } from './deploy-order.ts';
import type { Run } from './journal.ts';
import { invalid, Refusal } from './refusal.ts';
import { type Exchange, holdIfAsked, type Room } from './room.ts';

/** The rows of the error table that answer before anything takes effect. */
const refusals: readonly (readonly [A360FaultName, Refusal])[] = [
  ['deploy_400_no_activos', invalid('The selected user(s) are not active.')],
  ['deploy_400_no_conectados', invalid('The selected device(s) are not connected.')],
  ['deploy_400_desconectado', invalid('The device is offline.')],
  ['deploy_400_sin_equipo', invalid('None of the user(s) specified have default device(s).')],
  ['deploy_400_usuario', invalid('The user is deleted or disabled.')],
  ['deploy_400_otro', invalid('The bot cannot be run: a dependency is missing.')],
  ['deploy_412_sin_destino', new Refusal(412, 'FAILED_PRECONDITION', 'No compatible targets found.')],
  ['deploy_412_ocupado', new Refusal(412, 'FAILED_PRECONDITION', 'The device is busy.')],
  ['deploy_401', new Refusal(401, 'UNAUTHENTICATED', 'Invalid or expired token.')],
  ['deploy_403', new Refusal(403, 'PERMISSION_DENIED', 'You do not have permission to perform this action.')],
  ['deploy_404', new Refusal(404, 'NOT_FOUND', 'The file was not found.')],
  ['deploy_409', new Refusal(409, 'ALREADY_EXISTS', 'The request conflicts with another one.')],
  ['deploy_429', new Refusal(429, 'RESOURCE_EXHAUSTED', 'Too many requests.')],
  ['deploy_500', new Refusal(500, 'INTERNAL', 'Internal server error')],
  ['deploy_503', new Refusal(503, 'UNAVAILABLE', 'Service unavailable')],
];

/** Both versions of the order to run a bot. */
export const addDeployRoutes = (app: FastifyInstance, room: Room): void => {
  for (const version of [3, 4] as const)
    app.post(`/v${version}/automations/deploy`, (request, reply) => deploy(room, version, { request, reply }));
};

const deploy = async (room: Room, version: 3 | 4, exchange: Exchange): Promise<FastifyReply | object> => {
  const { faults } = room;
  const refused = refusals.find(([name]) => faults.take(name));
  if (refused) throw refused[1];
  if (faults.take('deploy_502'))
    return exchange.reply.code(502).type('text/html').send('<html><body><h1>502 Bad Gateway</h1></body></html>');
  if (faults.take('deploy_perdido_antes')) return loseAnswer(exchange.reply);
  if (!(await holdIfAsked(room, 'pausa_deploy_antes', exchange))) return exchange.reply;
  const { bot, ...order } = readOrder(room.script, version, exchange.request.body);
  const take = () => room.runs.accept({ ...order, marks: runMarks.filter((name) => faults.take(name)) });
  if (faults.take('deploy_efecto_tardio')) return takeLater(room, exchange, take);
  const run = take();
  return answerTaken(
    room,
    exchange,
    run,
    version === 3 ? { deploymentId: run.deploymentId, automationName: bot.name } : { deploymentId: run.deploymentId },
  );
};

/** The run is on the disk: whatever happens to the answer, it will run. */
const answerTaken = async (room: Room, exchange: Exchange, run: Run, answer: object): Promise<FastifyReply | object> => {
  const { faults, runs } = room;
  if (faults.take('callback_antes')) {
    runs.finish(run, { status: run.plan.end, message: run.plan.message ?? '' });
    await room.callbacks.settled();
  }
  if (faults.take('deploy_perdido_despues')) return loseAnswer(exchange.reply);
  if (faults.take('deploy_500_despues')) throw new Refusal(500, 'INTERNAL', 'Internal server error');
  if (!(await holdIfAsked(room, 'pausa_deploy_despues', exchange))) return exchange.reply;
  if (faults.take('deploy_sin_id')) return {};
  return answer;
};

/** Nobody waits any more, and then it runs. */
const takeLater = async ({ clock, lateMs, closing }: Room, { reply }: Exchange, take: () => Run): Promise<FastifyReply> => {
  loseAnswer(reply);
  await clock.sleep(lateMs, closing);
  if (!closing.aborted) take();
  return reply;
};
