import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** Where people are told something: keeps the subjects. It can be stopped and started again on its port. */
export type Sink = {
  readonly port: number;
  /** Decoded, in the order they came. */
  readonly subjects: string[];
  start(): Promise<void>;
  stop(): Promise<void>;
};

/** A mail server. */
export const createMailSink = async (): Promise<Sink> => {
  const subjects: string[] = [];
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    converse(socket, (mail) => subjects.push(subjectOf(mail)));
  });
  let port = 0;
  const start = async () => {
    if (server.listening) return;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  await start();
  return {
    ...{ port, subjects, start },
    stop: async () => {
      if (!server.listening) return;
      const closed = new Promise((done) => server.close(done));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};

const converse = (socket: Socket, keep: (mail: string) => void): void => {
  let heard = '';
  let mail: string[] | null = null;
  const say = (line: string) => socket.write(`${line}\r\n`);
  const hear = (line: string) => {
    if (mail !== null && line !== '.') return void mail.push(line);
    if (mail !== null) {
      keep(mail.join('\n'));
      mail = null;
      return say('250 OK');
    }
    if (/^DATA/i.test(line)) {
      mail = [];
      return say('354 go on');
    }
    say(/^QUIT/i.test(line) ? '221 bye' : '250 OK');
  };
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (heard + text).split('\r\n');
    heard = lines.pop() ?? '';
    for (const line of lines) hear(line);
  });
  say('220 sink');
};

/** The subject, unfolded; of encoded words the two encodings there are. */
const subjectOf = (mail: string): string => {
  const folded = /^Subject: (.*(?:\n[ \t].*)*)/im.exec(mail)?.[1] ?? '';
  return folded
    .replaceAll(/\n[ \t]+/g, ' ')
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?(.*?)\?=/gi, (_, how: string, text: string) => decode(how.toLowerCase(), text));
};

const decode = (how: string, text: string): string => {
  if (how === 'b') return Buffer.from(text, 'base64').toString('utf8');
  const bytes = text.replaceAll('_', ' ').replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};
