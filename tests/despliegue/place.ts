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
  /** That program, as the user of the service: no way back to more rights. */
  as(command: readonly string[]): readonly string[];
  /** Who it runs as, for people. */
  readonly who: string;
  drop(): void;
};

/** A PATH without the Node of this project: npm is the machine's. */
export const plainPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const isRoot = process.getuid?.() === 0;

/** Makes folders, a user (only root can) and a small disk. What it made, `drop` takes away. */
export const makePlace = (): Place => {
  const root = mkdtempSync(join(tmpdir(), 'cerebro-despliegue-'));
  const [app, data, outside] = ['app', 'datos', 'fuera'].map((name) => join(root, name)) as [string, string, string];
  for (const folder of [data, outside]) mkdirSync(folder);
  chmodSync(root, 0o755);
  const ids = isRoot ? makeUser() : null;
  const ownDisk = ids !== null && mount(data, ids);
  if (ids) execFileSync('chown', [`${ids.uid}:${ids.gid}`, data]);
  return {
    ...{ root, app, data, outside, ownDisk, who: ids ? user : 'el usuario que la lanza' },
    as: (command) => (ids ? [...dropping(ids), ...command] : command),
    drop: () => {
      if (ownDisk) spawnSync('umount', ['--lazy', data]);
      rmSync(root, { recursive: true, force: true });
      if (ids) spawnSync('userdel', [user]);
    },
  };
};

type Ids = { readonly uid: string; readonly gid: string };

const makeUser = (): Ids => {
  // Left over from a proof that was cut.
  spawnSync('userdel', [user]);
  execFileSync('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', user]);
  const id = (flag: string) => execFileSync('id', [flag, user], { encoding: 'utf8' }).trim();
  return { uid: id('-u'), gid: id('-g') };
};

const dropping = ({ uid, gid }: Ids): readonly string[] => [
  ...['setpriv', '--reuid', uid, '--regid', gid, '--clear-groups'],
  ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'],
];

const mount = (folder: string, { uid, gid }: Ids): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMb}m,mode=750,uid=${uid},gid=${gid}`, 'tmpfs', folder]).status === 0;

/** A fresh clone of what is committed, and the two steps of npm in linux.md, as a user without rights. */
export const install = (place: Place): void => {
  execFileSync('git', ['clone', '--quiet', '--depth', '1', `file://${project}`, place.app], { stdio: ['ignore', 'ignore', 'inherit'] });
  const home = join(place.root, 'casa');
  mkdirSync(home);
  if (isRoot) execFileSync('chown', ['-R', `${user}:${user}`, place.app, home]);
  const npm = (...words: string[]) => {
    const [program = '', ...rest] = place.as(['npm', ...words, '--loglevel=error']);
    execFileSync(program, rest, {
      ...{ cwd: place.app, stdio: ['ignore', 'ignore', 'inherit'] },
      ...{ env: { PATH: plainPath, HOME: home }, timeout: installMinutes * 60_000 },
    });
  };
  npm('ci', '--omit=dev', '--ignore-scripts');
  npm('rebuild', 'node');
};
