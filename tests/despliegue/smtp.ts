import { createServer, type Socket } from 'node:net';
import { type OnePort, onOnePort } from './one-port.ts';

/** Where people are told something; `subjects` are decoded, in the order they came. */
export type Sink = OnePort & { readonly subjects: string[] };

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
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  return { subjects, ...(await onOnePort(server, cut)) };
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
