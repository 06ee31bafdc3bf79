import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { needPrograms } from './debian.ts';

export type SmtpMode = {
  readonly tls?: 'starttls' | 'implicit';
  /** Only `cerebro` with `clave-de-correo` may send. */
  readonly auth?: boolean;
  readonly refused?: readonly string[];
  /** Recipients it puts off, with 451, before it takes one. */
  readonly busyTimes?: number;
  /** Takes the mail and never answers. */
  readonly slow?: boolean;
  readonly port?: number;
};

export type TakenMail = {
  readonly from: string;
  readonly to: readonly string[];
  readonly tls: boolean;
  readonly user: string | null;
  readonly subject: string;
  /** Lines broken by quoted-printable are whole again. */
  readonly raw: string;
};

/** The mail server of Debian's python3-aiosmtpd on a port of its own. */
export type SmtpServer = {
  readonly port: number;
  /** What it has taken so far, in order. */
  readonly mails: readonly TakenMail[];
  /** Waits until it has taken so many: it tells of a mail a moment after it has answered. */
  taken(n: number): Promise<readonly TakenMail[]>;
  close(): Promise<void>;
};

const python = '/usr/bin/python3';

export const startSmtp = async (mode: SmtpMode = {}): Promise<SmtpServer> => {
  await needPrograms([
    { file: '/usr/lib/python3/dist-packages/aiosmtpd/smtp.py', package: 'python3-aiosmtpd' },
    { file: '/usr/bin/openssl', package: 'openssl' },
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'cerebro-smtp-'));
  const options = { ...mode, ...(mode.tls ? makeCertificate(folder) : {}) };
  const child = spawn(python, [join(import.meta.dirname, 'smtp-server.py'), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  const [first] = (await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => ['{}'])])) as [string];
  const { port } = JSON.parse(first) as { port?: number };
  if (port === undefined) throw new Error('the mail server did not start');
  const mails: TakenMail[] = [];
  lines.on('line', (line) => mails.push(readMail(line)));
  return {
    ...{ port, mails },
    taken: async (n) => {
      while (mails.length < n) await once(lines, 'line', { signal: AbortSignal.timeout(20_000) });
      return mails;
    },
    close: async () => {
      const gone = once(child, 'exit');
      if (child.exitCode !== null || child.kill('SIGKILL') === false) return;
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const makeCertificate = (folder: string): { cert: string; key: string } => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  spawnSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', cert, ...subject]);
  return { cert, key };
};

const readMail = (line: string): TakenMail => {
  const { raw, ...mail } = JSON.parse(line) as Omit<TakenMail, 'subject'>;
  const text = Buffer.from(raw, 'base64').toString('utf8');
  return { ...mail, raw: text.replaceAll('=\r\n', ''), subject: subjectIn(text) };
};

/** As a reader of mails shows it: lines joined, encoded words read. */
const subjectIn = (raw: string): string => {
  const [, folded = ''] = /^Subject: (.*(?:\r?\n[ \t].*)*)/m.exec(raw) ?? [];
  return folded
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/\r?\n[ \t]+/g, ' ')
    .replace(/=\?utf-8\?([QB])\?(.*?)\?=/gi, (_, way: string, word: string) => decodeWord(way, word));
};

const decodeWord = (way: string, word: string): string => {
  if (way.toUpperCase() === 'B') return Buffer.from(word, 'base64').toString('utf8');
  const bytes = word.replaceAll('_', ' ').replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};
