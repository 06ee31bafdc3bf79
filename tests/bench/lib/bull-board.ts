/**
 * bull-board over as many finished jobs as the argument says, in a process of its own: `bull-board.ts <port of Redis> <jobs>`.
 * Says its address.
 */
import createFastify, { type FastifyPluginCallback } from 'fastify';
import { stdinClosed } from './child.ts';
import { requirePeer } from './peers.ts';

type Job = { readonly name: string; readonly data: unknown };
type Connection = { readonly connection: { host: string; port: number; maxRetriesPerRequest: null } };
type Queue = { addBulk(jobs: readonly Job[]): Promise<unknown>; getCompletedCount(): Promise<number>; close(): Promise<void> };
type Worker = { on(event: 'drained', listener: () => void): void; close(): Promise<void> };
type BullMq = {
  readonly Queue: new (name: string, options: Connection) => Queue;
  readonly Worker: new (name: string, work: () => Promise<unknown>, options: Connection & { concurrency: number }) => Worker;
};
type Adapter = { setBasePath(path: string): Adapter; registerPlugin(): FastifyPluginCallback };

const { Queue, Worker } = requirePeer<BullMq>('bullmq');
const { createBullBoard } = requirePeer<{ createBullBoard(options: object): void }>('@bull-board/api');
const { BullMQAdapter } = requirePeer<{ BullMQAdapter: new (queue: Queue) => object }>('@bull-board/api/bullMQAdapter');
const { FastifyAdapter } = requirePeer<{ FastifyAdapter: new () => Adapter }>('@bull-board/fastify');

const [port = '', jobs = ''] = process.argv.slice(2);
const name = `tramites-${jobs}`;
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const batch = 1000;

/** As heavy as the payload of our rows (see fill.ts). */
const jobAt = (i: number): Job => ({
  name: 'bench',
  data: {
    ...{ idRecurso: i, expediente: `2024/${String(i).padStart(6, '0')}-MUL`, organisme: 'XALOC, DIPUTACIO DE GIRONA' },
    ...{ plate_number: '0000BBB', notas: String(i).padStart(300, '0') },
  },
});

/** Adds them and has them done, as a worker does. */
const fill = async (queue: Queue, n: number): Promise<void> => {
  for (let from = 1; from <= n; from += batch)
    await queue.addBulk(Array.from({ length: Math.min(batch, n - from + 1) }, (_, index) => jobAt(from + index)));
  const drained = Promise.withResolvers<void>();
  const work = async () => ({ numero: 'REG-00000001', fecha: '2024-05-01T10:00:00.000Z' });
  const worker = new Worker(name, work, { connection, concurrency: 50 });
  worker.on('drained', drained.resolve);
  await drained.promise;
  await worker.close();
  const done = await queue.getCompletedCount();
  if (done !== n) throw new Error(`only ${done} of ${n} jobs are done`);
};

const queue = new Queue(name, { connection });
await fill(queue, Number(jobs));
const adapter = new FastifyAdapter().setBasePath('/tablero');
createBullBoard({ queues: [new BullMQAdapter(queue)], serverAdapter: adapter });
const app = createFastify({ forceCloseConnections: true });
app.register(adapter.registerPlugin(), { prefix: '/tablero' });
process.stdout.write(`${await app.listen({ host: '127.0.0.1', port: 0 })}/tablero/api/queues?activeQueue=${name}\n`);
await stdinClosed();
await app.close();
await queue.close();
