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
type Room = { channel: Channel; readonly readers: Set<ServerResponse>; told: string; pending: Change[] };

export type LiveOptions = {
  readonly hub: Hub;
  readonly log: Log;
  /** Whether who asked may still look; asked at every heartbeat and before anything is told, so it must cost next to nothing. */
  readonly watch?: (request: FastifyRequest) => () => boolean;
  /** `<hx-partial>`s of the frame, alike on every page: told to every reader, whatever its channel, when they change. */
  readonly frame?: () => Promise<string>;
  readonly gatherMs?: number;
  readonly heartbeatMs?: number;
};

/** A reader this far behind has gone away without saying so. */
const longestBacklog = 1_000_000;

const always = () => () => true;

export const createLive = ({ hub, log, frame = nothing, watch = always, gatherMs = 300, heartbeatMs = 15_000 }: LiveOptions): Live => {
  const rooms = new Map<string, Room>();
  const stays = new WeakMap<ServerResponse, () => boolean>();
  const say = (reader: ServerResponse, bytes: string): void => {
    if (stays.get(reader)?.() ?? true) send(reader, bytes);
    else reader.end();
  };
  // The stream of another start of the process says nothing about this one.
  const boot = randomBytes(4).toString('hex');
  let version = 0;
  let frameTold = '';
  let gathering: NodeJS.Timeout | null = null;
  let closed = false;

  const gather = (): void => {
    if (gathering === null && !closed) gathering = setTimeout(() => void flush(), gatherMs);
  };

  const hear = (change: Change): void => {
    version += 1;
    for (const room of rooms.values()) if (room.channel.concerns(change)) room.pending.push(change);
    // The frame counts what no channel may show.
    if (rooms.size > 0) gather();
  };

  const flush = async (): Promise<void> => {
    const once = createOnce();
    const id = `${boot}-${version}`;
    const before = frameTold;
    frameTold = await attempt('marco', frame);
    const frameNews = frameTold === before ? '' : frameTold;
    for (const room of [...rooms.values()]) {
      const changes = room.pending;
      room.pending = [];
      const news = changes.length === 0 ? '' : await newsOf(room, changes, once);
      tell(room.readers, frameNews, news, id);
    }
    gathering = null;
    if ([...rooms.values()].some((room) => room.pending.length > 0)) gather();
  };

  const tell = (readers: Iterable<ServerResponse>, around: string, html: string, id: string): void => {
    if (around === '' && html === '') return;
    const bytes = message(`${around}\n${html}`, id);
    for (const reader of readers) say(reader, bytes);
  };

  /** What its readers have not been told yet. */
  const newsOf = async (room: Room, changes: readonly Change[], once: Once): Promise<string> => {
    const html = await attempt(room.channel.key, () => room.channel.render(changes, once));
    if (html === '' || html === room.told) return '';
    room.told = html;
    return html;
  };

  /** A piece that fails to render once is told the next time; the others go on. */
  const attempt = async (what: string, make: () => Promise<string>): Promise<string> => {
    try {
      return await make();
    } catch (error) {
      log.error({ err: error, channel: what }, 'no se ha podido actualizar una página');
      return '';
    }
  };

  /** A reader who comes is told how everything stands: what it shows, and the frame around it. */
  const welcome = async (channel: Channel, reader: ServerResponse, id: string): Promise<void> => {
    const [around, html] = await Promise.all([
      attempt('marco', frame),
      attempt(channel.key, () => channel.render('everything', createOnce())),
    ]);
    if (alone()) frameTold = around;
    tell([reader], around, html, id);
  };

  const alone = (): boolean => [...rooms.values()].reduce((sum, room) => sum + room.readers.size, 0) <= 1;

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
      if (!missedNothing) await welcome(channel, reader, id);
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

const nothing = async (): Promise<string> => '';

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
