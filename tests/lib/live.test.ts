import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';
import createFastify from 'fastify';
import { createHub } from '#server/lib/hub.ts';
import { type Channel, createLive } from '#server/lib/live.ts';
import { silentLog } from '#server/lib/log.ts';

const channelOf = (render: Channel['render']): Channel => ({ key: 'uno', concerns: () => true, render });

/** A stream of one channel, and the first bytes that meet the wish. */
const listen = async (channel: Channel, wish: RegExp, whileOpen: (hub: ReturnType<typeof createHub>) => void = () => undefined) => {
  const hub = createHub(silentLog());
  const live = createLive({ hub, log: silentLog(), gatherMs: 5, heartbeatMs: 20 });
  const app = createFastify();
  app.get('/', (request, reply) => live.attach(request, reply, channel));
  app.addHook('preClose', async () => live.close());
  const answer = await fetch(await app.listen({ host: '127.0.0.1', port: 0 }));
  whileOpen(hub);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (wish.test(text)) break;
  }
  await app.close();
  return text;
};

test('a heartbeat comes by itself, as a comment and as an event', async () => {
  assert.match(
    await listen(
      channelOf(async () => ''),
      /latido\ndata/,
    ),
    /: latido\nevent: latido\ndata: 1\n\n/,
  );
});

test('every line of a message stands behind its own data:', async () => {
  assert.match(
    await listen(
      channelOf(async () => '<p>\n uno\n</p>\n'),
      /<\/p>\n\n/,
    ),
    /data: <p>\ndata: {2}uno\ndata: <\/p>\n\n/,
  );
});

test('a channel that fails to render once goes on afterwards', async () => {
  let times = 0;
  const render = async () => {
    times += 1;
    if (times === 1) throw new Error('la primera no');
    return 'bien';
  };
  assert.match(await listen(channelOf(render), /bien/, (hub) => hub.changed({ entity: 'any' })), /data: bien/);
});

test('a piece asked for twice in a round is made once', async () => {
  let made = 0;
  const channel = channelOf(async (_changes, once) => {
    const piece = async () => `pieza ${++made}`;
    return `${await once('a', piece)} ${await once('a', piece)}`;
  });
  assert.match(await listen(channel, /pieza/), /data: pieza 1 pieza 1/);
});

test('the port of a closed panel is free again', async () => {
  const app = createFastify();
  const live = createLive({ hub: createHub(silentLog()), log: silentLog() });
  app.get('/', (request, reply) =>
    live.attach(
      request,
      reply,
      channelOf(async () => 'hola'),
    ),
  );
  app.addHook('preClose', async () => live.close());
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  await fetch(url);
  await app.close();
  const next = createServer().listen(Number(new URL(url).port), '127.0.0.1');
  await new Promise((resolve) => next.once('listening', resolve));
  assert.equal((next.address() as AddressInfo).port, Number(new URL(url).port));
  next.close();
});

test('a reader who may no longer look is sent home at the next heartbeat', async () => {
  let allowed = true;
  const app = createFastify();
  const live = createLive({ hub: createHub(silentLog()), log: silentLog(), heartbeatMs: 10, watch: () => () => allowed });
  const channel = channelOf(async () => '');
  app.get('/', (request, reply) => live.attach(request, reply, channel));
  app.addHook('preClose', async () => live.close());
  const answer = await fetch(await app.listen({ host: '127.0.0.1', port: 0 }));
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  allowed = false;
  while (!(await reader.read()).done);
  await app.close();
});

test('the frame is told to readers whom the change does not concern, when it changes and only then', async () => {
  let counts = 'cola 1';
  const hub = createHub(silentLog());
  const live = createLive({ hub, log: silentLog(), gatherMs: 5, frame: async () => counts });
  const app = createFastify();
  const still: Channel = { key: 'quieto', concerns: () => false, render: async () => '' };
  app.get('/', (request, reply) => live.attach(request, reply, still));
  app.addHook('preClose', async () => live.close());
  const answer = await fetch(await app.listen({ host: '127.0.0.1', port: 0 }));
  let text = '';
  const decoder = new TextDecoder();
  const steps = [
    () => hub.changed({ entity: 'tramite', id: 1 }),
    () => {
      counts = 'cola 2';
      hub.changed({ entity: 'tramite', id: 2 });
    },
  ];
  for await (const chunk of answer.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (/cola 2/.test(text)) break;
    if (/cola 1/.test(text)) for (const step of steps.splice(0)) step();
  }
  await app.close();
  assert.equal(text.match(/cola 1/g)?.length, 1);
});
