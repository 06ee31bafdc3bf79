import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, globSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { needPrograms, unprivileged } from './debian.ts';

export type KeyType = 'ed25519' | 'rsa' | 'ecdsa';

/** The sshd of Debian on a private port. */
export type OpenSsh = {
  readonly port: number;
  /** As `ssh-keygen -lf` prints them; empty for a key it does not have. */
  readonly fingerprints: Readonly<Record<KeyType, string>>;
  /** What sshd has said since it was asked last. */
  said(): string;
  /** Connections it has taken. */
  taken(): number;
  /** Connections it serves now. */
  serving(): number;
  /** Kills whoever serves a connection. */
  kill(): void;
  /** Every session has ended. */
  idle(): Promise<void>;
  close(): Promise<void>;
};

export const sshUser = { name: 'clouders', password: 'clave-de-ssh-7' } as const;
/** crypt(3) of the password, SHA-512. */
const hash = '$6$cerebro$Er4GIes0HLMVkioL7dAoCmC7PfK0lqwdPOn3vOq9p8Zpf6bL8o/.SdSnRN3Vu8TYPQ1k4/d/5D/dh.sIHxuim0';

const server = '/usr/sbin/sshd';
const nssWrapper = '/usr/lib/*/libnss_wrapper.so';
const pamWrapper = '/usr/lib/*/libpam_wrapper.so';
const pamMatrix = '/usr/lib/*/pam_wrapper/pam_matrix.so';

type Options = {
  /** How the password is taken. */
  readonly way?: 'password' | 'keyboard-interactive' | 'publickey';
  readonly forwarding?: boolean;
  /** An RSA key takes a while to make: usually there is one of another kind only. */
  readonly keys?: readonly KeyType[];
  /** Extra lines of sshd_config. */
  readonly lines?: readonly string[];
};

/**
 * sshd asks the system who its users are. Ours exists only in the files that libnss-wrapper (and libpam-wrapper, for
 * keyboard-interactive) show it: no user of the machine is made or left behind, nobody has to be root, and two suites at
 * once do not see each other. It runs as inetd would have it, one process for each connection that we accept: the port is
 * free by construction, and no sshd outlives a test that is killed.
 */
export const startOpenSsh = async ({
  way = 'password',
  forwarding = true,
  keys = ['ed25519'],
  lines = [],
}: Options = {}): Promise<OpenSsh> => {
  await needPrograms([
    { file: server, package: 'openssh-server' },
    { file: '/usr/bin/ssh-keygen', package: 'openssh-client' },
    { file: nssWrapper, package: 'libnss-wrapper' },
    { file: pamMatrix, package: 'libpam-wrapper' },
  ]);
  const folder = mkdtempSync('/tmp/cerebro-sshd-');
  const fingerprints = { ed25519: '', rsa: '', ecdsa: '' };
  for (const type of keys) fingerprints[type] = keyIn(folder, type);
  const pam = way === 'keyboard-interactive';
  writeConfig(folder, [
    ...keys.map((type) => `HostKey ${join(folder, type)}`),
    ...['UsePAM', 'KbdInteractiveAuthentication'].map((name) => `${name} ${pam ? 'yes' : 'no'}`),
    ...[`PasswordAuthentication ${way === 'password' ? 'yes' : 'no'}`, `AuthenticationMethods ${way}`],
    ...[`AllowTcpForwarding ${forwarding ? 'yes' : 'no'}`, ...lines],
  ]);
  writeUsers(folder);
  return serve(folder, fingerprints, pam);
};

const keyIn = (folder: string, type: KeyType): string => {
  const file = join(folder, type);
  spawnSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file, ...(type === 'rsa' ? ['-b', '2048'] : [])]);
  return spawnSync('ssh-keygen', ['-lf', file], { encoding: 'utf8' }).stdout.split(' ')[1] ?? '';
};

const writeConfig = (folder: string, lines: readonly string[]): void => {
  writeFileSync(join(folder, 'config'), ['PidFile none', 'UseDNS no', 'LogLevel VERBOSE', 'StrictModes no', ...lines].join('\n'));
};

const writeUsers = (folder: string): void => {
  const { uid, gid } = unprivileged();
  const write = (name: string, text: string) => writeFileSync(join(folder, name), `${text}\n`);
  write('passwd', `${sshUser.name}:x:${uid}:${gid}::${folder}:/bin/sh`);
  write('group', `${sshUser.name}:x:${gid}:`);
  write('shadow', `${sshUser.name}:${hash}:19000:0:99999:7:::`);
  write('passdb', `${sshUser.name}:${sshUser.password}:sshd`);
  const [matrix] = globSync(pamMatrix);
  write(
    'sshd',
    ['auth', 'account', 'password', 'session'].map((what) => `${what} required ${matrix} passdb=${join(folder, 'passdb')}`).join('\n'),
  );
  chmodSync(folder, 0o700);
  for (const name of ['', ...readdirSync(folder)]) chownSync(join(folder, name), uid, gid);
};

const environmentOf = (folder: string, pam: boolean): NodeJS.ProcessEnv => ({
  LD_PRELOAD: [nssWrapper, ...(pam ? [pamWrapper] : [])].flatMap((pattern) => globSync(pattern).slice(0, 1)).join(' '),
  NSS_WRAPPER_PASSWD: join(folder, 'passwd'),
  NSS_WRAPPER_GROUP: join(folder, 'group'),
  NSS_WRAPPER_SHADOW: join(folder, 'shadow'),
  ...(pam ? { PAM_WRAPPER: '1', PAM_WRAPPER_SERVICE_DIR: folder } : {}),
});

const serve = async (folder: string, fingerprints: OpenSsh['fingerprints'], pam: boolean): Promise<OpenSsh> => {
  const env = environmentOf(folder, pam);
  const sessions = new Set<ChildProcess>();
  const told = { words: '', taken: 0 };
  const door = createServer({ pauseOnConnect: true }, (socket) => {
    told.taken += 1;
    const options = { ...unprivileged(), cwd: folder, env, detached: true };
    const child = spawn(server, ['-i', '-e', '-f', join(folder, 'config')], { ...options, stdio: [socket, socket, 'pipe'] });
    child.stderr?.setEncoding('utf8').on('data', (words: string) => {
      told.words += words;
    });
    sessions.add(child);
    child.once('close', () => sessions.delete(child));
    // The connection is sshd's now.
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(door, 'listening');
  /** sshd and the processes it divides itself into. */
  const kill = () => {
    for (const { pid } of sessions) if (pid !== undefined) killGroup(pid);
  };
  const idle = async () => {
    await Promise.all([...sessions].map((child) => once(child, 'close')));
  };
  return {
    port: (door.address() as { port: number }).port,
    fingerprints,
    said: () => {
      const { words } = told;
      told.words = '';
      return words;
    },
    taken: () => told.taken,
    serving: () => sessions.size,
    kill,
    idle,
    close: async () => {
      door.close();
      kill();
      await idle();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as { code?: string }).code !== 'ESRCH') throw error;
  }
};
