import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const project = resolve(import.meta.dirname, '../..');
const user = 'cerebro-prueba';
/** The whole data folder: enough for a copy or two, little enough to be filled in a moment. */
const diskMb = 1000;
const installMinutes = 8;

/** Where Cerebro is installed for the proof, and as whom it runs. */
export type Place = {
  readonly root: string;
  readonly app: string;
  readonly data: string;
  readonly outside: string;
  /** The data folder is a small disk of its own. */
  readonly ownDisk: boolean;
  /** Who the service runs as; null = whoever runs the proof, who is not root. */
  readonly user: string | null;
  /** That program, as the unit runs it: its user, no way back to more rights, and a disk of which only the data can be written. */
  as(command: readonly string[]): readonly string[];
  /** The same, where that process lives. */
  beside(pid: number, command: readonly string[]): readonly string[];
  drop(): void;
};

/** A PATH without the Node of this project: npm is the machine's. */
export const plainPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const isRoot = process.getuid?.() === 0;

/** Makes folders, a user (only root can) and a small disk. What it made, `drop` takes away. */
export const makePlace = (): Place => {
  const ids = isRoot ? makeUser() : null;
  // Not in /tmp, which the service does not share.
  const root = mkdtempSync(join(isRoot ? '/var/tmp' : tmpdir(), 'cerebro-despliegue-'));
  const [app, data, outside] = ['app', 'datos', 'fuera'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [data, outside]) mkdirSync(folder);
  chmodSync(root, 0o755);
  const ownDisk = ids !== null && mount(data, ids);
  if (ids) execFileSync('chown', [`${ids.uid}:${ids.gid}`, data]);
  return {
    ...{ root, app, data, outside, ownDisk, user: ids ? user : null },
    as: (command) => (ids ? [...sealing({ app, data }), ...dropping(ids), ...command] : command),
    beside: (pid, command) => (ids ? ['nsenter', '--target', String(pid), '--mount', '--', ...dropping(ids), ...command] : command),
    drop: () => {
      if (ownDisk) spawnSync('umount', ['--lazy', data]);
      rmSync(root, { recursive: true, force: true });
      if (ids) spawnSync('userdel', [user]);
    },
  };
};

type Ids = { readonly uid: string; readonly gid: string };

const makeUser = (): Ids => {
  const id = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
  // It may be left over from a proof that was killed.
  if (spawnSync('id', [user]).status !== 0) execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', user]);
  return { uid: id('-u'), gid: id('-g') };
};

/** ProtectSystem=strict with its ReadWritePaths, PrivateTmp, UMask and LimitNOFILE of the unit, as far as a shell can say them. */
const sealing = ({ app, data }: { app: string; data: string }): readonly string[] => [
  ...['unshare', '--mount', '--', 'sh', '-c'],
  `set -e; mount --bind "${data}" "${data}"; mount --bind "${app}" "${app}"; mount -o remount,bind,ro "${app}"
   mount -t tmpfs -o mode=1777 tmpfs /tmp; mount -o remount,bind,ro /; umask 0027; ulimit -n 65536 2>/dev/null || :; exec "$@"`,
  'sh',
];

const dropping = ({ uid, gid }: Ids): readonly string[] => [
  ...['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups'],
  ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'],
];

const mount = (folder: string, { uid, gid }: Ids): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m,mode=750,uid=${uid},gid=${gid}`, 'tmpfs', folder]).status === 0;

/** A fresh clone of what is committed, and the two steps of npm in linux.md; as there, the program belongs to whoever installs. */
export const install = (place: Place): void => {
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${project}`, place.app], { stdio: ['ignore', 'ignore', 'inherit'] });
  const home = join(place.root, 'casa');
  mkdirSync(home);
  const npm = (...words: string[]) =>
    execFileSync('npm', [...words, '--loglevel=error', '--no-update-notifier'], {
      ...{ cwd: place.app, stdio: ['ignore', 'ignore', 'inherit'] },
      ...{ env: { PATH: plainPath, HOME: home }, timeout: installMinutes * 60_000 },
    });
  npm('ci', '--omit=dev', '--ignore-scripts');
  npm('rebuild', 'node');
};
