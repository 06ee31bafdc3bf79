import { statfs } from 'node:fs/promises';
import type { Deps } from '#server/deps.ts';
import { asError } from '#server/lib/errors.ts';

/** A door of the house, asked just now. */
export type Door = {
  readonly name: string;
  /** `apagada`: not configured, so nothing expects it to work. */
  readonly state: 'bien' | 'mal' | 'apagada' | 'preparando';
  /** Spanish: where it leads, or why it does not open. */
  readonly detail: string;
};

/** Longer than this and a door counts as shut. */
const patienceMs = 4000;
const leastFreeBytes = 500 * 1024 * 1024;

/** Knocks at every door at once; none of them makes the answer fail. */
export const checkDoors = (deps: Deps): Promise<Door[]> =>
  Promise.all([
    knock('base de datos', deps, () => Promise.resolve(checkDatabase(deps))),
    knock('origen', deps, () => deps.origen.check().then(() => deps.origen.shownAs)),
    deps.papers
      ? knock('intranet', deps, () => checkPapers(deps))
      : off('intranet', 'Sin XVIA_URL: no se descargan documentos y no se presenta nada.'),
    knockAtA360(deps),
    knockAtBrowser(deps),
    knock('disco', deps, () => checkDisk(deps.config.DATA_DIR)),
  ]);

/** Parts this version knows of that come with later settings, and who may come in. */
export const partsOff = (people: number): readonly Door[] => [
  { name: 'correo (SMTP)', state: 'apagada', detail: 'Sin configurar: los avisos solo se ven en el panel.' },
  usersDoor(people),
];

/** @param people who may come in now */
const usersDoor = (people: number): Door => {
  if (people === 0) return { name: 'usuarios', state: 'apagada', detail: 'Sin usuarios: el panel solo se abre desde esta máquina.' };
  const detail = people === 1 ? 'Una persona puede entrar.' : `${people} personas pueden entrar.`;
  return { name: 'usuarios', state: 'bien', detail };
};

const off = (name: string, detail: string): Promise<Door> => Promise.resolve({ name, state: 'apagada', detail });

const knock = async (name: string, { clock }: Pick<Deps, 'clock'>, ask: () => Promise<string>): Promise<Door> => {
  const late = new AbortController();
  const timeout = clock.sleep(patienceMs, late.signal).then(() => Promise.reject(new Error('No ha contestado a tiempo.')));
  try {
    return { name, state: 'bien', detail: await Promise.race([ask(), timeout]) };
  } catch (thrown) {
    return { name, state: 'mal', detail: asError(thrown).message };
  } finally {
    timeout.catch(() => undefined);
    late.abort();
  }
};

const checkDatabase = ({ db }: Deps): string => {
  db.sql('SELECT 1').get();
  return db.sqlite.name;
};

const checkPapers = async ({ papers, config }: Deps): Promise<string> => {
  await papers?.check();
  return config.XVIA_URL ?? '';
};

const knockAtA360 = (deps: Deps): Promise<Door> => {
  const { a360 } = deps;
  const name = 'Control Room (A360)';
  return a360 ? knock(name, deps, () => a360.check().then(() => a360.shownAs)) : off(name, 'Sin AA_URL: no se lanza nada en A360.');
};

/** While it is being prepared nothing is wrong: the robots only begin later. */
const knockAtBrowser = (deps: Deps): Promise<Door> => {
  const { missing } = deps.pool;
  const name = 'navegador';
  if (missing?.preparing) return Promise.resolve({ name, state: 'preparando', detail: missing.reason });
  return knock(name, deps, () => Promise.resolve(checkPool(deps)));
};

const checkPool = ({ pool }: Deps): string => {
  if (pool.size === 0) throw new Error(pool.missing?.reason ?? 'No hay navegador: los robots no pueden trabajar.');
  return pool.size === 1 ? '1 hilo' : `${pool.size} hilos`;
};

const checkDisk = async (folder: string): Promise<string> => {
  const { bavail, bsize } = await statfs(folder);
  const free = `${(bavail * bsize) / 1024 ** 3 > 1 ? Math.round((bavail * bsize) / 1024 ** 3) : 0} GiB libres en ${folder}`;
  if (bavail * bsize < leastFreeBytes) throw new Error(`Queda muy poco sitio: ${free}.`);
  return free;
};
