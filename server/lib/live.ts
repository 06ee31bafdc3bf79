import { randomBytes } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Change, Hub } from './hub.ts';
import type { Log } from './log.ts';

/** Makes a piece once per round of rendering, however many channels show it. */
export type Once = (key: string, make: () => Promise<string>) => Promise<string>;

/**
 * What every reader of one address sees change. Readers with the same key get the same bytes. One is made for each
 * reader; the last one renders for all of them, so what it remembers begins anew with every reader who comes.
 */
export type Channel = {
  readonly key: string;
  /** Whether that change may alter what this page shows. */
  concerns(change: Change): boolean;
  /** `<hx-partial>`s to put into the page; '' = nothing to say. `everything` for a reader who has just come. */
  render(changes: readonly Change[] | 'everything', once: Once): Promise<string>;
};

/** Live pages by server-sent events: one stream per page, changes gathered, each piece rendered once and fanned out. */
export type Live = {
  /** Takes over the reply and keeps the reader up to date until it leaves. */
  attach(request: FastifyRequest, reply: FastifyReply, channel: Channel): Promise<void>;
  /** Sends every reader home; safe to call twice. */
  close(): void;
};

/** `told`: what its readers were last told; the same again is not sent. */
type Audience = { channel: Channel; readonly readers: Set<ServerResponse>; told: string };
type Room = Audience & { pending: Change[] };

export type LiveOptions = {
  readonly hub: Hub;
  readonly log: Log;
  readonly gatherMs?: number;
  readonly heartbeatMs?: number;
  /** Whether who asked may still look; asked at every heartbeat and before anything is told, so it must cost next to nothing. */
  readonly watch?: (request: FastifyRequest) => () => boolean;
};

/** A reader this far behind has gone away without saying so. */
const longestBacklog = 1_000_000;

export const createLive = ({ hub, log, gatherMs = 300, heartbeatMs = 15_000, watch = () => () => true }: LiveOptions): Live => {
  const rooms = new Map<string, Room>();
  const stays = new WeakMap<ServerResponse, () => boolean>();
  const say = (reader: ServerResponse, bytes: string): void => {
    if (stays.get(reader)?.() ?? true) send(reader, bytes);
    else reader.end();
  };
  // The stream of another start of the process says nothing about this one.
  const boot = randomBytes(4).toString('hex');
  let version = 0;
  let gathering: NodeJS.Timeout | null = null;
  let closed = false;

  const gather = (): void => {
    if (gathering === null && !closed) gathering = setTimeout(() => void flush(), gatherMs);
  };

  const hear = (change: Change): void => {
    version += 1;
    const touched = [...rooms.values()].filter((room) => room.channel.concerns(change));
    for (const room of touched) room.pending.push(change);
    if (touched.length > 0) gather();
  };

  const flush = async (): Promise<void> => {
    const once = createOnce();
    const id = `${boot}-${version}`;
    for (const room of [...rooms.values()].filter((one) => one.pending.length > 0)) {
      const changes = room.pending;
      room.pending = [];
      await tell(room, changes, once, id);
    }
    gathering = null;
    if ([...rooms.values()].some((room) => room.pending.length > 0)) gather();
  };

  const tell = async (room: Audience, changes: readonly Change[] | 'everything', once: Once, id: string): Promise<void> => {
    try {
      const html = await room.channel.render(changes, once);
      if (html === '' || html === room.told) return;
      room.told = html;
      const bytes = message(html, id);
      for (const reader of room.readers) say(reader, bytes);
    } catch (error) {
      log.error({ err: error, channel: room.channel.key }, 'no se ha podido actualizar una página');
    }
  };

  const beat = setInterval(() => {
    // The comment keeps proxies from closing the stream; the event lets the page say honestly that it is up to date.
    for (const room of rooms.values()) for (const reader of room.readers) say(reader, ': latido\nevent: latido\ndata: 1\n\n');
  }, heartbeatMs);
  const deafen = hub.listen(hear);

  const enter = (channel: Channel, reader: ServerResponse): void => {
    const room = rooms.get(channel.key) ?? { channel, readers: new Set<ServerResponse>(), pending: [], told: '' };
    rooms.set(channel.key, room);
    room.readers.add(reader);
    // Who has just come may have seen something else than the others: nothing counts as told already.
    room.told = '';
    room.channel = channel;
    reader.once('close', () => {
      room.readers.delete(reader);
      if (room.readers.size === 0 && rooms.get(channel.key) === room) rooms.delete(channel.key);
    });
  };

  return {
    attach: async (request, reply, channel) => {
      const id = `${boot}-${version}`;
      const missedNothing = request.headers['last-event-id'] === id;
      reply.hijack();
      const reader = reply.raw;
      stays.set(reader, watch(request));
      if (closed) return void reader.destroy();
      reader.writeHead(200, streamHeaders).write('retry: 1000\n\n');
      // In the room before the first rendering: what changes meanwhile is told after it, never lost.
      enter(channel, reader);
      if (!missedNothing) await tell({ channel, readers: new Set([reader]), told: '' }, 'everything', createOnce(), id);
    },
    close: () => {
      closed = true;
      deafen();
      clearInterval(beat);
      if (gathering) clearTimeout(gathering);
      for (const room of rooms.values()) for (const reader of room.readers) reader.end();
    },
  };
};

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Content-Type-Options': 'nosniff',
  'X-Accel-Buffering': 'no',
};

/** One event: every line of the HTML behind its own `data:`. */
const message = (html: string, id: string): string => `id: ${id}\n${html.trim().replace(/^/gm, 'data: ')}\n\n`;

const send = (reader: ServerResponse, bytes: string): void => {
  if (reader.writableLength > longestBacklog) reader.destroy();
  else reader.write(bytes);
};

const createOnce = (): Once => {
  const made = new Map<string, Promise<string>>();
  return (key, make) => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
};
